import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { scriptedMarket } from '../test/scripted-source.ts'
import { openTestStores, type TestStores } from '../test/stores.ts'
import { openTradingFloor, type TradingFloor } from '../test/trading-floor.ts'
import { openDatabase } from '../src/database/connect.ts'
import { openPostgresAlertRuleStore } from '../src/database/postgres-alert-rule-store.ts'
import { createLog } from '../src/log.ts'
import { format, parseDecimal } from '../src/money.ts'
import { crossShard } from '../src/opportunity/shards.ts'
import type { WatchWish } from '../src/opportunity/watch-wish.ts'
import { defaultSettings, type Settings } from '../src/settings/settings.ts'
import { createRuleAlerts } from './rule-alerts.ts'
import { createSweeper, type Sweeper, type SweeperWiring } from './sweeper.ts'
import { createVenueSweeps, type VenueSweepsWiring } from './venue-sweeps.ts'

const gapRoute = 'cross SOL/USDT kucoin>binance'
const hourMs = 3_600_000

let stores: TestStores
let floor: TradingFloor
beforeAll(async () => {
  stores = await openTestStores()
  const networks = [{ network: 'ERC20', deposit: true, withdraw: true, withdrawFee: 1 }]
  const assets = ['USDT', 'SOL', 'ETH', 'XRP', 'BTC'].map((asset) => ({
    asset,
    name: asset,
    networks: networks.map((network) => ({ ...network, contract: `0x${asset}` })),
  }))
  const symbols = ['SOL/USDT', 'ETH/USDT', 'XRP/USDT']
  const fine = { priceDecimals: 6, amountDecimals: 6 }
  floor = await openTradingFloor(
    {
      kucoin: symbols.map((symbol) => scriptedMarket(symbol)),
      binance: [
        ...symbols.map((symbol) => scriptedMarket(symbol)),
        scriptedMarket('ETH/BTC', fine),
        scriptedMarket('BTC/USDT', fine),
      ],
    },
    assets,
  )
})
afterAll(async () => {
  await floor.close()
  await stores.close()
})

/** SOL pays about 1.8 % from KuCoin to Binance, XRP less than its fees, ETH nothing. */
beforeEach(async () => {
  await stores.empty()
  const { show } = floor
  show('kucoin', 'SOL/USDT', { bids: [[99.9, 50]], asks: [[100, 50]] })
  show('binance', 'SOL/USDT', { bids: [[102, 50]], asks: [[102.1, 50]] })
  show('kucoin', 'XRP/USDT', { bids: [[1.99, 50]], asks: [[2, 50]] })
  show('binance', 'XRP/USDT', { bids: [[2.001, 50]], asks: [[2.01, 50]] })
  for (const venue of ['kucoin', 'binance'])
    show(venue, 'ETH/USDT', { bids: [[99.9, 50]], asks: [[100, 50]] })
  show('binance', 'ETH/BTC', { bids: [[0.00998, 50]], asks: [[0.01, 50]] })
  show('binance', 'BTC/USDT', { bids: [[9999, 5]], asks: [[10_000, 5]] })
})
afterEach(() => {
  for (const venue of floor.venues.ids) floor.servers.faults.heal(venue)
})

type Bench = {
  readonly sweeper: Sweeper
  readonly settings: { now: Settings }
  readonly told: { watchlists: number }
}

