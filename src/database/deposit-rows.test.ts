import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { up as createDeposits } from '../../migrations/0010-deposits.ts'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import { format, parseDecimal } from '../money.ts'
import { declaredOf } from '../trade/deposit.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { migrate } from './migrate.ts'
import { openPostgresTradeStore } from './postgres-trade-store.ts'

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
  await sql`truncate balances, deposits`.execute(opened.db)
  await store().declareBalances([
    { venue: 'kucoin', asset: 'USDT', free: parseDecimal('10000') },
    { venue: 'kucoin', asset: 'BTC', free: parseDecimal('0.01') },
    { venue: 'binance', asset: 'USDT', free: parseDecimal('10000') },
  ])
})

const store = () => openPostgresTradeStore(opened.db, { mode: 'paper' })
const by = 'terminal:ann'
type Setting = Readonly<Record<string, Readonly<Record<string, string>>>>

async function declare(setting: Setting, venues?: readonly string[]): Promise<unknown> {
  const result = await store().redeclareBalances({
    declared: declaredOf(setting),
    by,
    ...(venues !== undefined && { venues }),
  })
  return result.outcome === 'short'
    ? `${format(result.wanted)} ${result.asset} of ${format(result.free)} on ${result.venue}`
    : result.deposits.map(({ venue, asset, amount }) => `${venue} ${asset} ${format(amount)}`)
}
const held = async () =>
  Object.fromEntries(
    (await store().balances()).map((one) => [`${one.venue} ${one.asset}`, format(one.free)]),
  )
/** As a trade does that buys 0.1 BTC for 4,000 USDT on KuCoin. */
const trade = () =>
  sql`update balances set free = free + case asset when 'USDT' then -4000 else 0.1 end
    where venue = 'kucoin'`.execute(opened.db)

test('paper balances are declared once for each venue, also by two desks at once', async () => {
  await sql`truncate balances, deposits`.execute(opened.db)
  const other = openDatabase({ url: database.url, name: 'other' })
  onTestFinished(other.close)
  const desks = [store(), openPostgresTradeStore(other.db, { mode: 'paper' })]
  const rows = ['kucoin', 'binance'].map((venue) => ({ venue, asset: 'USDT', free: 5n }))
  const filled = await Promise.all([...desks, ...desks].map((desk) => desk.declareBalances(rows)))
  expect(filled.flat().toSorted()).toEqual(['binance', 'kucoin'])
  const later = [...rows, { venue: 'okx', asset: 'BTC', free: 1n }]
  expect(await store().declareBalances(later)).toEqual(['okx'])
  expect(await store().balances()).toHaveLength(3)
  expect(await openPostgresTradeStore(other.db, { mode: 'live' }).balances()).toEqual([])
})

test('a declaration pays in and out what it differs by, and what trades brought stays', async () => {
  await trade()
  expect(await declare({ kucoin: { USDT: '15000', BTC: '0.01', ETH: '2' } })).toEqual([
    'kucoin USDT 5000',
    'kucoin ETH 2',
  ])
  expect(await held()).toEqual({
    'kucoin USDT': '11000',
    'kucoin BTC': '0.11',
    'kucoin ETH': '2',
    'binance USDT': '10000',
  })
  expect(await declare({ kucoin: { USDT: '15000', BTC: '0.01', ETH: '2' } })).toEqual([])
})

test('every payment has its row, with who made it', async () => {
  await declare({ kucoin: { USDT: '9000', BTC: '0.01' } })
  const rows = await opened.db
    .selectFrom('deposits')
    .select(['venue', 'asset', 'amount', 'source', 'made_by'])
    .orderBy('seq', 'desc')
    .limit(1)
    .execute()
  expect(rows).toEqual([
    {
      venue: 'kucoin',
      asset: 'USDT',
      amount: '-1000.000000000000000000',
      source: 'declared',
      made_by: by,
    },
  ])
})

test('what is left out of a declared venue is paid out, and a venue left out has its usual money back', async () => {
  expect(await declare({ kucoin: { USDT: '100' } })).toEqual([
    'kucoin BTC -0.01',
    'kucoin USDT -9900',
  ])
  expect(await declare({})).toEqual(['kucoin BTC 0.01', 'kucoin USDT 9900'])
  expect(await held()).toMatchObject({ 'kucoin USDT': '10000', 'kucoin BTC': '0.01' })
})

test('more cannot be paid out than is free, and then nothing moves', async () => {
  await trade()
  const before = await held()
  expect(await declare({ kucoin: { USDT: '0' }, binance: { USDT: '1' } })).toBe(
    '10000 USDT of 6000 on kucoin',
  )
  expect(await held()).toEqual(before)
})

test('a venue that never had money gets what is declared, and keeps it when left out', async () => {
  expect(await declare({ okx: { USDT: '5', BTC: '0' } })).toEqual(['okx USDT 5'])
  expect(await held()).toMatchObject({ 'okx USDT': '5', 'okx BTC': '0' })
  expect(await declare({})).toEqual([])
  expect(await held()).toMatchObject({ 'okx USDT': '5' })
})

test('only the venues asked about are touched', async () => {
  const setting = { kucoin: { USDT: '1' }, okx: { USDT: '5' } }
  expect(await declare(setting, ['okx'])).toEqual(['okx USDT 5'])
  expect(await held()).toMatchObject({ 'kucoin USDT': '10000' })
})

test('two declarations at once leave the accounts as one of them says', async () => {
  await Promise.all(['50', '60', '70'].map((USDT) => declare({ binance: { USDT } })))
  expect(['50', '60', '70']).toContain((await held())['binance USDT'])
})

test('accounts funded before there were deposits count as funded with what trades did not bring', async () => {
  await sql`drop table deposits`.execute(opened.db)
  await sql`update balances set reserved = 1000, free = free - 1000 where venue = 'binance'`.execute(
    opened.db,
  )
  const again: Migration = { up: createDeposits }
  await again.up(opened.db)
  const rows = await opened.db.selectFrom('deposits').select(['venue', 'asset', 'amount']).execute()
  expect(
    rows.map(({ venue, asset, amount }) => `${venue} ${asset} ${Number(amount)}`).toSorted(),
  ).toEqual(['binance USDT 10000', 'kucoin BTC 0.01', 'kucoin USDT 10000'])
})
