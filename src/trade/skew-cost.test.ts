import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDecimal } from '../money.ts'
import { bandsOf, type Band } from './inventory-band.ts'
import { holding } from './sample-rebalance.ts'
import { skewCost } from './skew-cost.ts'

/** A hundred coins on two venues: 40 to 60 on each is within the band. */
const bandWith = (amount: number): Band => {
  const [band] = bandsOf(
    [holding('a', 'XRP', String(amount)), holding('b', 'XRP', String(100 - amount))],
    { 'inventory.target_percent': {}, 'inventory.band_percent': 10 },
  )
  if (band === undefined) throw new Error('no band')
  return band
}
const cost = (amount: number, change: number) =>
  skewCost(bandWith(amount), parseDecimal(String(change)), 0.02)

test('going away from the target costs, coming back earns the same', () => {
  expect(cost(50, 10)).toBeCloseTo(0.1)
  expect(cost(60, -10)).toBeCloseTo(-0.1)
  expect(cost(50, -10)).toBeCloseTo(0.1)
})

test('beyond the band each unit costs what bringing it back does', () => {
  expect(cost(60, 1)).toBeCloseTo(0.02)
  expect(cost(80, 5)).toBeCloseTo(0.1)
  expect(cost(20, -5)).toBeCloseTo(0.1)
})

test('from one side to the other as far it costs nothing', () => {
  expect(cost(45, 10)).toBeCloseTo(0)
})

test('in however many pieces a change comes, it costs the same', () => {
  const amount = fc.integer({ min: 0, max: 100 })
  fc.assert(
    fc.property(amount, amount, amount, (from, over, to) => {
      expect(cost(from, over - from) + cost(over, to - over)).toBeCloseTo(cost(from, to - from), 9)
    }),
  )
})
