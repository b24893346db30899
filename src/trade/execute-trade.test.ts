import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { declare, grantTrade, openTestStores, totals, type TestStores } from '../../test/stores.ts'
import { scriptedMarket } from '../../test/scripted-source.ts'
import { openTradingFloor, type FloorLeg, type TradingFloor } from '../../test/trading-floor.ts'
import { reprice } from '../../workers/reprice.ts'
import { openPaperOrderGateway } from '../exchanges/paper-order-gateway.ts'
import type { VenueId } from '../market/market.ts'
import { format } from '../money.ts'
import { defaultSettings, type Settings } from '../settings/settings.ts'
import { executeTrade, type TradeDesk } from './execute-trade.ts'
import type { Order } from './order-gateway.ts'
import { outcomeOf } from './outcome.ts'
import { review } from './risk-rules.ts'
import type { Trade } from './trade.ts'

let stores: TestStores
let floor: TradingFloor
let usdtBefore: bigint

const fine = { priceDecimals: 6, amountDecimals: 6, amountMin: 0.001 }
const crossLegs: readonly FloorLeg[] = [
  ['kucoin', 'SOL/USDT', 'buy'],
  ['binance', 'SOL/USDT', 'sell'],
]
const cycleLegs: readonly FloorLeg[] = [
  ['binance', 'ETH/USDT', 'buy'],
  ['binance', 'ETH/BTC', 'sell'],
  ['binance', 'BTC/USDT', 'sell'],
]

beforeAll(async () => {
  stores = await openTestStores()
  floor = await openTradingFloor({
    kucoin: [scriptedMarket('SOL/USDT')],
    binance: [
      scriptedMarket('SOL/USDT'),
      scriptedMarket('ETH/USDT', fine),
      scriptedMarket('ETH/BTC', { ...fine, notionalMin: 0.0001 }),
      scriptedMarket('BTC/USDT', fine),
    ],
  })
})
afterAll(async () => {
  await floor.close()
  await stores.close()
})

/** Gaps of about 2 % on both routes. */
function showGaps(): void {
  const { show } = floor
  show('kucoin', 'SOL/USDT', { bids: [[99.9, 50]], asks: [[100, 50]] })
  show('binance', 'SOL/USDT', { bids: [[102, 50]], asks: [[102.1, 50]] })
  show('binance', 'ETH/USDT', { bids: [[99.9, 50]], asks: [[100, 50]] })
  show('binance', 'ETH/BTC', { bids: [[0.0103, 50]], asks: [[0.0104, 50]] })
  show('binance', 'BTC/USDT', { bids: [[10_000, 5]], asks: [[10_001, 5]] })
}

beforeEach(async () => {
  await stores.empty()
  await declare(stores, {
    'kucoin USDT': '1000',
    'kucoin SOL': '10',
    'binance USDT': '1000',
    'binance SOL': '10',
  })
  usdtBefore = (await totals(stores)).get('USDT') ?? 0n
  showGaps()
})
afterEach(() => {
  for (const venue of floor.venues.ids) floor.servers.faults.heal(venue)
})

type Bench = {
  readonly desk: TradeDesk
  readonly orders: Order[]
  readonly told: Trade[]
}

/** The real parts; `onTheWay` runs while an order travels to its venue. */
function openBench(
  settings: Partial<Settings> = {},
  onTheWay: (order: number) => void | Promise<void> = () => undefined,
): Bench {
  const current = { ...defaultSettings('simulator'), ...settings }
  const values = new Map(Object.entries({ USDT: 1, SOL: 100, ETH: 100, BTC: 10_000 }))
  const rest = (venue: VenueId) => floor.venues.rest(venue)
  const orders: Order[] = []
  const told: Trade[] = []
  let sent = 0
  const paper = openPaperOrderGateway({
    rest,
    latencyMs: () => 0,
    wait: async () => onTheWay(sent++),
    now: () => new Date(),
  })
  const desk: TradeDesk = {
    trades: stores.trades,
    worker: 'one',
    gateway: {
      place(order) {
        orders.push(order)
        return paper.place(order)
      },
    },
    reprice: (trade) =>
      reprice(
        {
          rest,
          market: async (venue, symbol) => floor.market(venue, symbol),
          balances: () => stores.trades.balances(),
          limits: async () => current,
          worthOf: async (asset) => values.get(asset),
        },
        trade,
      ),
    async forbidden({ id, route, plan }, notionalUsdt) {
      const venues = plan.map(({ venue }) => venue)
      const proposal = { route, notionalUsdt, venues, capitalUsdt: new Map() }
      return review(proposal, await stores.trades.exposure(id), current)
    },
    market: async ({ venue, symbol }) => floor.market(venue, symbol),
    values: async () => values,
    announce: async (trade) => void told.push(trade),
  }
  return { desk, orders, told }
}

