import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createUsualPrices, doubtsAbout, type PriceSight } from './doubts.ts'

const sight = (changes: Partial<PriceSight> = {}): PriceSight => ({
  venue: 'okx',
  symbol: 'SOL/USDT',
  price: 100,
  everywhere: [100, 100.5, 101],
  usual: 100,
  ...changes,
})

test('C6 a profit that is too good is suspicious, and so is one that is no number', () => {
  expect(doubtsAbout(0.03, [sight()], 3)).toEqual([])
  expect(doubtsAbout(0.0301, [sight()], 3)).toEqual(['3.0 % before fees'])
  expect(doubtsAbout(Number.NaN, [sight()], 3)).toHaveLength(1)
  expect(doubtsAbout(9, [sight({ usual: 1 })], 0)).toEqual([])
})

test('C6 a price far from the middle of three venues, or from its own past, is suspicious', () => {
  const spiked = { price: 104, everywhere: [100, 100.5, 104] }
  expect(doubtsAbout(0.01, [sight(spiked), sight()], 3)).toEqual([
    'okx SOL/USDT is 3.5 % from the middle of 3 venues',
    'okx SOL/USDT is 4.0 % from its usual price',
  ])
  // Two venues have no middle, and what nobody has watched has no past.
  expect(
    doubtsAbout(0.01, [sight({ ...spiked, everywhere: [100, 104], usual: undefined })], 3),
  ).toEqual([])
})

test('C6 one tick does not move what is usual, a price that stays does, and a short past says nothing', () => {
  const usual = createUsualPrices(1)
  for (let atMs = 0; atMs < 10_000; atMs += 1000) usual.see(0, 100, atMs)
  expect(usual.of(0)).toBeUndefined()
  usual.see(0, 150, 10_000)
  expect(usual.of(0)).toBeCloseTo(100, 9)
  usual.see(0, 150, 10_100)
  expect(usual.of(0)).toBeLessThan(100.2)
  usual.see(0, 150, 400_000)
  expect(usual.of(0)).toBeGreaterThan(149)
  for (const odd of [Number.NaN, 0, -1, Infinity]) usual.see(0, odd, 500_000)
  expect(usual.of(0)).toBeGreaterThan(149)
})

test('C6 what is usual lies between the prices that were seen', () => {
  const seen = fc.array(fc.tuple(fc.double({ min: 1, max: 1000, noNaN: true }), fc.nat(30_000)), {
    minLength: 2,
    maxLength: 50,
  })
  fc.assert(
    fc.property(seen, (ticks) => {
      const usual = createUsualPrices(1)
      let atMs = 0
      for (const [price, gapMs] of ticks) usual.see(0, price, (atMs += gapMs))
      const is = usual.of(0)
      const prices = ticks.map(([price]) => price)
      if (is === undefined) return
      expect(is).toBeGreaterThanOrEqual(Math.min(...prices) - 1e-9)
      expect(is).toBeLessThanOrEqual(Math.max(...prices) + 1e-9)
    }),
  )
})
