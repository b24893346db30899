import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  averagePrice,
  baseAmount,
  bought,
  ceilToStep,
  cost,
  decimalOf,
  estimate,
  floorToStep,
  format,
  NotDecimalError,
  parseDecimal,
  portion,
  price,
  quoteAmount,
  rate,
} from './money.ts'

test('a decimal reads back as it was written', () => {
  for (const text of ['0', '1', '-3', '0.1', '1200.00012', '0.000000000000000001'])
    expect(format(parseDecimal(text))).toBe(text)
  expect(format(parseDecimal('1.2e-7'))).toBe('0.00000012')
  expect(format(parseDecimal('3E2'))).toBe('300')
})

test('what is no decimal is refused, with advice', () => {
  for (const text of ['', '1,5', 'NaN', 'Infinity', '0x10', '1e999', ' 1', '٣', '1'.repeat(61)])
    expect(() => parseDecimal(text), text).toThrow(NotDecimalError)
  expect(() => decimalOf(Number.NaN)).toThrow('not a decimal number such as 12.5')
})

test('a worth leaves with eight digits, and what rounds to nothing has no sign', () => {
  expect(
    [16.189005235779998, 521.289937071178, -0.1 - 0.2, 9_000_000.123456789].map(estimate),
  ).toEqual([16.18900524, 521.28993707, -0.3, 9_000_000.12345679])
  expect(estimate(-1e-12)).toBe(0)
})

test('digits past the eighteenth are cut towards zero', () => {
  expect(format(parseDecimal('0.0000000000000000019'))).toBe('0.000000000000000001')
  expect(format(parseDecimal('1e-400'.slice(0, 5)))).toBe('0')
})

test('any double survives the way through text', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), (value) => {
      const text = format(parseDecimal(decimalOf(value)))
      expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(1e-18 + value * 2e-16)
    }),
  )
})

test('what we pay rounds up and what we get rounds down', () => {
  const at = price('0.000000000000000003')
  expect(cost(at, baseAmount('0.5'), 'up')).toBe(2n)
  expect(cost(at, baseAmount('0.5'), 'down')).toBe(1n)
  expect(portion(quoteAmount('0.000000000000000001'), rate('0.001'), 'up')).toBe(1n)
})

test('C14 buying with an amount never costs more than it', () => {
  const amount = fc.bigInt({ min: 1n, max: 10n ** 30n })
  fc.assert(
    fc.property(amount, amount, (p, q) => {
      const at = p as ReturnType<typeof price>
      const quote = q as ReturnType<typeof quoteAmount>
      const base = bought(at, quote)
      expect(cost(at, base, 'up') <= quote).toBe(true)
      if (base > 0n) expect(averagePrice(cost(at, base, 'up'), base, 'up') >= at).toBe(true)
    }),
  )
})

test('steps floor and ceil', () => {
  expect(format(floorToStep(baseAmount('1.2345'), baseAmount('0.01')))).toBe('1.23')
  expect(format(ceilToStep(price('1.231'), price('0.01')))).toBe('1.24')
  expect(format(ceilToStep(price('1.23'), price('0.01')))).toBe('1.23')
  expect(floorToStep(baseAmount('1.2'), baseAmount('0'))).toBe(baseAmount('1.2'))
})
