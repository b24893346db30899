import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ceilToStep,
  cost,
  costOver,
  format,
  price,
  quoteAmount,
  rate,
  type BaseAmount,
  type Price,
  type QuoteAmount,
} from '../money.ts'
import { amountForProceeds, amountForReserve, exactLevels, walk } from './depth.ts'
import { levelsOf } from './sample-sizing.ts'

test('only the counted part of the depth is used, at prices as the venue wrote them', () => {
  const levels = exactLevels(
    [...levelsOf('0.30000000000000004:4 1e-7:1'), [1e-19, 1]],
    rate('0.25'),
  )
  expect(levels.map(([at, size]) => [format(at), format(size)])).toEqual([
    ['0.30000000000000004', '1'],
    ['0.0000001', '0.25'],
  ])
})

test('a limit order is paid for at its worst level', () => {
  const levels = exactLevels(levelsOf('100:1 110:1'), rate('1'))
  const reserved = (quote: string) =>
    format(amountForReserve(levels, quoteAmount(quote), (worst) => worst))
  expect(reserved('50')).toBe('0.5')
  expect(reserved('105')).toBe('1')
  expect(reserved('165')).toBe('1.5')
  expect(reserved('999')).toBe('2')
})

const levels = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 50 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((pairs) =>
    exactLevels(
      pairs.map(([at, size]) => [at / 7, size / 3] as const),
      rate('1'),
    ),
  )
const quote = fc.bigInt({ min: 1n, max: 10n ** 22n }).map((value) => value as QuoteAmount)

test('what is ordered with an amount of money costs no more than it, at whatever level it fills', () => {
  const limitAt = (worst: Price) => ceilToStep(worst, price('0.01'))
  fc.assert(
    fc.property(levels, quote, (unsorted, money) => {
      const book = unsorted.toSorted(([a], [b]) => (a < b ? -1 : 1))
      const amount = amountForReserve(book, money, limitAt)
      const { worst, notional } = walk(book, amount, 'up')
      expect(notional <= money).toBe(true)
      if (worst !== undefined) expect(cost(limitAt(worst), amount, 'up') <= money).toBe(true)
      const more = walk(book, (amount + 1000n) as BaseAmount, 'up')
      if (more.amount > amount)
        expect(cost(limitAt(more.worst as Price), more.amount, 'up') > money - 20n).toBe(true)
    }),
  )
})

test('a quantity costs the same into however many levels of one price it is cut', () => {
  const at = price('0.333333333333333333')
  const whole = [[at, 10n as BaseAmount]] as const
  const cut = Array.from({ length: 10 }, () => [at, 1n as BaseAmount] as const)
  expect([costOver(cut, 'up'), costOver(cut, 'down')]).toEqual([
    costOver(whole, 'up'),
    costOver(whole, 'down'),
  ])
})

test('the least amount that brings so much brings it, and a little less does not', () => {
  fc.assert(
    fc.property(levels, quote, (book, money) => {
      const amount = amountForProceeds(book, money)
      if (amount === undefined) {
        const all = walk(book, (10n ** 30n) as BaseAmount, 'down')
        expect(all.notional < money).toBe(true)
        return
      }
      expect(walk(book, amount, 'down').notional >= money).toBe(true)
      expect(walk(book, (amount - 1000n) as BaseAmount, 'down').notional < money).toBe(true)
    }),
  )
})