function openBench(
  changes: Partial<Settings> = {},
  { sweeps, ...wiring }: Partial<SweeperWiring> & { sweeps?: Partial<VenueSweepsWiring> } = {},
): Bench {
  const settings = {
    now: {
      ...defaultSettings('simulator'),
      // Nothing here is about speed, and a scripted market trades little.
      'filter.ticker_age_ms_max': 600_000,
      'filter.leg_skew_ms_max': 600_000,
      'filter.volume_usdt_min': 0,
      ...changes,
    },
  }
  const told = { watchlists: 0 }
  const venueSweeps = createVenueSweeps({
    venues: floor.venues.ids,
    rest: (venue) => floor.venues.rest(venue),
    saveListing: (...listing) => stores.markets.saveListing(...listing),
    onNews: () => undefined,
    onFault: () => undefined,
    nowMs: () => performance.now(),
    random: () => 0.5,
    wait: () => sleep(10_000, undefined, { ref: false }),
    ...sweeps,
  })
  const sweeper = createSweeper({
    venueSweeps,
    markets: stores.markets,
    history: stores.history,
    trades: stores.trades,
    wishes: { list: async () => [] },
    onWatchlist: async () => void told.watchlists++,
    onShort: () => undefined,
    declaresMoney: true,
    settings: () => settings.now,
    wallMs: () => Date.now(),
    nowMs: () => performance.now(),
    ...wiring,
  })
  return { sweeper, settings, told }
}

const listed = async () =>
  (await stores.markets.watchlist()).map(({ venue, symbol }) => `${venue} ${symbol}`).toSorted()
/** Summed up, for a test may run across the end of a minute. */
async function gapOf(route: string) {
  const rows = await stores.history.gaps(route, hourMs)
  return {
    samples: rows.reduce((sum, { samples }) => sum + samples, 0),
    openMs: rows.reduce((sum, { openMs }) => sum + openMs, 0),
    netMax: Math.max(...rows.map(({ netMax }) => netMax)),
  }
}

test('nothing is decided on a part of the venues', async () => {
  const { sweeper, told } = openBench({}, { sweeps: { wait: async () => sleep(20) } })
  floor.servers.faults.rest('binance', { delayMs: 300 })
  expect(await sweeper.sweep()).toBeUndefined()
  expect([await listed(), await stores.history.refusals({ sinceMs: hourMs })]).toEqual([[], []])
  let report = await sweeper.sweep()
  while (report === undefined) report = await sweeper.sweep()
  expect(report).toMatchObject({ venuesUp: 2, tickers: 8 })
  expect(report.result.counts.cross).toMatchObject({ routes: 6, passed: 1 })
  expect([(await listed()).length > 0, told.watchlists]).toEqual([true, 1])
})

test('a sweep leaves prices, values, states, refusals and gaps behind', async () => {
  const { sweeper } = openBench({ 'watchlist.topics_max': 0 })
  const report = await sweeper.sweep()
  expect(report).toMatchObject({ venuesUp: 2, watched: 0 })
  await sleep(50)
  await sweeper.sweep()
  await sweeper.flush()

  const { history, markets } = stores
  const [price] = await history.prices('kucoin', 'SOL/USDT', hourMs)
  expect(price).toMatchObject({ bid: 99.9, ask: 100 })
  expect(price?.minute.getTime()).toBe(Math.floor((price?.minute.getTime() ?? 0) / 60_000) * 60_000)
  expect(await history.latestPrices('XRP/USDT')).toHaveLength(2)
  expect((await markets.values()).get('BTC')).toBe(9999)
  expect(await markets.statuses()).toMatchObject([
    { venue: 'binance', state: 'up', markets: 5 },
    { venue: 'kucoin', state: 'up', markets: 3 },
  ])
  expect(
    await history.refusals({ route: 'cross XRP/USDT kucoin>binance', sinceMs: hourMs }),
  ).toEqual([
    {
      reason: 'net below minimum',
      count: 2,
      detail: expect.stringMatching(/^-0\.1.* % after fees/),
    },
  ])
  const gap = await gapOf(gapRoute)
  expect(gap).toMatchObject({ samples: 2 })
  expect(gap.openMs).toBeGreaterThanOrEqual(50)
  expect(gap.netMax).toBeCloseTo(0.018, 3)
})

