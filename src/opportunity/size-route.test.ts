import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Market } from '../market/market.ts'
import { decimalOf, format, parseDecimal, quoteAmount, rate, toNumber } from '../money.ts'
import { exactLevels } from './depth.ts'
import type { SizingLeg } from './leg-fill.ts'
import type { LegPlan } from './opportunity.ts'
import { sampleMarket } from './sample-market.ts'
import { sizeRoute, type SizedRoute, type Sizing, type SizingLimits } from './size-route.ts'

const one = 10n ** 18n
const wide: SizingLimits = { notionalMax: 10n ** 30n, netMin: 0n, netPercentMin: 0 }

const leg = (
  market: Market,
  side: 'buy' | 'sell',
  levels: readonly (readonly [number, number])[],
  balance?: string,
): SizingLeg => ({
  market,
  side,
  levels: exactLevels(levels, rate('1')),
  ...(balance !== undefined && { balance: parseDecimal(balance) }),
  bookAgeMs: 5,
})
const sizedOf = (sizing: Sizing): SizedRoute => {
  if (sizing.outcome === 'refused')
    throw new Error(`${sizing.refusal.reason}: ${sizing.refusal.detail}`)
  return sizing.sized
}
const reasonOf = (sizing: Sizing) =>
  sizing.outcome === 'refused' ? sizing.refusal.reason : 'sized'

const buyer = (rules = {}) =>
  sampleMarket('a', 'X/USDT', { fee: '0.001', paidIn: 'quote', ...rules })
const seller = (rules = {}) => sampleMarket('b', 'X/USDT', { fee: '0.001', ...rules })

test('a cross route stops where the next unit would lose', () => {
  const sized = sizedOf(
    sizeRoute(
      [
        leg(
          buyer(),
          'buy',
          [
            [100, 1],
            [100.5, 1],
            [101, 5],
          ],
          '1000',
        ),
        leg(
          seller(),
          'sell',
          [
            [102, 1.5],
            [101, 9],
          ],
          '10',
        ),
      ],
      wide,
    ),
  )
  const [buy, sell] = sized.legs as [LegPlan, LegPlan]
  expect(format(buy.amount)).toBe('2')
  expect(format(buy.limit)).toBe('100.5')
  expect(format(buy.spends.amount)).toBe('200.7005')
  expect(format(buy.average)).toBe('100.25')
  expect(format(sell.limit)).toBe('101')
  expect(format(sell.receives.amount)).toBe('203.2965')
  expect(format(sized.net)).toBe('2.596')
  expect(format(sized.fees)).toBe('0.404')
  expect(format(sized.gross)).toBe('3')
  expect(sized).toMatchObject({ asset: 'USDT', limitedBy: 'margin' })
  expect(sized.netPercent).toBeCloseTo((2.596 / 200.7005) * 100, 9)
})

test('a buy whose fee comes off the coin buys enough to deliver what is sold', () => {
  const sized = sizedOf(
    sizeRoute(
      [
        leg(sampleMarket('a', 'X/USDT', { amountStep: '0.0001' }), 'buy', [[100, 10]], '1000'),
        leg(seller({ amountStep: '0.01' }), 'sell', [[103, 2]], '10'),
      ],
      wide,
    ),
  )
  const [buy, sell] = sized.legs as [LegPlan, LegPlan]
  expect(format(sell.amount)).toBe('2')
  expect(format(buy.amount)).toBe('2.0021')
  expect(buy.receives.asset).toBe('X')
  expect(buy.receives.amount >= sell.amount).toBe(true)
  expect(format(buy.fee.amount)).toBe('0.0020021')
  expect(format(sized.net)).toBe('5.584')
})

