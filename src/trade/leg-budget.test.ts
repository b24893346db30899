import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testLeg } from '../../test/opportunities.ts'
import { baseAmount, format, parseDecimal, price, rate, type BaseAmount } from '../money.ts'
import type { LegPlan } from '../opportunity/opportunity.ts'
import { sampleMarket } from '../opportunity/sample-market.ts'
import { sampleLeg } from '../opportunity/sample-sizing.ts'
import { sizeRoute } from '../opportunity/size-route.ts'
import { amountWithin, worstSpend } from './leg-budget.ts'
import { fillOrder, type Level } from './paper-fill.ts'
import type { LegFill } from './trade.ts'

const step = baseAmount('0.01')
const buy = testLeg('kucoin', 'ETH/USDT', 'buy', baseAmount('2'), price('100'))
const dearer: LegPlan = { ...buy, limit: price('105') }
const onTop: LegPlan = { ...dearer, fee: { asset: 'USDT', amount: parseDecimal('0.2') } }
const sell = testLeg('kucoin', 'ETH/USDT', 'sell', baseAmount('2'), price('100'))

test('an order spends at most its limit, and the fee where that comes on top', () => {
  expect([buy, dearer, onTop, sell].map((leg) => format(worstSpend(leg)))).toEqual([
    '200',
    '210',
    '210.21',
    '2',
  ])
})

test('an order is cut down to what its money pays for at the limit, in whole lots', () => {
  const within = (leg: LegPlan, purse: string) =>
    format(amountWithin(leg, parseDecimal(purse), step))
  expect([within(dearer, '210'), within(dearer, '209.99')]).toEqual(['2', '1.99'])
  expect([within(onTop, '210.21'), within(onTop, '210.2')]).toEqual(['2', '1.99'])
  expect([within(sell, '5'), within(sell, '1.999')]).toEqual(['2', '1.99'])
  expect(within(buy, '0')).toBe('0')
})

/** Up to four levels on the tick, from the best one on. */
const ladder = (best: number, sign: 1 | -1, tick: number, depth: number) =>
  fc
    .array(
      fc.tuple(fc.integer({ min: 1, max: 9 }), fc.double({ min: 0.05, max: 1, noNaN: true })),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    .map((rungs) => {
      let at = Math.round(best / tick)
      return rungs.map(([gap, share]): readonly [number, number] => {
        at += sign * gap
        return [Number((at * tick).toPrecision(12)), Number((share * depth).toPrecision(6))]
      })
    })

type Shape = {
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  readonly at: number
  /** What a typical order is in base. */
  readonly size: number
}

const shapes: readonly (readonly Shape[])[] = [
  [
    { symbol: 'BTC/USDT', side: 'buy', at: 60_000, size: 0.004 },
    { symbol: 'BTC/USDT', side: 'sell', at: 61_200, size: 0.004 },
  ],
  [
    { symbol: 'BTC/USDT', side: 'buy', at: 60_000, size: 0.004 },
    { symbol: 'SOL/BTC', side: 'buy', at: 0.0015, size: 2 },
    { symbol: 'SOL/USDT', side: 'sell', at: 92, size: 2 },
  ],
  [
    { symbol: 'SOL/USDT', side: 'buy', at: 88, size: 2 },
    { symbol: 'SOL/BTC', side: 'sell', at: 0.0015, size: 2 },
    { symbol: 'BTC/USDT', side: 'sell', at: 60_000, size: 0.004 },
  ],
  [
    { symbol: 'BTC/USDT', side: 'sell', at: 60_000, size: 0.004 },
    { symbol: 'ETH/USDT', side: 'buy', at: 3000, size: 0.08 },
    { symbol: 'ETH/BTC', side: 'sell', at: 0.0515, size: 0.08 },
  ],
]

const sizingLeg = ({ symbol, side, at, size }: Shape, venue: string) => {
  const tick = at / 10_000
  const book = ladder(at, side === 'buy' ? 1 : -1, tick, size * 1.5)
  return fc
    .record({
      fee: fc.constantFrom('0', '0.00075', '0.001', '0.0023'),
      paidIn: fc.constantFrom('received' as const, 'quote' as const),
      lot: fc.constantFrom(1e-8, size / 977, size / 40, size / 7),
      shown: book,
      // As the order arrives: the market has moved, for us or against us.
      met: book,
    })
    .map(({ fee, paidIn, lot, shown, met }) => ({
      leg: sampleLeg(
        sampleMarket(venue, symbol, {
          fee,
          paidIn,
          amountStep: Number(lot.toPrecision(6)).toFixed(12),
          priceStep: Number(tick.toPrecision(6)).toFixed(12),
        }),
        side,
        shown,
      ),
      met: sampleLeg(sampleMarket(venue, symbol), side, met).levels,
    }))
}

const anyRoute = fc.constantFrom(...shapes).chain((legs) =>
  fc.record({
    route: fc.tuple(...legs.map((leg, k) => sizingLeg(leg, legs.length === 2 ? `v${k}` : 'v'))),
    cap: fc.constantFrom('0.004', '0.00173', '100', '241.7'),
    slip: fc.constantFrom('0', '0.0003', '0.002', '0.05'),
  }),
)

test('whatever a route’s orders meet, none spends more than the one before delivered', () => {
  let [sized, cut] = [0, 0]
  fc.assert(
    fc.property(anyRoute, ({ route, cap, slip }) => {
      const legs = route.map(({ leg }) => ({ ...leg, slip: rate(slip) }))
      const notionalMax = parseDecimal(cap)
      const sizing = sizeRoute(legs, { notionalMax, netMin: 0n, netPercentMin: 0 })
      if (sizing.outcome === 'refused') return
      sized++
      const { legs: plan } = sizing.sized

      // As it is planned: whatever it fills at, down to the limit.
      let purse = notionalMax
      for (const leg of plan) {
        expect(leg.spends.amount).toBeLessThanOrEqual(worstSpend(leg))
        expect(worstSpend(leg)).toBeLessThanOrEqual(purse)
        purse = leg.receives.amount
      }

      // As it is done: each order is made of what arrived from the one before.
      let arrived: bigint | undefined
      for (const [k, leg] of plan.entries()) {
        const { market } = legs[k]!
        const amount =
          arrived === undefined ? leg.amount : amountWithin(leg, arrived, market.amountStep)
        if (amount < leg.amount) cut++
        const fill = filledOn(route[k]!.met, { ...leg, amount }, market)
        if (fill === undefined) return
        expect(fill.spent.amount).toBeLessThanOrEqual(arrived ?? notionalMax)
        arrived = fill.received.amount
      }
    }),
    { numRuns: 4000 },
  )
  expect(sized).toBeGreaterThan(1000)
  expect(cut).toBeGreaterThan(100)
})

function filledOn(
  levels: readonly Level[],
  { side, limit, amount }: { side: 'buy' | 'sell'; limit: LegPlan['limit']; amount: BaseAmount },
  market: Parameters<typeof fillOrder>[0]['market'],
): LegFill | undefined {
  const times = { sentAt: new Date(0), filledAt: new Date(0) }
  const result = fillOrder({ clientOrderId: 'a-1', market, side, limit, amount }, levels, times)
  return result.outcome === 'filled' && result.fill.filled > 0n ? result.fill : undefined
}
