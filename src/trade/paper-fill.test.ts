import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testMarket } from '../../test/market.ts'
import { baseAmount, cost, format, price, rate } from '../money.ts'
import { fillOrder, type Level, type PaperOrder as Order } from './paper-fill.ts'

const times = { sentAt: new Date(0), filledAt: new Date(120) }
const asks: readonly Level[] = [
  [price('100'), baseAmount('1')],
  [price('101'), baseAmount('2')],
  [price('105'), baseAmount('9')],
]
const order = (changes: Partial<Order>): Order => ({
  clientOrderId: 'a-1',
  market: testMarket('ETH/USDT'),
  side: 'buy',
  amount: baseAmount('2'),
  limit: price('101'),
  ...changes,
})
const filled = (changes: Partial<Order>, levels = asks) => {
  const result = fillOrder(order(changes), levels, times)
  if (result.outcome !== 'filled') throw new Error(result.reason)
  return result.fill
}

test('a buy walks the levels and pays its fee from what it received', () => {
  const fill = filled({})
  expect(format(fill.filled)).toBe('2')
  expect(format(fill.average)).toBe('100.5')
  expect(format(fill.spent.amount)).toBe('201')
  expect(fill.received).toEqual({ asset: 'ETH', amount: baseAmount('1.998') })
  expect(fill.fee).toEqual({ asset: 'ETH', amount: baseAmount('0.002') })
})

test('where the fee is taken in quote, a buy costs more and delivers all it bought', () => {
  const market = testMarket('ETH/USDT', {
    takerFee: { rate: rate('0.001'), source: 'market', paidIn: 'quote' },
  })
  const fill = filled({ market })
  expect(format(fill.spent.amount)).toBe('201.201')
  expect(format(fill.received.amount)).toBe('2')
})

test('what lies beyond the limit is left alone and the rest is cancelled', () => {
  const fill = filled({ amount: baseAmount('5') })
  expect(format(fill.filled)).toBe('3')
  const nothing = filled({ limit: price('99') })
  expect(nothing.filled).toBe(0n)
  expect(nothing.spent.amount).toBe(0n)
})

test('a sell takes bids down to its limit and its fee comes off the proceeds', () => {
  const bids: readonly Level[] = [
    [price('99'), baseAmount('1')],
    [price('98'), baseAmount('1')],
    [price('90'), baseAmount('1')],
  ]
  const fill = filled({ side: 'sell', limit: price('98'), amount: baseAmount('3') }, bids)
  expect(format(fill.filled)).toBe('2')
  expect(format(fill.received.amount)).toBe('196.803')
  expect(fill.received.asset).toBe('USDT')
})

test('the venue refuses what breaks its rules', () => {
  const reasons = [
    { amount: baseAmount('0.0005') },
    { amount: baseAmount('0.0015') },
    { limit: price('100.001') },
    { amount: baseAmount('0.005') },
    { market: testMarket('ETH/USDT', { active: false }) },
  ].map((changes) => fillOrder(order(changes), asks, times))
  expect(reasons.map((result) => result.outcome === 'rejected' && result.reason)).toEqual([
    'amount is off the lot step',
    'amount is off the lot step',
    'price is off the tick',
    'notional is below the minimum',
    'ETH/USDT is halted',
  ])
})

test('no fill is better than its limit allows, larger than ordered, or larger than the book', () => {
  const level = fc.tuple(fc.integer({ min: 9000, max: 11_000 }), fc.integer({ min: 1, max: 5000 }))
  fc.assert(
    fc.property(
      fc.array(level, { maxLength: 8 }),
      fc.integer({ min: 10, max: 9000 }),
      (raw, amount) => {
        const levels = raw
          .toSorted((a, b) => a[0] - b[0])
          .map(([p, q]): Level => [price(`${p / 100}`), baseAmount(`${q / 1000}`)])
        const wanted = baseAmount(`${amount / 1000}`)
        const result = fillOrder(order({ amount: wanted, limit: price('102') }), levels, times)
        if (result.outcome === 'rejected') return
        const { fill } = result
        const offered = levels.reduce((sum, [, q]) => sum + (q as bigint), 0n)
        expect(fill.filled <= wanted && fill.filled <= offered).toBe(true)
        expect(fill.spent.amount <= cost(price('102'), fill.filled, 'up')).toBe(true)
        const again = result.taken.reduce((sum, [p, q]) => sum + (cost(p, q, 'up') as bigint), 0n)
        expect(fill.spent.amount).toBe(again)
      },
    ),
  )
})
