import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import { testMarket } from '../../test/market.ts'
import type { VenueAsset } from '../market/asset.ts'
import { baseAmount, parseDecimal, price, quoteAmount, rate } from '../money.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { migrate } from './migrate.ts'
import { openPostgresMarketStore } from './postgres-market-store.ts'

let database: FreshDatabase
let opened: OpenDatabase
beforeAll(async () => {
  database = await freshDatabase()
  await migrate({ databaseUrl: database.url })
  opened = openDatabase({ url: database.url })
})
afterAll(async () => {
  await opened.close()
  await database.drop()
})
beforeEach(async () => {
  await sql`truncate markets, assets, watchlist, venue_statuses, asset_values`.execute(opened.db)
})

const store = () => openPostgresMarketStore(opened.db)
const assets: readonly VenueAsset[] = [
  {
    venue: 'kucoin',
    asset: 'BTC',
    name: 'Bitcoin',
    deposit: 'open',
    withdraw: 'shut',
    networks: [
      {
        network: 'BTC',
        deposit: 'open',
        withdraw: 'shut',
        withdrawFee: parseDecimal('0.000000000000000001'),
        withdrawMin: parseDecimal('0.1'),
        confirmations: 2,
        arrivalMinutes: 25,
      },
    ],
  },
  {
    venue: 'kucoin',
    asset: 'USDT',
    deposit: 'unknown',
    withdraw: 'unknown',
    networks: [{ network: 'ERC20', deposit: 'open', withdraw: 'unknown', contract: '0xdac1' }],
  },
]
const entry = (changes: object = {}) => ({
  shard: 'kucoin',
  venue: 'kucoin',
  symbol: 'BTC/USDT',
  rank: 1,
  score: 12.5,
  facts: { volumeUsdt: 1e9, frozenMs: 0 },
  because: 'gap' as const,
  ...changes,
})

test('a listing is read back digit for digit, and replaces the one before', async () => {
  const market = testMarket('BTC/USDT', {
    priceStep: price('0.000000000000000001'),
    amountStep: baseAmount('1000000000000000'),
    amountMin: baseAmount('0'),
    notionalMin: quoteAmount('5.5'),
    takerFee: { rate: rate('-0.00005'), source: 'account', paidIn: 'quote' },
    active: false,
  })
  await store().saveListing('kucoin', [testMarket('OLD/USDT'), market], assets)
  await store().saveListing('okx', [testMarket('BTC/USDT', { venue: 'okx' })], [])
  await store().saveListing('kucoin', [market], assets)
  expect(await store().markets(['kucoin'])).toEqual([market])
  expect((await store().markets()).map(({ venue }) => venue)).toEqual(['kucoin', 'okx'])
  expect(await store().markets([])).toEqual([])
  expect(await store().assets()).toEqual(assets)
})

test('networks saved before their terms were asked for are read without any', async () => {
  await sql`insert into assets (venue, asset, deposit, withdraw, networks) values
    ('kucoin', 'OLD', 'open', 'open',
      '[{"network": "ERC20", "deposit": "open", "withdraw": "open"}]')`.execute(opened.db)
  expect((await store().assets()).map(({ networks }) => networks)).toEqual([
    [{ network: 'ERC20', deposit: 'open', withdraw: 'open' }],
  ])
})

test('two listings of one venue at once leave one of them whole', async () => {
  const listing = (prefix: string) =>
    Array.from({ length: 1200 }, (_, i) => testMarket(`${prefix}${i}/USDT`))
  await Promise.all([
    store().saveListing('kucoin', listing('A'), []),
    store().saveListing('kucoin', listing('B'), []),
  ])
  const markets = await store().markets(['kucoin'])
  expect(markets).toHaveLength(1200)
  expect(new Set(markets.map(({ symbol }) => symbol[0])).size).toBe(1)
})

test('an entry stays listed since it first came, and the others go', async () => {
  await store().saveWatchlist([entry(), entry({ symbol: 'ETH/USDT', rank: 2 })])
  const [before] = await store().watchlist()
  await store().saveWatchlist([
    entry({ rank: 2, score: 7, facts: { volumeUsdt: undefined, frozenMs: 1.5 } }),
    entry({ shard: 'cross 1', venue: 'okx', rank: 1 }),
  ])
  expect(await store().watchlist('kucoin')).toEqual([
    {
      ...entry({ rank: 2, score: 7, facts: { volumeUsdt: undefined, frozenMs: 1.5 } }),
      listedAt: before?.listedAt,
    },
  ])
  expect(await store().watchlist()).toHaveLength(2)
  await store().saveWatchlist([])
  expect(await store().watchlist()).toEqual([])
})

test('a venue has one status, the newest, and is forgotten when a run has no such venue', async () => {
  const sweptAt = new Date(Date.now() - 60_000)
  const up = {
    venue: 'okx',
    state: 'up',
    reason: '',
    sweptAt,
    markets: 700,
    sweepMs: 80.5,
  } as const
  const down = { ...up, state: 'degraded', reason: 'timed out', sweptAt: undefined } as const
  await store().saveStatuses([up, { ...up, venue: 'gate' }])
  await store().saveStatuses([down, { ...up, venue: 'binance' }])
  const checkedAt = expect.any(Date)
  const statuses = await store().statuses()
  expect(statuses).toEqual([
    { ...up, venue: 'binance', checkedAt },
    { ...down, sweptAt, checkedAt },
  ])
  for (const status of statuses)
    expect(Date.now() - status.checkedAt.getTime()).toBeLessThan(30_000)
  await store().saveStatuses([])
  expect(await store().statuses()).toEqual([])
})

test('a value that nobody renewed for ten minutes is no value', async () => {
  await store().saveValues(
    new Map([
      ['BTC', 81_000.123_45],
      ['SHIB', 8.4e-6],
    ]),
  )
  await store().saveValues(new Map([['BTC', 82_000]]))
  expect(await store().values()).toEqual(
    new Map([
      ['BTC', 82_000],
      ['SHIB', 8.4e-6],
    ]),
  )
  await sql`update asset_values set valued_at = valued_at - interval '11 minutes'
    where asset = 'SHIB'`.execute(opened.db)
  expect(await store().values()).toEqual(new Map([['BTC', 82_000]]))
  const last = (await store().lastValues()).get('SHIB')
  expect(last).toEqual({ usdt: 8.4e-6, at: expect.any(Date) })
  expect(Date.now() - (last?.at.getTime() ?? 0)).toBeGreaterThan(600_000)
})