test('a cycle feeds each leg with what the one before delivered', () => {
  const legs = [
    leg(sampleMarket('a', 'BTC/USDT', { amountStep: '0.001' }), 'buy', [[100, 50]], '100000'),
    leg(sampleMarket('a', 'ETH/BTC', { amountStep: '0.01' }), 'buy', [[0.1, 300]]),
    leg(sampleMarket('a', 'ETH/USDT', { amountStep: '0.01' }), 'sell', [
      [10.2, 90],
      [10.1, 50],
    ]),
  ]
  const sized = sizedOf(sizeRoute(legs, { ...wide, notionalMax: parseDecimal('500') }))
  expect(sized.asset).toBe('USDT')
  sized.legs.forEach((plan, k) => {
    const next = sized.legs[k + 1]
    if (next !== undefined) expect(plan.receives.amount >= next.spends.amount).toBe(true)
  })
  expect(sized.notional <= parseDecimal('500')).toBe(true)
  expect(sized.legs[2]!.receives.amount - sized.legs[0]!.spends.amount).toBe(sized.net)
  expect(sized.gross - sized.fees).toBe(sized.net)
  expect(toNumber(sized.fees)).toBeGreaterThan(1.4)
  expect(toNumber(sized.fees)).toBeLessThan(1.6)
})

test('each way of being too small has its own name', () => {
  const asks = [
    [100, 0.01],
    [104, 9],
  ] as const
  const bids = [[102, 9]] as const
  const cross = (limits: Partial<SizingLimits>, cash = '1000', coins = '10', rules = {}) =>
    reasonOf(
      sizeRoute([leg(buyer(rules), 'buy', asks, cash), leg(seller(rules), 'sell', bids, coins)], {
        ...wide,
        ...limits,
      }),
    )
  expect(cross({})).toBe('sized')
  expect(cross({ netMin: quoteAmount('0.5') })).toBe('no depth')
  expect(cross({}, '1000', '10', { amountMin: '0.02' })).toBe('no depth')
  expect(cross({ netPercentMin: 3 })).toBe('net below minimum')
  expect(cross({}, '0')).toBe('no balance')
  expect(cross({}, '1000', '0')).toBe('no balance')
  expect(cross({}, '1000', '0.001', { amountMin: '0.005' })).toBe('no balance')
  expect(cross({ notionalMax: quoteAmount('0.5') }, '9', '9', { notionalMin: '1' })).toBe(
    'below market minimum',
  )
  expect(cross({ notionalMax: quoteAmount('0.5'), netMin: quoteAmount('0.1') })).toBe(
    'net below minimum',
  )
  const sides = (first: SizingLeg, second: SizingLeg) => reasonOf(sizeRoute([first, second], wide))
  expect(sides(leg(buyer(), 'buy', [], '1'), leg(seller(), 'sell', bids, '1'))).toBe('no depth')
  expect(sides(leg(buyer(), 'buy', [[102, 1]], '1'), leg(seller(), 'sell', bids, '1'))).toBe(
    'net below minimum',
  )
})

test('legs that do not fit together are a bug', () => {
  const broken = [leg(buyer(), 'buy', [[1, 1]]), leg(buyer(), 'buy', [[1, 1]])]
  expect(() => sizeRoute(broken, wide)).toThrow('does not deliver')
  expect(() => sizeRoute([], wide)).toThrow('two legs')
})

test('a minimum above the most profitable size is met when that still pays', () => {
  const sized = sizedOf(
    sizeRoute(
      [
        leg(
          buyer({ amountMin: '2' }),
          'buy',
          [
            [100, 1],
            [102, 5],
          ],
          '1000',
        ),
        leg(seller(), 'sell', [[102, 9]], '10'),
      ],
      wide,
    ),
  )
  expect(format(sized.legs[0]!.amount)).toBe('2')
})

test('only the counted part of the depth is used, at prices as the venue wrote them', () => {
  const levels = exactLevels(
    [
      [0.1 + 0.2, 4],
      [1e-7, 1],
      [1e-19, 1],
    ],
    rate('0.25'),
  )
  expect(levels.map(([price, size]) => [format(price), format(size)])).toEqual([
    ['0.30000000000000004', '1'],
    ['0.0000001', '0.25'],
  ])
})

