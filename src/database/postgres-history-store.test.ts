import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import type { GapRow, PriceRow } from '../history/history-store.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { migrate } from './migrate.ts'
import { openPostgresHistoryStore } from './postgres-history-store.ts'

const minuteMs = 60_000
const dayMs = 86_400_000
const hourMs = 3_600_000

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
  await sql`truncate prices, books, gaps, refusals`.execute(opened.db)
})

const store = () => openPostgresHistoryStore(opened.db)
/** The start of the minute that long ago. */
const minute = (ago = 0) => new Date(Math.floor(Date.now() / minuteMs) * minuteMs - ago)
const priceRow = (changes: Partial<PriceRow> = {}): PriceRow => ({
  venue: 'kucoin',
  symbol: 'BTC/USDT',
  minute: minute(),
  bid: 81_000.1,
  ask: 81_000.2,
  ...changes,
})
const gapRow = (changes: Partial<GapRow> = {}): GapRow => ({
  route: 'cross BTC/USDT kucoin>binance',
  minute: minute(),
  samples: 10,
  netMax: 0.01,
  netMean: 0.002,
  openMs: 20_000,
  ...changes,
})
const count = async (table: string) => {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(
    opened.db,
  )
  return rows[0]?.n
}
const partitions = async (parent: string) => {
  const { rows } = await sql<{ name: string }>`
    select child.relname as name from pg_inherits join pg_class child on child.oid = inhrelid
    where inhparent = ${parent}::regclass order by name`.execute(opened.db)
  return rows.map(({ name }) => name)
}

test('the last price of a minute stands, within a batch and between batches', async () => {
  await store().addPrices([priceRow({ bid: 1 }), priceRow({ bid: 0.000_000_12 })])
  expect(await store().prices('kucoin', 'BTC/USDT', hourMs)).toEqual([
    priceRow({ bid: 0.000_000_12 }),
  ])
  await store().addPrices([priceRow({ bid: 3, ask: 4 })])
  await store().addPrices([priceRow({ minute: minute(minuteMs) }), priceRow({ symbol: 'A/B' })])
  expect(await store().prices('kucoin', 'BTC/USDT', hourMs)).toEqual([
    priceRow({ minute: minute(minuteMs) }),
    priceRow({ bid: 3, ask: 4 }),
  ])
  expect(await store().prices('kucoin', 'BTC/USDT', 1)).toEqual([])
})

test('the newest price of each venue is found, however old', async () => {
  await store().addPrices([
    priceRow({ bid: 1, minute: minute(minuteMs) }),
    priceRow({ bid: 2 }),
    priceRow({ venue: 'okx', bid: 5, minute: minute(3 * dayMs) }),
    priceRow({ venue: 'binance', symbol: 'ETH/USDT' }),
  ])
  const latest = await store().latestPrices('BTC/USDT')
  expect(latest.map(({ venue, bid }) => [venue, bid])).toEqual([
    ['kucoin', 2],
    ['okx', 5],
  ])
  expect(await store().latestPrices('NO/SUCH')).toEqual([])
})

test('gaps of one minute from several writers add up', async () => {
  const rows = [gapRow(), gapRow({ samples: 30, netMax: 0.03, netMean: 0.004, openMs: 5000.4 })]
  await Promise.all([
    store().addGaps(rows),
    ...Array.from({ length: 8 }, () => store().addGaps([gapRow({ openMs: 0 })])),
  ])
  const [sum] = await store().gaps('cross BTC/USDT kucoin>binance', hourMs)
  expect(sum).toMatchObject({ samples: 120, netMax: 0.03, openMs: 25_000 })
  expect(sum?.netMean).toBeCloseTo((90 * 0.002 + 30 * 0.004) / 120, 12)
  await store().addGaps([gapRow({ openMs: 50_000 })])
  expect((await store().gaps('cross BTC/USDT kucoin>binance', hourMs))[0]?.openMs).toBe(60_000)
})

test('a minute in which a gap stood unseen has its open time and no sample', async () => {
  const route = 'cross SOL/USDT kucoin>binance'
  await store().addGaps([gapRow({ route, samples: 0, netMax: 0.03, netMean: 0.03, openMs: 7000 })])
  const kept = () => store().gaps(route, hourMs)
  expect(await kept()).toMatchObject([{ samples: 0, netMax: 0.03, openMs: 7000 }])
  await store().addGaps([gapRow({ route, samples: 4, netMax: 0.02, netMean: 0.01, openMs: 1000 })])
  expect(await kept()).toMatchObject([{ samples: 4, netMax: 0.03, netMean: 0.01, openMs: 8000 }])
})

test('two writers of the same rows in opposite order do not stop each other', async () => {
  const rows = Array.from({ length: 500 }, (_, i) => gapRow({ route: `cross A${i}/B a>b` }))
  await Promise.all(
    Array.from({ length: 8 }, (_, i) => store().addGaps(i % 2 === 0 ? rows : rows.toReversed())),
  )
  expect((await store().gaps('cross A7/B a>b', hourMs))[0]?.samples).toBe(80)
})

test('the share of the last hour counts open minutes of that hour only', async () => {
  await store().addGaps([
    gapRow({ route: 'often', openMs: 60_000 }),
    gapRow({ route: 'often', openMs: 30_000, minute: minute(30 * minuteMs) }),
    gapRow({ route: 'before', openMs: 60_000, minute: minute(2 * hourMs) }),
    gapRow({ route: 'never', openMs: 0 }),
  ])
  expect(await store().openShares()).toEqual(new Map([['often', 0.025]]))
})