test('a gap whose books the loop watches is recorded by the loop alone', async () => {
  const { sweeper, told } = openBench()
  await sweeper.sweep()
  // The first sweep saw it before anybody watched.
  expect(await gapOf(gapRoute)).toMatchObject({ samples: 1 })
  await sweeper.sweep()
  await sweeper.sweep()
  expect(await gapOf(gapRoute)).toMatchObject({ samples: 1 })
  expect(told.watchlists).toBe(1)
  const shard = crossShard('SOL/USDT', 2)
  const entries = await stores.markets.watchlist(shard)
  expect(entries).toContainEqual(
    expect.objectContaining({ venue: 'kucoin', symbol: 'SOL/USDT', shard }),
  )
  expect(entries[0]?.facts).toEqual({ volumeUsdt: 1000, frozenMs: expect.any(Number) })
})

test('the watchlist keeps to the topics there are, and what we can pay for comes first', async () => {
  const { sweeper } = openBench({
    'watchlist.topics_max': 2,
    'trading.start_assets': ['TRY'],
    'paper.balances': { kucoin: { USDT: '1000' }, binance: { ETH: '10' } },
  })
  await sweeper.sweep()
  expect(await listed()).toEqual([
    'binance ETH/USDT',
    'binance SOL/USDT',
    'kucoin ETH/USDT',
    'kucoin SOL/USDT',
  ])
})

const wished = (wish: WatchWish['wish'], subject: string, venue?: string): WatchWish => ({
  subject,
  venue,
  wish,
  by: 'discord:ann',
  at: new Date(),
})

test('what people added is listed first, and what they blocked is neither listed nor offered', async () => {
  let wishes = [wished('add', 'XRP/USDT')]
  const { sweeper } = openBench(
    { 'watchlist.topics_max': 2, 'watchlist.stay_ms_min': 60_000 },
    { wishes: { list: async () => wishes } },
  )
  const first = await sweeper.sweep()
  expect(first?.result.counts.cross.passed).toBe(1)
  const entries = await stores.markets.watchlist()
  expect(entries.map(({ symbol, because }) => [symbol, because])).toEqual(
    expect.arrayContaining([
      ['XRP/USDT', 'added'],
      ['SOL/USDT', 'gap'],
    ]),
  )
  expect(entries.find(({ rank }) => rank === 1)).toMatchObject({ because: 'added' })

  wishes = [wished('block', 'SOL/USDT', 'binance'), wished('block', 'XRP/USDT')]
  const second = await sweeper.sweep()
  expect(second?.result.counts.cross.passed).toBe(0)
  expect((await listed()).filter((book) => /XRP|binance SOL/.test(book))).toEqual([])
  expect(await stores.history.refusals({ route: gapRoute, sinceMs: hourMs })).toEqual([
    { reason: 'blocked', count: 1, detail: 'binance SOL/USDT is blocked by discord:ann' },
  ])
})

test('a gap that stands where a rule wants it is told in the chat of the rule, once', async () => {
  const { db, close } = openDatabase({ url: stores.url })
  onTestFinished(close)
  const alertRules = openPostgresAlertRuleStore(db)
  const to = { surface: 'telegram', chat: '-1' } as const
  const wanted = { percent: 1, standsMs: 2000, person: 'ann', by: 'telegram:ann', to }
  await alertRules.add({ ...wanted, pattern: 'cross */USDT *>binance' })
  await alertRules.add({ ...wanted, pattern: 'XRP/USDT' })
  const log = createLog({ level: 'silent' })
  const alerts = [createRuleAlerts({ alertRules, log }), createRuleAlerts({ alertRules, log })]
  let atMs = Date.now()
  const { sweeper } = openBench(
    {},
    { onFindings: (findings) => alerts.forEach((each) => each.look(findings, atMs)) },
  )
  for (const stepMs of [0, 1000, 1000, 2000, 2000]) {
    atMs += stepMs
    await sweeper.sweep()
    await sleep(200)
  }
  expect(await stores.told()).toEqual([
    {
      kind: 'alert',
      severity: 'P1',
      subject: expect.stringMatching(/^Alert \w+: cross \*\/USDT \*>binance above 1 % for 2 s$/),
      text: 'SOL/USDT kucoin → binance: +1.80 % net at the best prices, for 2 s',
      to,
    },
  ])
})