const approved = async (legs: readonly FloorLeg[]) => grantTrade(stores, await floor.offer(legs))

async function tradeOf(id: string): Promise<Trade> {
  const trade = await stores.trades.find(id)
  if (trade === undefined) throw new Error(`no trade ${id}`)
  return trade
}

/** Every unit that came or went is in a fill, to the last digit, and nothing stays reserved. */
async function expectMoneyKept(trade: Trade, before: ReadonlyMap<string, bigint>): Promise<void> {
  const after = await totals(stores)
  const changes = new Map(outcomeOf(trade.fills, '').residual.map((r) => [r.asset, r.amount]))
  for (const asset of new Set([...before.keys(), ...after.keys()]))
    expect([asset, after.get(asset) ?? 0n]).toEqual([
      asset,
      (before.get(asset) ?? 0n) + (changes.get(asset) ?? 0n),
    ])
  expect((await stores.trades.balances()).filter(({ reserved }) => reserved !== 0n)).toEqual([])
}

test('a cross is sent to both venues and settles at what was expected, whichever asset takes the fee', async () => {
  const before = await totals(stores)
  const { desk, orders, told } = openBench()
  const id = await approved(crossLegs)
  await executeTrade(desk, id)
  const trade = await tradeOf(id)
  if (trade.state !== 'settled') throw new Error(trade.state)
  expect(orders.map(({ clientOrderId }) => clientOrderId)).toEqual([`${id}-1`, `${id}-2`])
  expect(told.map(({ state }) => state)).toEqual(['executing', 'settled'])
  // KuCoin takes the fee of a buy in quote, so all that was bought is sold.
  expect(trade.fills.map(({ fee }) => fee.asset)).toEqual(['USDT', 'USDT'])
  expect(trade.residual).toEqual([])
  expect(trade.realisedNet).toBe(trade.expectedNet)
  expect((await totals(stores)).get('USDT')).toBe(usdtBefore + trade.realisedNet)
  await expectMoneyKept(trade, before)
})

test('where the buy pays its fee in base, what arrived is sold and the dust is named', async () => {
  floor.show('binance', 'SOL/USDT', { bids: [[99.9, 50]], asks: [[100, 50]] })
  floor.show('kucoin', 'SOL/USDT', { bids: [[102, 50]], asks: [[102.1, 50]] })
  const before = await totals(stores)
  const id = await approved([
    ['binance', 'SOL/USDT', 'buy'],
    ['kucoin', 'SOL/USDT', 'sell'],
  ])
  await executeTrade(openBench().desk, id)
  const trade = await tradeOf(id)
  if (trade.state !== 'settled') throw new Error(trade.state)
  expect(trade.fills.map(({ fee }) => fee.asset)).toEqual(['SOL', 'USDT'])
  expect(trade.realisedNet).toBe(trade.expectedNet)
  for (const { asset, amount } of trade.residual) {
    expect(asset).toBe('SOL')
    expect(amount).toBeGreaterThan(0n)
    expect(amount).toBeLessThan(floor.market('kucoin', 'SOL/USDT').amountStep)
  }
  await expectMoneyKept(trade, before)
})

test('each leg of a cycle spends what the one before delivered', async () => {
  const before = await totals(stores)
  const id = await approved(cycleLegs)
  await executeTrade(openBench().desk, id)
  const trade = await tradeOf(id)
  if (trade.state !== 'settled') throw new Error(trade.state)
  const [buy, swap, sell] = trade.fills
  expect(trade.fills.map(({ fee }) => fee.asset)).toEqual(['ETH', 'BTC', 'USDT'])
  expect(swap?.spent.amount).toBeLessThanOrEqual(buy?.received.amount ?? 0n)
  expect(sell?.spent.amount).toBeLessThanOrEqual(swap?.received.amount ?? 0n)
  expect(trade.realisedNet).toBe(trade.expectedNet)
  expect(trade.realisedNet).toBeGreaterThan(0n)
  await expectMoneyKept(trade, before)
})

test('a first leg filled in part makes the legs after it smaller', async () => {
  const before = await totals(stores)
  const id = await approved(cycleLegs)
  const { desk, orders } = openBench({}, (order) => {
    if (order === 0) floor.show('binance', 'ETH/USDT', { bids: [[99, 1]], asks: [[100, 0.4]] })
  })
  await executeTrade(desk, id)
  const trade = await tradeOf(id)
  if (trade.state !== 'settled') throw new Error(trade.state)
  expect(trade.fills.map(({ filled }) => format(filled))).toEqual(['0.4', '0.3996', '0.004111'])
  expect(orders[1]?.amount).toBeLessThan(trade.plan[1]?.amount ?? 0n)
  expect(trade.realisedNet).toBeLessThan(trade.expectedNet)
  expect(trade.realisedNet).toBeGreaterThan(0n)
  await expectMoneyKept(trade, before)
})

