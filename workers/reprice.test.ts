import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { scriptedMarket } from '../test/scripted-source.ts'
import { openTradingFloor, type FloorLeg, type TradingFloor } from '../test/trading-floor.ts'
import type { Level } from '../src/simulator/market-source.ts'
import { floorToStep, format, parseDecimal, toNumber } from '../src/money.ts'
import type { LegPlan, Opportunity } from '../src/opportunity/opportunity.ts'
import { defaultSettings } from '../src/settings/settings.ts'
import { worstSpend } from '../src/trade/leg-budget.ts'
import type { Trade } from '../src/trade/trade.ts'
import { reprice, type Repriced, type RepriceLimits, type RepriceWiring } from './reprice.ts'

let floor: TradingFloor
beforeAll(async () => {
  const fine = { priceDecimals: 6, amountDecimals: 6, amountMin: 0.0001, notionalMin: 0.0001 }
  floor = await openTradingFloor({
    kucoin: [scriptedMarket('SOL/USDT')],
    binance: [
      scriptedMarket('SOL/USDT'),
      scriptedMarket('ETH/USDT', fine),
      scriptedMarket('ETH/BTC', fine),
      scriptedMarket('BTC/USDT', fine),
    ],
  })
})
afterAll(() => floor.close())
afterEach(() => floor.servers.faults.heal('binance'))

const crossLegs: readonly FloorLeg[] = [
  ['kucoin', 'SOL/USDT', 'buy'],
  ['binance', 'SOL/USDT', 'sell'],
]

/** KuCoin sells at 100, Binance buys at `bid`. */
function showCross(bid: number, size = 50): void {
  floor.show('kucoin', 'SOL/USDT', { bids: [[99, size]], asks: [[100, size]] })
  floor.show('binance', 'SOL/USDT', { bids: [[bid, size]], asks: [[bid + 1, size]] })
}

const tradeOf = (opportunity: Opportunity): Trade => ({
  id: 'trade',
  opportunity: opportunity.id,
  approval: 'approval',
  route: opportunity.route,
  kind: opportunity.kind,
  mode: 'paper',
  asset: opportunity.asset,
  expectedNet: opportunity.net,
  notional: opportunity.notional,
  notionalUsdt: opportunity.notionalUsdt,
  share: 1,
  createdAt: new Date(),
  plan: opportunity.legs,
  fills: [],
  state: 'approved',
})

const held = (venue: string, asset: string, free: string) => ({
  venue,
  asset,
  free: parseDecimal(free),
  reserved: 0n,
})
const plenty = [
  held('kucoin', 'USDT', '10000'),
  held('binance', 'USDT', '10000'),
  held('binance', 'SOL', '100'),
]

function repriced(
  trade: Trade,
  limits: Partial<RepriceLimits> = {},
  changes: Partial<RepriceWiring> = {},
): Promise<Repriced> {
  const wiring: RepriceWiring = {
    rest: (venue) => floor.venues.rest(venue),
    market: async (venue, symbol) => floor.market(venue, symbol),
    balances: async () => plenty,
    limits: async () => ({ ...defaultSettings('simulator'), ...limits }),
    worthOf: async () => 1,
    fillShare: async () => () => 1,
    ...changes,
  }
  return reprice(wiring, trade)
}

type Priced = Extract<Repriced, { outcome: 'priced' }>

/** What the first leg spends if all of it fills at its limit. */
const mostOf = ({ plan }: Priced): bigint => worstSpend(plan[0] as LegPlan)

async function pricedCross(...args: readonly [Partial<RepriceLimits>?, Partial<RepriceWiring>?]) {
  showCross(102)
  const trade = tradeOf(await floor.offer(crossLegs))
  const result = await repriced(trade, ...args)
  if (result.outcome !== 'priced') throw new Error(result.reason)
  return { trade, result }
}

test('books that stand as shown give the trade that was shown, less the room its limits leave', async () => {
  const { trade, result: still } = await pricedCross({ 'approval.tolerance': 0 })
  expect(still.net).toBe(trade.expectedNet)
  expect(still.notional).toBe(trade.notional)
  expect(still.notionalUsdt).toBeCloseTo(toNumber(trade.notional), 9)
  expect(still.plan.map(({ amount }) => amount)).toEqual(trade.plan.map(({ amount }) => amount))

  const { result: roomy } = await pricedCross({ 'trading.slip_percent_max': 0.2 })
  expect(toNumber(roomy.notional)).toBeGreaterThan(toNumber(trade.notional) * 0.997)
  expect(roomy.notional).toBeLessThan(trade.notional)
  expect(roomy.plan[0]?.spends.amount).toBe(roomy.notional)
})

test('half of what was shown still trades, less does not and tells both numbers', async () => {
  showCross(102)
  const trade = tradeOf(await floor.offer(crossLegs))
  expect(format(trade.expectedNet)).toBe('1.796202')
  showCross(101.2)
  const enough = await repriced(trade)
  if (enough.outcome !== 'priced') throw new Error(enough.reason)
  expect(enough.net).toBeGreaterThan(trade.expectedNet / 2n)
  showCross(101.05)
  const less = await repriced(trade)
  expect(less).toMatchObject({
    outcome: 'gone',
    reason: expect.stringMatching(/^shown 1\.796202 USDT net, now 0\.8/),
  })
  expect(less.net).toBeLessThan(trade.expectedNet / 2n)
  expect(less.net).toBeGreaterThan(0n)
})

