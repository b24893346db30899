import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDecimal, toNumber } from '../money.ts'
import {
  amountText,
  numberText,
  percentText,
  priceText,
  quoteText,
  signedText,
} from './amount-text.ts'

test('an amount keeps the digits that matter', () => {
  expect(amountText(parseDecimal('1234567.891'))).toBe('1,234,568')
  expect(amountText(parseDecimal('100.000151515787549389'))).toBe('100')
  expect(amountText(parseDecimal('0.000123456789'))).toBe('0.000123457')
  expect(amountText(parseDecimal('-0.5'))).toBe('-0.5')
  expect(amountText(0n)).toBe('0')
  expect(priceText(parseDecimal('81000.123456789'))).toBe('81,000.12346')
})

test('a profit says which way it went', () => {
  expect(signedText(parseDecimal('0.42'))).toBe('+0.42')
  expect(signedText(parseDecimal('-1.5'))).toBe('-1.5')
  expect(signedText(0n)).toBe('0')
})

test('what is shown is within half a unit of its last digit', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (value) => {
      const shown = Number(amountText(value).replaceAll(',', ''))
      const real = toNumber(value)
      expect(Math.abs(shown - real)).toBeLessThanOrEqual(Math.abs(real) * 1e-5 + 1e-18)
    }),
  )
})

test('percentages show small shares and do not drown in large ones', () => {
  expect(percentText(0.42)).toBe('+0.42 %')
  expect(percentText(-1.3)).toBe('-1.30 %')
  expect(percentText(0.0042)).toBe('+0.0042 %')
  expect(percentText(0)).toBe('0.00 %')
  expect(percentText(1_234_567.8)).toBe('+1,234,568 %')
  expect(percentText(Number.NaN)).toBe('unknown')
})

test('doubles for people', () => {
  expect(numberText(1234.567)).toBe('1,234.57')
  expect(numberText(Infinity)).toBe('unknown')
  expect(quoteText(0.00000004081)).toBe('0.00000004081')
  expect(quoteText(81000.5)).toBe('81,000.5')
})
