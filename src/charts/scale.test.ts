import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scaleOf, ticksOf, tickText, valueText } from './scale.ts'

const value = fc.oneof(
  fc.double({ min: -1e15, max: 1e15, noNaN: true }),
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.integer({ min: -100, max: 100 }),
)

test('a scale covers every value with a handful of ticks that read differently', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 20 }), (values) => {
      const scale = scaleOf(values)
      const ticks = ticksOf(scale)
      const room = scale.step * 1e-6
      for (const one of values) {
        expect(one).toBeGreaterThanOrEqual(scale.min - room)
        expect(one).toBeLessThanOrEqual(scale.max + room)
      }
      expect(ticks.length).toBeGreaterThanOrEqual(3)
      expect(ticks.length).toBeLessThanOrEqual(9)
      const texts = ticks.map((tick) => tickText(tick, scale))
      expect(texts.join()).not.toMatch(/NaN|Infinity/)
      expect(new Set(texts).size).toBe(texts.length)
      for (const text of texts) expect(text.length).toBeLessThanOrEqual(14)
    }),
    { numRuns: 2000 },
  )
})

const textsOf = (values: readonly number[]): readonly string[] => {
  const scale = scaleOf(values)
  return ticksOf(scale).map((tick) => tickText(tick, scale))
}

test('ticks are round numbers written as short as their neighbours allow', () => {
  expect(textsOf([-0.21, 0.86])).toEqual(['-0.25', '0.00', '0.25', '0.50', '0.75', '1.00'])
  expect(textsOf([63_520, 64_100])[0]).toBe('63,400')
  expect(textsOf([0, 4.1e6])).toEqual(['0', '1 M', '2 M', '3 M', '4 M', '5 M'])
  expect(textsOf([0.000_008_12, 0.000_008_23])[0]).toBe('0.000008100')
  expect(textsOf([2e-13, 6e-13])[0]).toBe('2e-13')
})

test('nothing, one value and equal values get room around them', () => {
  expect(textsOf([])).toEqual(['0.00', '0.25', '0.50', '0.75', '1.00'])
  expect(textsOf([0, 0])).toEqual(['-1.0', '-0.5', '0.0', '0.5', '1.0'])
  const one = scaleOf([64_000])
  expect(one.min).toBeLessThan(64_000)
  expect(one.max).toBeGreaterThan(64_000)
})

test('a value is read off ten times finer than the ticks', () => {
  expect(valueText(63_547.813, scaleOf([63_400, 64_200]))).toBe('63,548')
  expect(valueText(0.4213, scaleOf([0, 1]))).toBe('0.42')
})