test('paper money appears on each venue once, as declared or as usual', async () => {
  const { sweeper } = openBench({ 'paper.balances': { kucoin: { USDT: '123.45' } } })
  await sweeper.sweep()
  const before = (await stores.trades.balances()).map(({ venue, asset, free }) => [
    `${venue} ${asset}`,
    format(free),
  ])
  expect(Object.fromEntries(before)).toMatchObject({
    'kucoin USDT': '123.45',
    'binance USDT': '10000',
    // 1,000 USDT worth, at the median of both venues' bids.
    'binance SOL': '10.01001',
    'binance BTC': '0.10001',
  })
})

test('what one run declares is paid for that run, and paid back when the next declares nothing', async () => {
  const held = async () =>
    (await stores.trades.balances())
      .filter(({ venue, free }) => venue === 'kucoin' && free !== 0n)
      .map(({ asset, free }) => `${asset} ${format(free)}`)
  await openBench().sweeper.sweep()
  const usual = await held()
  expect(usual).toContain('USDT 10000')
  await openBench({ 'paper.balances': { kucoin: { USDT: '7' } } }).sweeper.sweep()
  expect(await held()).toEqual(['USDT 7'])
  await openBench().sweeper.sweep()
  expect(await held()).toEqual(usual)
})

test('a declaration that takes away what nobody has is told, and moves nothing', async () => {
  await stores.trades.declareBalances([{ venue: 'kucoin', asset: 'SOL', free: parseDecimal('7') }])
  // As after a trade that spent it.
  const { db, close } = openDatabase({ url: stores.url })
  await sql`update balances set free = 4`.execute(db)
  await close()
  const before = await stores.trades.balances()
  const short: unknown[] = []
  const { sweeper } = openBench(
    { 'paper.balances': { kucoin: {} } },
    { onShort: (shortage) => short.push(shortage) },
  )
  await sweeper.sweep()
  await sweeper.sweep()
  const [free, wanted] = ['4', '7'].map(parseDecimal)
  expect(short).toEqual([{ outcome: 'short', venue: 'kucoin', asset: 'SOL', free, wanted }])
  expect(await stores.trades.balances()).toEqual(expect.arrayContaining([...before]))
})

test('money that is there stays as it is, and a live desk invents none', async () => {
  await stores.trades.declareBalances([{ venue: 'kucoin', asset: 'SOL', free: 7n }])
  const live = openBench({}, { declaresMoney: false })
  await live.sweeper.sweep()
  expect(await stores.trades.balances()).toHaveLength(1)
  const paper = openBench()
  await paper.sweeper.sweep()
  await paper.sweeper.sweep()
  const balances = await stores.trades.balances()
  expect(balances.filter(({ venue }) => venue === 'kucoin')).toEqual([
    { venue: 'kucoin', asset: 'SOL', free: 7n, reserved: 0n },
  ])
  expect(balances.filter(({ venue }) => venue === 'binance').length).toBeGreaterThan(1)
})

test('prices of a venue that fails decide nothing any more', async () => {
  const { sweeper } = openBench({ 'watchlist.topics_max': 0 })
  await sweeper.sweep()
  floor.servers.faults.rest('binance', { status: 503 })
  const report = await sweeper.sweep()
  expect(report).toMatchObject({ venuesUp: 1, tickers: 3 })
  expect(report?.result.findings).toEqual([])
  expect(await gapOf(gapRoute)).toMatchObject({ samples: 1 })
  expect((await stores.markets.statuses())[0]).toMatchObject({
    venue: 'binance',
    state: 'degraded',
    reason: expect.stringMatching(/503/),
  })
})

test('cycles follow the start assets as soon as they are set', async () => {
  const { sweeper, settings } = openBench()
  const cycles = async () => (await sweeper.sweep())?.result.counts.cycle.routes
  expect(await cycles()).toBe(2)
  settings.now = { ...settings.now, 'trading.start_assets': ['TRY'] }
  expect(await cycles()).toBe(0)
  settings.now = { ...settings.now, 'trading.start_assets': ['TRY', 'ETH'] }
  expect(await cycles()).toBe(2)
})