test('the least net profit holds however tolerant the approval was', async () => {
  showCross(102)
  const trade = tradeOf(await floor.offer(crossLegs))
  showCross(100.6)
  const tolerant = { 'approval.tolerance': 1 }
  expect(await repriced(trade, tolerant)).toMatchObject({
    outcome: 'gone',
    reason: expect.stringMatching(/at least 0\.5 was agreed$/),
  })
  expect((await repriced(trade, { ...tolerant, 'trading.net_usdt_min': 0.1 })).outcome).toBe(
    'priced',
  )
  // The percentage is a minimum of its own.
  const percent = { ...tolerant, 'trading.net_usdt_min': 0.1, 'trading.net_percent_min': 1 }
  const gone = await repriced(trade, percent)
  expect(gone).toMatchObject({ outcome: 'gone', reason: expect.stringMatching(/at least 1 %/) })
  expect(gone.net).toBeGreaterThan(0n)
})

test('a gap that turned round tells what the shown size would lose now', async () => {
  showCross(102)
  const trade = tradeOf(await floor.offer(crossLegs))
  showCross(99)
  const gone = await repriced(trade)
  expect(gone).toMatchObject({
    outcome: 'gone',
    reason: expect.stringMatching(/^the gap is gone: net below minimum/),
  })
  expect(toNumber(gone.net ?? 0n)).toBeCloseTo(0.999 * (99 * 0.999 - 100 * 1.001), 3)
})

test('a better book is not traded larger than was shown', async () => {
  showCross(102, 2)
  const trade = tradeOf(await floor.offer(crossLegs))
  expect(toNumber(trade.notional)).toBeLessThan(51)
  showCross(103, 500)
  const result = await repriced(trade)
  if (result.outcome !== 'priced') throw new Error(result.reason)
  expect(mostOf(result)).toBeLessThanOrEqual(trade.notional)
  expect(result.net).toBeGreaterThan(trade.expectedNet)
})

test('no fill can cost more than was approved, nor than the largest notional allowed now', async () => {
  const approvedMax = 100
  for (const percent of [0, 0.2, 5])
    for (const usdtMax of [40.5, approvedMax, 500]) {
      const { trade, result } = await pricedCross({
        'trading.slip_percent_max': percent,
        'trading.notional_usdt_max': usdtMax,
        'approval.tolerance': 0.8,
      })
      expect(mostOf(result)).toBeLessThanOrEqual(trade.notional)
      expect(toNumber(mostOf(result))).toBeLessThanOrEqual(Math.min(usdtMax, approvedMax))
      expect(result.notional).toBeLessThanOrEqual(mostOf(result))
    }
})

test('a limit lowered since then makes the trade smaller', async () => {
  const { result } = await pricedCross({
    'trading.notional_usdt_max': 50,
    'approval.tolerance': 0.8,
  })
  expect(result.notionalUsdt).toBeLessThanOrEqual(50)
  expect(result.notionalUsdt).toBeGreaterThan(49)
})

test('limits slip on ticks, and a fill of everything at its limit is still what was agreed', async () => {
  for (const slipPercentMax of [0.01, 0.2, 5]) {
    const { trade, result } = await pricedCross({ 'trading.slip_percent_max': slipPercentMax })
    const [buy, sell] = result.plan
    if (buy === undefined || sell === undefined) throw new Error('two legs')
    for (const { venue, limit } of [buy, sell]) {
      const { priceStep } = floor.market(venue, 'SOL/USDT')
      expect(floorToStep(limit, priceStep)).toBe(limit)
    }
    const [ask, bid] = [toNumber(buy.limit), toNumber(sell.limit)]
    expect(ask).toBeGreaterThan(100)
    expect(ask).toBeLessThanOrEqual(100 * (1 + slipPercentMax / 100))
    expect(bid).toBeLessThan(102)
    expect(bid).toBeGreaterThanOrEqual(102 * (1 - slipPercentMax / 100))
    const amount = toNumber(buy.amount)
    const worst = amount * (bid * 0.999 - ask * 1.001)
    expect(worst).toBeGreaterThanOrEqual(toNumber(trade.expectedNet) / 2)
  }
})

test('a gap with nothing to spare keeps its limits', async () => {
  const { result } = await pricedCross({ 'approval.tolerance': 0 })
  expect(result.plan.map(({ limit }) => format(limit))).toEqual(['100', '102'])
})

test('what we hold now caps the size, and nothing held is no trade', async () => {
  const some = [held('kucoin', 'USDT', '10000'), held('binance', 'SOL', '0.6')]
  const { result } = await pricedCross({}, { balances: async () => some })
  expect(format(result.plan[1]?.amount ?? 0n)).toBe('0.6')
  const none = await repriced(
    tradeOf(await floor.offer(crossLegs)),
    {},
    { balances: async () => [] },
  )
  expect(none).toMatchObject({ outcome: 'gone', reason: expect.stringMatching(/no balance/) })
})

