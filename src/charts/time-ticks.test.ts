import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawnWindow, timeTicks, timeTickText, windowText } from './time-ticks.ts'

const noon = Date.UTC(2026, 10, 20, 12)
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const textsOf = (fromMs: number, toMs: number): readonly string[] => {
  const ticks = timeTicks({ fromMs, toMs })
  return ticks.map((ms) => timeTickText(ms, ticks))
}

test('there are few ticks, all within the window, in order and with different labels', () => {
  const time = fc.integer({ min: 0, max: Date.UTC(9999, 0) })
  const span = fc.oneof(
    fc.integer({ min: 1000, max: hourMs }),
    fc.integer({ min: 1000, max: 400 * dayMs }),
    fc.integer({ min: 1000, max: Date.UTC(9999, 0) }),
  )
  fc.assert(
    fc.property(time, span, (fromMs, ms) => {
      const toMs = Math.min(fromMs + ms, Date.UTC(9999, 0))
      fc.pre(toMs - fromMs >= 1000)
      const ticks = timeTicks({ fromMs, toMs })
      expect(ticks.length).toBeLessThanOrEqual(8)
      expect(ticks.every((tick) => tick >= fromMs && tick <= toMs)).toBe(true)
      expect(ticks).toEqual([...new Set(ticks)].toSorted((a, b) => a - b))
      const texts = ticks.map((tick) => timeTickText(tick, ticks))
      expect(texts.join()).not.toMatch(/Invalid|NaN/)
    }),
    { numRuns: 2000 },
  )
})

test('ticks stand at round moments of UTC', () => {
  expect(textsOf(noon - dayMs, noon)).toEqual(['12:00', '18:00', '20 Nov', '06:00', '12:00'])
  expect(textsOf(noon, noon + 4 * minuteMs)).toEqual(['12:00', '12:01', '12:02', '12:03', '12:04'])
  expect(textsOf(noon, noon + 40_000)).toEqual([
    '12:00:00',
    '12:00:10',
    '12:00:20',
    '12:00:30',
    '12:00:40',
  ])
  expect(textsOf(noon - 30 * dayMs, noon)).toEqual([
    '22 Oct',
    '29 Oct',
    '5 Nov',
    '12 Nov',
    '19 Nov',
  ])
  expect(textsOf(noon - 200 * dayMs, noon + 200 * dayMs)).toEqual(['Jul', 'Oct', '2027', 'Apr'])
  expect(textsOf(noon, noon + 1000)[0]).toBe('00.000 s')
})

test('the dates that ticks leave out are said once, with UTC', () => {
  expect(windowText({ fromMs: noon, toMs: noon + hourMs })).toBe('UTC · 20 Nov 2026')
  expect(windowText({ fromMs: noon - 8 * dayMs, toMs: noon })).toBe('UTC · 12 Nov – 20 Nov 2026')
  expect(windowText({ fromMs: noon, toMs: noon + 60 * dayMs })).toBe(
    'UTC · 20 Nov 2026 – 19 Jan 2027',
  )
  const midnight = Date.UTC(2026, 10, 20)
  expect(windowText({ fromMs: midnight, toMs: midnight + dayMs })).toBe('UTC · 20 Nov 2026')
})

test('a window that is none is made from the times; without any there is none', () => {
  const none = { fromMs: Number.NaN, toMs: Number.NaN }
  expect(drawnWindow({ fromMs: 5000, toMs: 9000 }, [])).toEqual({ fromMs: 5000, toMs: 9000 })
  expect(drawnWindow(none, [noon, Number.NaN, noon + hourMs, Infinity])).toEqual({
    fromMs: noon,
    toMs: noon + hourMs,
  })
  expect(drawnWindow({ fromMs: noon, toMs: 0 }, [noon])).toEqual({
    fromMs: noon - minuteMs,
    toMs: noon + minuteMs,
  })
  expect(drawnWindow(none, [Number.NaN])).toBeUndefined()
})
