import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decimalOf, parseDecimal, toNumber } from '../money.ts'
import type { SizingLeg } from './leg-fill.ts'
import { bruteForce, byHand } from './sample-brute-force.ts'
import { sampleMarket } from './sample-market.ts'
import { sampleLeg as leg, sizedOf, wide } from './sample-sizing.ts'
import { sizeRoute } from './size-route.ts'

// Books are made small enough to try every size there is.

const ladder = (best: number, direction: 1 | -1, lot: number) =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 5 })), {
      minLength: 1,
      maxLength: 3,
    })
    .map((steps) => {
      let price = best
      return steps.map(([gap, lots]): readonly [number, number] => {
        price = Number((price * (1 + direction * gap * 0.004)).toPrecision(6))
        return [price, Number((lots * lot).toPrecision(12))]
      })
    })

const rules = (lot: number, fees: readonly string[]) =>
  fc.record({
    fee: fc.constantFrom(...fees),
    paidIn: fc.constantFrom('received', 'quote'),
    amountStep: fc.constant(decimalOf(lot)),
    amountMin: fc.constantFrom('0', decimalOf(lot * 2)),
    notionalMin: fc.constantFrom('0', '1'),
  })

const fees = ['0', '0.0005', '0.001', '0.01']
const edge = fc.double({ min: 0.99, max: 1.6, noNaN: true })
const cashHeld = fc.constantFrom('15', '90', '100000')
const coinsHeld = fc.constantFrom('0.7', '2.5', '100000')

const crossLegs = fc
  .tuple(fc.constantFrom(0.5, 1, 2), fc.constantFrom(0.5, 1), edge)
  .chain(([buyLot, sellLot, gap]) =>
    fc.tuple(
      rules(buyLot, fees),
      rules(sellLot, fees),
      ladder(20, 1, buyLot),
      ladder(20 * gap, -1, sellLot),
      cashHeld,
      coinsHeld,
    ),
  )
  .map(([bought, sold, asks, bids, cash, coins]) => [
    leg(sampleMarket('a', 'X/USDT', bought), 'buy', asks, cash),
    leg(sampleMarket('b', 'X/USDT', sold), 'sell', bids, coins),
  ])

const cycleLegs = fc
  .tuple(
    fc.constantFrom(0.1, 0.2),
    fc.constantFrom(1, 2),
    fc.constantFrom(1, 3),
    edge,
    fc.boolean(),
  )
  .chain(([btcLot, crossLot, ethLot, gap, forward]) =>
    fc
      .tuple(
        rules(btcLot, fees),
        rules(crossLot, fees),
        rules(ethLot, fees),
        forward ? ladder(100, 1, btcLot) : ladder(10, 1, ethLot),
        forward ? ladder(0.1, 1, crossLot) : ladder(0.1 * gap, -1, crossLot),
        forward ? ladder(10 * gap, -1, ethLot) : ladder(100, -1, btcLot),
        cashHeld,
      )
      .map(([btc, cross, eth, first, second, third, cash]) => {
        const [btcUsdt, ethBtc, ethUsdt] = [
          sampleMarket('a', 'BTC/USDT', btc),
          sampleMarket('a', 'ETH/BTC', { ...cross, notionalMin: '0' }),
          sampleMarket('a', 'ETH/USDT', eth),
        ] as const
        return forward
          ? [
              leg(btcUsdt, 'buy', first, cash),
              leg(ethBtc, 'buy', second),
              leg(ethUsdt, 'sell', third),
            ]
          : [
              leg(ethUsdt, 'buy', first, cash),
              leg(ethBtc, 'sell', second),
              leg(btcUsdt, 'sell', third),
            ]
      }),
  )

const anyLegs: fc.Arbitrary<SizingLeg[]> = fc.oneof(crossLegs, cycleLegs)
const anyCap = fc.constantFrom('60', '250', '1000000').map((cap) => parseDecimal(cap))

test('the size is the best of all sizes there are', () => {
  let sizedCount = 0
  fc.assert(
    fc.property(anyLegs, anyCap, (legs, cap) => {
      const sizing = sizeRoute(legs, { ...wide, notionalMax: cap })
      const best = bruteForce(legs, cap, 15n)
      if (sizing.outcome === 'sized') {
        sizedCount++
        // Sizes that differ in the fifteenth digit are one size to the ranking.
        expect(sizing.sized.net - (best ?? 0n)).toBeGreaterThanOrEqual(-1000n)
        expect(sizing.sized.net).toBeLessThanOrEqual(best ?? 0n)
      } else expect(best === undefined || best <= 0n, JSON.stringify(sizing.refusal)).toBe(true)
    }),
    { numRuns: 3000 },
  )
  expect(sizedCount).toBeGreaterThan(300)
})