const show = (symbol: string, bids: readonly Level[], asks: readonly Level[]) =>
  floor.show('binance', symbol, { bids, asks })

test('a cycle spends only its start asset from stock', async () => {
  show('ETH/USDT', [[99.9, 50]], [[100, 50]])
  show('ETH/BTC', [[0.0103, 50]], [[0.0104, 50]])
  show('BTC/USDT', [[10_000, 5]], [[10_001, 5]])
  const trade = tradeOf(
    await floor.offer([
      ['binance', 'ETH/USDT', 'buy'],
      ['binance', 'ETH/BTC', 'sell'],
      ['binance', 'BTC/USDT', 'sell'],
    ]),
  )
  const result = await repriced(trade, { 'approval.tolerance': 0 })
  expect(result).toMatchObject({ outcome: 'priced', net: trade.expectedNet })
})

/** Three levels from `best` on, a few parts in a thousand apart. */
const ladder = (best: number, sign: 1 | -1) =>
  fc
    .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 60 })), {
      minLength: 3,
      maxLength: 3,
    })
    .map((rungs) => {
      let at = best
      return rungs.map(([gap, size]): Level => {
        at *= 1 + (sign * gap) / 20_000
        return [Number(at.toFixed(6)), size / 7]
      })
    })
const bookAround = (middle: number) =>
  fc.record({ bids: ladder(middle, -1), asks: ladder(middle, 1) })
const cycles: readonly (readonly FloorLeg[])[] = [
  [
    ['binance', 'BTC/USDT', 'buy'],
    ['binance', 'ETH/BTC', 'buy'],
    ['binance', 'ETH/USDT', 'sell'],
  ],
  [
    ['binance', 'ETH/USDT', 'buy'],
    ['binance', 'ETH/BTC', 'sell'],
    ['binance', 'BTC/USDT', 'sell'],
  ],
]

test('whatever the books show, a re-priced leg spends no more than the one before delivers', async () => {
  let priced = 0
  await fc.assert(
    fc.asyncProperty(
      bookAround(10_000),
      bookAround(0.01),
      fc.constantFrom(...cycles),
      fc.constantFrom(0, 0.05, 0.2, 5),
      fc.double({ min: 0.2, max: 3, noNaN: true }),
      async (bitcoin, cross, legs, slipPercentMax, edge) => {
        const forward = legs[0]?.[1] === 'BTC/USDT'
        const ether = 100 * (1 + ((forward ? 1 : -1) * (1 + edge)) / 100)
        show('BTC/USDT', bitcoin.bids, bitcoin.asks)
        show('ETH/BTC', cross.bids, cross.asks)
        show(
          'ETH/USDT',
          [[Number((ether * 0.9999).toFixed(6)), 50]],
          [[Number(ether.toFixed(6)), 50]],
        )
        const trade = await floor.offer(legs).then(tradeOf, () => undefined)
        if (trade === undefined) return
        const result = await repriced(trade, {
          'trading.slip_percent_max': slipPercentMax,
          'trading.net_usdt_min': 0,
          'trading.net_percent_min': 0,
        })
        if (result.outcome !== 'priced') return
        priced++
        let purse = trade.notional
        for (const leg of result.plan) {
          expect(worstSpend(leg)).toBeLessThanOrEqual(purse)
          purse = leg.receives.amount
        }
      },
    ),
    { numRuns: 60 },
  )
  expect(priced).toBeGreaterThan(20)
})

test('a venue that gives no book, a market no longer listed and an unknown worth send nothing', async () => {
  showCross(102)
  const trade = tradeOf(await floor.offer(crossLegs))
  floor.servers.faults.rest('binance', { status: 503, body: '{}' })
  expect(await repriced(trade)).toMatchObject({
    outcome: 'gone',
    reason: expect.stringMatching(/^binance: HTTP 503/),
  })
  floor.servers.faults.heal('binance')
  expect(await repriced(trade, {}, { market: async () => undefined })).toMatchObject({
    outcome: 'gone',
    reason: 'kucoin SOL/USDT is not listed any more',
  })
  for (const worth of [undefined, 0])
    expect(await repriced(trade, {}, { worthOf: async () => worth })).toMatchObject({
      outcome: 'gone',
      reason: 'nobody knows what USDT is worth',
    })
})

test('C15 where earlier orders got less than the book showed, the trade is smaller, or none', async () => {
  const { trade, result } = await pricedCross()
  // A quarter of it is counted, which is what was shown.
  showCross(102, 4.1)
  const shy = await repriced(
    trade,
    {},
    { fillShare: async () => (venue) => (venue === 'kucoin' ? 1 : 0.6) },
  )
  if (shy.outcome !== 'priced') throw new Error(shy.reason)
  expect(shy.plan[0]?.amount).toBeLessThan(result.plan[0]?.amount ?? 0n)
  expect((await repriced(trade, {}, { fillShare: async () => () => 0.1 })).outcome).toBe('gone')
})