test('a second leg that the venue does not take leaves an open position, named to the last digit', async () => {
  const before = await totals(stores)
  const id = await approved(cycleLegs)
  const { desk, orders, told } = openBench({}, (order) => {
    if (order === 1) floor.servers.faults.rest('binance', { status: 500, body: '{}' })
  })
  await executeTrade(desk, id)
  const trade = await tradeOf(id)
  if (trade.state !== 'exposed') throw new Error(trade.state)
  const [buy] = trade.fills
  expect(orders).toHaveLength(2)
  expect(trade.fills).toHaveLength(1)
  expect(trade.reason).toMatch(/^binance ETH\/BTC: .*500/)
  expect(trade.residual).toEqual([buy?.received])
  expect(trade.realisedNet).toBe(-(buy?.spent.amount ?? 0n))
  expect(told.at(-1)).toEqual(trade)
  // An open position is not a loss yet: it is worth what it would bring.
  const { realisedTodayUsdt } = await stores.trades.exposure()
  expect(realisedTodayUsdt).toBeCloseTo(-0.1, 1)
  await expectMoneyKept(trade, before)
})

test('a cross of which one leg finds nothing at its limit is exposed', async () => {
  const before = await totals(stores)
  const id = await approved(crossLegs)
  const { desk } = openBench({}, () =>
    floor.show('binance', 'SOL/USDT', { bids: [[90, 50]], asks: [[91, 50]] }),
  )
  await executeTrade(desk, id)
  const trade = await tradeOf(id)
  if (trade.state !== 'exposed') throw new Error(trade.state)
  expect(trade.fills.map(({ venue }) => venue)).toEqual(['kucoin'])
  expect(trade.reason).toBe('binance SOL/USDT: nothing was left at or above the limit')
  expect(trade.residual).toEqual([{ asset: 'SOL', amount: trade.fills[0]?.filled }])
  await expectMoneyKept(trade, before)
})

test('legs that both find nothing leave no trade, only what was found', async () => {
  const before = await totals(stores)
  const id = await approved(crossLegs)
  const { desk } = openBench({}, () => {
    floor.show('kucoin', 'SOL/USDT', { bids: [[110, 50]], asks: [[111, 50]] })
    floor.show('binance', 'SOL/USDT', { bids: [[90, 50]], asks: [[91, 50]] })
  })
  await executeTrade(desk, id)
  const trade = await tradeOf(id)
  expect(trade).toMatchObject({ state: 'abandoned', fills: [], foundNet: trade.expectedNet })
  await expectMoneyKept(trade, before)
})

test('a gateway that throws is an unknown leg, and the other leg is booked', async () => {
  const before = await totals(stores)
  const id = await approved(crossLegs)
  const { desk } = openBench({}, (order) => {
    if (order === 1) throw new Error('the socket broke')
  })
  await executeTrade(desk, id)
  const trade = await tradeOf(id)
  expect(trade).toMatchObject({ state: 'exposed', reason: expect.stringMatching(/socket broke/) })
  expect(trade.fills.map(({ venue }) => venue)).toEqual(['kucoin'])
  await expectMoneyKept(trade, before)
})

test('a gap that is gone at the click sends nothing and keeps both numbers', async () => {
  const before = await totals(stores)
  const id = await approved(crossLegs)
  const shown = (await tradeOf(id)).expectedNet
  floor.show('binance', 'SOL/USDT', { bids: [[100.4, 50]], asks: [[100.5, 50]] })
  const { desk, orders, told } = openBench()
  await executeTrade(desk, id)
  const trade = await tradeOf(id)
  if (trade.state !== 'abandoned') throw new Error(trade.state)
  expect(orders).toEqual([])
  expect(trade.expectedNet).toBe(shown)
  expect(trade.foundNet).toBeLessThan(shown / 2n)
  expect(told).toEqual([trade])
  await expectMoneyKept(trade, before)
})

test('a limit that forbids the trade is told in its own words, and nothing is sent', async () => {
  const id = await approved(crossLegs)
  const { desk, orders } = openBench({ 'desk.paused': true })
  await executeTrade(desk, id)
  const trade = await tradeOf(id)
  expect(orders).toEqual([])
  expect(trade).toMatchObject({
    state: 'abandoned',
    reason: expect.stringMatching(/^paused: the desk is paused/),
  })
  expect(trade.state === 'abandoned' && trade.foundNet).toBe(trade.expectedNet)
})

