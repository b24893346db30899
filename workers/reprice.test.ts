import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { scriptedMarket } from '../test/scripted-source.ts'
import { openTradingFloor, type FloorLeg, type TradingFloor } from '../test/trading-floor.ts'
import type { Level } from '../src/simulator/market-source.ts'
import { floorToStep, format, parseDecimal, toNumber } from '../src/money.ts'
import type { Opportunity } from '../src/opportunity/opportunity.ts'
import { defaultSettings } from '../src/settings/settings.ts'
import type { Repriced } from '../src/trade/execute-trade.ts'
import type { Trade } from '../src/trade/trade.ts'
import { reprice, type RepriceLimits, type RepriceWiring } from './reprice.ts'

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
    ...changes,
  }
  return reprice(wiring, trade)
}

async function pricedCross(...args: readonly [Partial<RepriceLimits>?, Partial<RepriceWiring>?]) {
  showCross(102)
  const trade = tradeOf(await floor.offer(crossLegs))
  const result = await repriced(trade, ...args)
  if (result.outcome !== 'priced') throw new Error(result.reason)
  return { trade, result }
}

test('books that stand as shown give the trade that was shown', async () => {
  const { trade, result } = await pricedCross()
  expect(result.net).toBe(trade.expectedNet)
  expect(result.notionalUsdt).toBeCloseTo(toNumber(trade.notional), 9)
  expect(result.plan.map(({ amount }) => amount)).toEqual(trade.plan.map(({ amount }) => amount))
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
  expect(result.plan[0]?.spends.amount).toBeLessThanOrEqual(trade.notional)
  expect(result.net).toBeGreaterThan(trade.expectedNet)
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

test('a cycle spends only its start asset from stock', async () => {
  const show = (symbol: string, bids: Level[], asks: Level[]) =>
    floor.show('binance', symbol, { bids, asks })
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
  const result = await repriced(trade)
  expect(result).toMatchObject({ outcome: 'priced', net: trade.expectedNet })
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