test('every plan obeys its market and its account, and its cash flows give the net', () => {
  fc.assert(
    fc.property(anyLegs, anyCap, (legs, cap) => {
      const sizing = sizeRoute(legs, { ...wide, notionalMax: cap })
      if (sizing.outcome === 'refused') return
      const { sized } = sizing
      const flows = new Map<string, bigint>()
      sized.legs.forEach((plan, k) => {
        const { market, balance } = legs[k]!
        const hand = byHand(legs[k]!, plan.amount)
        expect([plan.spends.amount, plan.receives.amount]).toEqual([hand.out, hand.in])
        expect(plan.amount % market.amountStep).toBe(0n)
        expect(plan.limit % market.priceStep).toBe(0n)
        expect(plan.amount >= market.amountMin).toBe(true)
        expect(plan.notional >= market.notionalMin).toBe(true)
        if (plan.side === 'buy') expect(plan.limit >= plan.average).toBe(true)
        else expect(plan.limit <= plan.average).toBe(true)
        if (balance !== undefined) expect(plan.spends.amount <= balance).toBe(true)
        for (const [{ asset, amount }, sign] of [
          [plan.spends, -1n],
          [plan.receives, 1n],
        ] as const)
          flows.set(asset, (flows.get(asset) ?? 0n) + sign * amount)
      })
      // Nothing is sold that was not bought; what is left of other assets is not counted.
      for (const [asset, amount] of flows)
        if (asset !== sized.asset) expect(amount >= 0n, asset).toBe(true)
      expect(flows.get(sized.asset)).toBe(sized.net)
      expect(sized.gross - sized.fees).toBe(sized.net)
      expect(sized.notional <= cap).toBe(true)
      expect(sized.net > 0n).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('the net is never above what the best prices promise', () => {
  fc.assert(
    fc.property(anyLegs, anyCap, (legs, cap) => {
      const sizing = sizeRoute(legs, { ...wide, notionalMax: cap })
      if (sizing.outcome === 'refused') return
      const { net, notional, netAtTop } = sizing.sized
      expect(toNumber(net)).toBeLessThanOrEqual(toNumber(notional) * netAtTop + 1e-9)
    }),
    { numRuns: 1000 },
  )
})

test('a least net profit refuses exactly the routes whose best is below it', () => {
  fc.assert(
    fc.property(anyLegs, anyCap, fc.constantFrom('0.5', '3', '20'), (legs, cap, least) => {
      const netMin = parseDecimal(least)
      const free = sizeRoute(legs, { ...wide, notionalMax: cap })
      const { outcome } = sizeRoute(legs, { ...wide, notionalMax: cap, netMin })
      const enough = free.outcome === 'sized' && free.sized.net >= netMin
      expect(outcome).toBe(enough ? 'sized' : 'refused')
    }),
    { numRuns: 1000 },
  )
})

test('a route that pays one way never pays the other way round', () => {
  fc.assert(
    fc.property(edge, fc.constantFrom(...fees), (gap, fee) => {
      const [bid, ask] = [20 * gap * 0.999, 20 * gap]
      const market = (venue: string) => sampleMarket(venue, 'X/USDT', { fee })
      const route = (cheap: string, asks: number, dear: string, bids: number) =>
        sizeRoute(
          [
            leg(market(cheap), 'buy', [[asks, 1]], '99'),
            leg(market(dear), 'sell', [[bids, 1]], '9'),
          ],
          wide,
        ).outcome
      const there = route('a', 20, 'b', bid)
      const back = route('b', ask, 'a', 19.98)
      expect([there, back]).toContain('refused')
      if (bid * (1 - Number(fee)) ** 2 > 20.001) expect(there).toBe('sized')
    }),
  )
})

test('with fine lots the size is within a hair of the best', () => {
  const lot = fc.constantFrom('0.00001', '0.00003', '0.0001')
  const share = fc.double({ min: 1.004, max: 1.03, noNaN: true })
  const coins = fc.constantFrom('0.01', '0.001', '0.04')
  let [found, possible] = [0, 0]
  fc.assert(
    fc.property(
      lot,
      coins,
      coins,
      share,
      fc.constantFrom(...fees),
      (btcLot, crossLot, solLot, gap, fee) => {
        const market = (symbol: string, amountStep: string) =>
          sampleMarket('a', symbol, {
            fee,
            amountStep,
            notionalMin: symbol === 'SOL/BTC' ? '0' : '5',
          })
        const legs = [
          leg(
            market('BTC/USDT', btcLot),
            'buy',
            [
              [60_000, 0.01],
              [60_010, 0.5],
            ],
            '10000',
          ),
          leg(market('SOL/BTC', crossLot), 'buy', [
            [0.0015, 3],
            [0.00151, 40],
          ]),
          leg(market('SOL/USDT', solLot), 'sell', [
            [90 * gap, 4],
            [89 * gap, 30],
          ]),
        ]
        const cap = parseDecimal('300')
        const sizing = sizeRoute(legs, { ...wide, notionalMax: cap })
        const best = bruteForce(legs, cap, 10n ** 6n) ?? 0n
        if (best < parseDecimal('0.001')) return
        const net = toNumber(sizedOf(sizing).net)
        found += net
        possible += toNumber(best)
        expect(net).toBeGreaterThan(toNumber(best) * 0.8)
      },
    ),
    { numRuns: 150 },
  )
  expect(found / possible).toBeGreaterThan(0.99)
})