test('money that another trade took a moment before is missed in time', async () => {
  const before = await totals(stores)
  const id = await approved(cycleLegs)
  const { desk, orders } = openBench()
  const rival = await grantTrade(
    stores,
    await floor.offer(cycleLegs, { notionalMax: 950, route: 'cycle binance USDT>SOL>ETH' }),
  )
  await executeTrade(
    {
      ...desk,
      async forbidden() {
        const claim = await stores.trades.claim(rival, 'rival', 60_000)
        if (claim.outcome !== 'claimed') throw new Error(claim.outcome)
        const { plan, expectedNet } = claim.trade
        expect(await stores.trades.begin(rival, claim.epoch, plan, expectedNet)).toEqual({
          outcome: 'begun',
        })
        return []
      },
    },
    id,
  )
  expect(await tradeOf(id)).toMatchObject({
    state: 'abandoned',
    reason: 'not enough USDT on binance',
  })
  expect(orders).toEqual([])
  expect(await totals(stores)).toEqual(before)
})

test('of many workers one trades, and a second call finds nothing to do', async () => {
  const before = await totals(stores)
  const id = await approved(crossLegs)
  const { desk, orders } = openBench()
  await Promise.all(
    Array.from({ length: 8 }, (_, k) => executeTrade({ ...desk, worker: `worker ${k}` }, id)),
  )
  const trade = await tradeOf(id)
  expect(trade.state).toBe('settled')
  expect(orders).toHaveLength(2)
  await executeTrade(desk, id)
  await executeTrade(desk, 'no such trade')
  expect(await tradeOf(id)).toEqual(trade)
  expect(orders).toHaveLength(2)
  await expectMoneyKept(trade, before)
})

test('of more trades than may be open at once, those approved first are made', async () => {
  const ids: string[] = []
  for (let k = 0; k < 5; k++)
    ids.push(
      await grantTrade(
        stores,
        await floor.offer(crossLegs, { route: `cross SOL${k}/USDT kucoin>binance` }),
      ),
    )
  const { desk } = openBench({ 'trading.open_trades_max': 3 })
  // All have been looked at before the first is sent.
  const together = Promise.withResolvers<void>()
  let judged = 0
  const forbidden: TradeDesk['forbidden'] = async (...asked) => {
    const sentences = await desk.forbidden(...asked)
    if (++judged === ids.length) together.resolve()
    await together.promise
    return sentences
  }
  await Promise.all(ids.map((id) => executeTrade({ ...desk, forbidden }, id)))
  const states = await Promise.all(ids.map(async (id) => (await tradeOf(id)).state))
  expect(states).toEqual(['settled', 'settled', 'settled', 'abandoned', 'abandoned'])
})

/** As a worker leaves it that died after `legs` legs; its lease is over when this resolves. */
async function leftBehind(legs: number): Promise<string> {
  const id = await approved(cycleLegs)
  const { trades } = stores
  const claim = await trades.claim(id, 'dead', 100)
  if (claim.outcome !== 'claimed') throw new Error(claim.outcome)
  const { trade, epoch } = claim
  await trades.begin(id, epoch, trade.plan, trade.expectedNet)
  for (const [k, leg] of trade.plan.slice(0, legs).entries())
    await trades.addFill(id, epoch, {
      ...leg,
      orderId: `${id}-${k + 1}`,
      filled: leg.amount,
      spent: leg.spends,
      received: leg.receives,
      sentAt: new Date(),
      filledAt: new Date(),
    })
  await sleep(120)
  return id
}

test('what a dead worker did between two legs is booked as it stands', async () => {
  const before = await totals(stores)
  const id = await leftBehind(1)
  const { desk, orders } = openBench()
  await executeTrade(desk, id)
  const trade = await tradeOf(id)
  expect(orders).toEqual([])
  expect(trade).toMatchObject({ state: 'exposed', reason: 'interrupted between legs' })
  expect(trade.state === 'exposed' && trade.residual.map(({ asset }) => asset)).toEqual(['ETH'])
  await expectMoneyKept(trade, before)
})

test('a worker that died before or after all legs leaves no open position', async () => {
  const { desk } = openBench()
  const none = await leftBehind(0)
  await executeTrade(desk, none)
  expect(await tradeOf(none)).toMatchObject({
    state: 'abandoned',
    reason: 'interrupted between legs',
  })
  const all = await leftBehind(3)
  await executeTrade(desk, all)
  expect((await tradeOf(all)).state).toBe('settled')
})

test('a leg is booked before the next one goes out', async () => {
  const id = await approved(cycleLegs)
  const booked: number[] = []
  const { desk } = openBench({}, async () => void booked.push((await tradeOf(id)).fills.length))
  await executeTrade(desk, id)
  expect(booked).toEqual([0, 1, 2])
})

test('a position that nobody can value is never called settled', async () => {
  const id = await leftBehind(1)
  const { desk } = openBench()
  await executeTrade({ ...desk, values: async () => new Map() }, id)
  expect((await tradeOf(id)).state).toBe('exposed')
})