// Books small enough to try every size there is.

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

const up = (numerator: bigint, denominator: bigint) => (numerator + denominator - 1n) / denominator

/** One order worked out by hand: what goes out, what comes in, what the venue sets aside. */
function byHand({ market, side, levels }: SizingLeg, amount: bigint) {
  let left = amount
  let paid = 0n
  let got = 0n
  let worst = 0n
  for (const [price, size] of levels) {
    const taken = left < size ? left : size
    if (taken === 0n) break
    paid += up(price * taken, one)
    got += (price * taken) / one
    worst = price
    left -= taken
  }
  const fee = (value: bigint) => up(value * market.takerFee.rate, one)
  const filled = left === 0n
  if (side === 'sell')
    return { filled, worst, out: amount, in: got - fee(got), notional: got, reserved: amount }
  const whole = up(worst * amount, one)
  return market.takerFee.paidIn === 'quote'
    ? {
        filled,
        worst,
        out: paid + fee(paid),
        in: amount,
        notional: paid,
        reserved: whole + fee(whole),
      }
    : { filled, worst, out: paid, in: amount - fee(amount), notional: paid, reserved: whole }
}

type ByHand = ReturnType<typeof byHand>

const isAllowed = ({ market }: SizingLeg, amount: bigint, { notional, worst }: ByHand) => {
  const judged = (worst * amount) / one
  return (
    amount > 0n &&
    amount >= market.amountMin &&
    (judged < notional ? judged : notional) >= market.notionalMin
  )
}

/** The most lots that fit; whatever fits, fewer fit too. */
function mostLots(at: SizingLeg, available: bigint, lotsMax: bigint): bigint {
  let [fits, tooMany] = [0n, lotsMax + 1n]
  while (tooMany - fits > 1n) {
    const lots = (fits + tooMany) / 2n
    const { filled, out, reserved } = byHand(at, lots * at.market.amountStep)
    const held = at.balance === undefined || (reserved <= at.balance && out <= at.balance)
    if (filled && held && out <= available) fits = lots
    else tooMany = lots
  }
  return fits
}

/** The best net over every number of lots on the first leg, every leg taking as many lots as it can. */
function bruteForce(legs: readonly SizingLeg[], cap: bigint, lotsMax: bigint): bigint | undefined {
  let best: bigint | undefined
  const [first, ...others] = legs as [SizingLeg, ...SizingLeg[]]
  for (let lots = mostLots(first, cap, lotsMax); lots > 0n; lots--) {
    const start = byHand(first, lots * first.market.amountStep)
    let carried = start.in
    let fits = isAllowed(first, lots * first.market.amountStep, start)
    for (const next of others) {
      const amount = mostLots(next, carried, 10n ** 6n) * next.market.amountStep
      const flows = byHand(next, amount)
      fits &&= isAllowed(next, amount, flows)
      carried = flows.in
    }
    if (fits && (best === undefined || carried - start.out > best)) best = carried - start.out
  }
  return best
}

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

test('a size whose percentage would fall short is cut back until it does not', () => {
  const legs = [
    leg(
      buyer(),
      'buy',
      [
        [100, 1],
        [101.5, 9],
      ],
      '5000',
    ),
    leg(seller(), 'sell', [[102, 50]], '50'),
  ]
  const all = sizedOf(sizeRoute(legs, wide))
  expect(format(all.legs[0]!.amount)).toBe('10')
  expect(all.netPercent).toBeLessThan(1)
  const enough = sizedOf(sizeRoute(legs, { ...wide, netPercentMin: 1 }))
  expect(enough.netPercent).toBeGreaterThanOrEqual(1)
  expect(enough.netPercent).toBeLessThan(1.0001)
  expect(enough.notional > parseDecimal('150')).toBe(true)
  expect(reasonOf(sizeRoute(legs, { ...wide, netPercentMin: 2 }))).toBe('net below minimum')
})