test('refusals add up by reason, with the newest detail', async () => {
  const row = { route: 'a', minute: minute(), reason: 'no depth', count: 2, detail: 'now' } as const
  await store().addRefusals([
    { ...row, minute: minute(minuteMs), detail: 'before' },
    row,
    { ...row, count: 1, detail: 'just now' },
    { ...row, reason: 'book age', count: 9 },
    { ...row, route: 'b', minute: minute(5 * minuteMs), detail: 'elsewhere' },
  ])
  await store().addRefusals([{ ...row, count: 10, detail: 'newest' }])
  expect(await store().refusals({ route: 'a', sinceMs: hourMs })).toEqual([
    { reason: 'no depth', count: 15, detail: 'newest' },
    { reason: 'book age', count: 9, detail: 'now' },
  ])
  const everywhere = await store().refusals({ sinceMs: hourMs })
  expect(everywhere[0]).toEqual({ reason: 'no depth', count: 17, detail: 'newest' })
  expect(await store().refusals({ route: 'c', sinceMs: hourMs })).toEqual([])
})

test('a reason that this code does not know is left out', async () => {
  const row = { route: 'a', minute: minute(), reason: 'no depth', count: 2, detail: '' } as const
  await store().addRefusals([row])
  await sql`insert into refusals select route, minute, 'of a later version', 5, '' from refusals`.execute(
    opened.db,
  )
  expect(await store().refusals({ sinceMs: hourMs })).toHaveLength(1)
})

test('the refusals of a venue are those of every route through it, and of no other', async () => {
  const row = (route: string, times: number) =>
    ({ route, minute: minute(), reason: 'no depth', count: times, detail: '' }) as const
  await store().addRefusals([
    row('cross BTC/USDT kucoin>okx', 1),
    row('cross BTC/USDT okx>kucoin', 2),
    row('cycle kucoin USDT>ETH>BTC', 4),
    row('cross BTC/USDT binance>okx', 8),
    row('cycle okx USDT>ETH>kucoin', 16),
    row('cross BTC/USDT kucoin2>okx', 32),
  ])
  const counted = async (venue: string) =>
    (await store().refusals({ venue, sinceMs: hourMs }))[0]?.count
  expect(await counted('kucoin')).toBe(7)
  expect(await counted('binance')).toBe(8)
  expect(await counted('%')).toBeUndefined()
})

test('books keep every digit of their levels', async () => {
  const at = new Date()
  const bids = [
    [81_000.123_456_78, 1e-7],
    [80_999, 12_345_678.9],
  ] as const
  const book = { venue: 'kucoin', symbol: 'BTC/USDT', at, bids, asks: [] }
  await store().addBooks([book, { ...book, symbol: 'ETH/USDT' }, book])
  const rows = await opened.db.selectFrom('books').selectAll().orderBy('symbol').execute()
  expect(rows).toHaveLength(2)
  expect(rows[0]).toEqual({
    venue: 'kucoin',
    symbol: 'BTC/USDT',
    at,
    bids: [
      ['81000.12345678', '0.0000001'],
      ['80999', '12345678.9'],
    ],
    asks: [],
  })
})

test('pruning drops whole days past their time and makes the next ones ahead', async () => {
  const ago = (days: number) => minute(days * dayMs)
  await store().addPrices([40, 31, 29, 1, 0].map((days) => priceRow({ minute: ago(days) })))
  await store().addGaps([100, 89, 0].map((days) => gapRow({ minute: ago(days) })))
  const dropped = await store().prune({ prices: 30, books: 30, gaps: 90 })
  expect(dropped).toBe(3)
  expect(await count('prices')).toBe(3)
  expect(await count('gaps')).toBe(2)
  const name = (days: number) =>
    `prices_${ago(-days).toISOString().slice(0, 10).replaceAll('-', '')}`
  expect(await partitions('prices')).toEqual(expect.arrayContaining([name(1), name(2)]))
  expect(await store().prune({ prices: 30, books: 30, gaps: 90 })).toBe(0)
  await store().addPrices([priceRow({ minute: ago(-1) })])
})

test('a new day is made once, however many writers bring its first row', async () => {
  const at = minute(-20 * dayMs)
  await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      store().addPrices([priceRow({ symbol: `A${i}/B`, minute: at })]),
    ),
  )
  expect(await count('prices')).toBe(12)
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from pg_indexes
    where tablename = ${`prices_${at.toISOString().slice(0, 10).replaceAll('-', '')}`}`.execute(
    opened.db,
  )
  expect(rows).toEqual([{ n: 1 }])
})

test('a hundred thousand prices are written in batches', async () => {
  const rows = Array.from({ length: 100_000 }, (_, i) =>
    priceRow({
      venue: ['kucoin', 'binance', 'okx', 'bybit', 'mexc'][i % 5] as string,
      symbol: `COIN${Math.floor(i / 5) % 2000}/USDT`,
      minute: minute(Math.floor(i / 10_000) * minuteMs),
      bid: 1 + i / 7,
      ask: 1.001 + i / 7,
    }),
  )
  const from = performance.now()
  await store().addPrices(rows)
  const seconds = (performance.now() - from) / 1000
  process.stderr.write(`100,000 prices: ${Math.round(rows.length / seconds)} rows/s\n`)
  expect(await count('prices')).toBe(100_000)
})
