import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { up as createLedger } from '../../migrations/0015-ledger.ts'
import { cycleOpportunity } from '../../test/opportunities.ts'
import { makePastTrades } from '../../test/past-trades.ts'
import { declare, openTestStores, totals, type TestStores } from '../../test/stores.ts'
import { format, parseDecimal } from '../money.ts'
import { declaredOf } from '../trade/deposit.ts'
import { openDatabase, transact, type OpenDatabase } from './connect.ts'
import { writeLedger } from './ledger-rows.ts'

let stores: TestStores
let opened: OpenDatabase
beforeAll(async () => {
  stores = await openTestStores()
  opened = openDatabase({ url: stores.url, name: 'test' })
})
beforeEach(() => stores.empty())
afterAll(async () => {
  await opened.close()
  await stores.close()
})

const endedAt = new Date()
const makeTrades = () =>
  makePastTrades(stores.url, stores, [
    { net: '1', endedAt },
    { net: '2', endedAt, opportunity: cycleOpportunity() },
    { net: '-3', endedAt, state: 'exposed' },
  ])
const written = async () =>
  new Map(
    (
      await sql<{ asset: string; amount: string }>`
        select asset, sum(amount) as amount from ledger group by asset`.execute(opened.db)
    ).rows.map(({ asset, amount }) => [asset, parseDecimal(amount)]),
  )

test('G8 after trades, and money paid in and out, every balance is the sum of its lines', async () => {
  await makeTrades()
  const declared = declaredOf({ kucoin: { USDT: '500000', BTC: '1000001' }, okx: { ETH: '3' } })
  const moved = await stores.trades.redeclareBalances({ declared, by: 'terminal:ann' })
  expect(moved.outcome).toBe('done')
  expect(await stores.trades.unexplained()).toEqual([])
  expect(await written()).toEqual(await totals(stores))
  const { rows } = await sql<{ kind: string; count: number }>`
    select kind, count(*) from ledger group by kind order by kind`.execute(opened.db)
  expect(rows.map(({ kind }) => kind)).toEqual([
    'deposit',
    'fee',
    'received',
    'spent',
    'withdrawal',
  ])
})

test('money that moved without a line is found, to the last digit', async () => {
  await makeTrades()
  await sql`update balances set free = free + 0.000000000000000001
    where venue = 'kucoin' and asset = 'USDT'`.execute(opened.db)
  const [found, ...others] = await stores.trades.unexplained()
  expect(others).toEqual([])
  expect(found).toMatchObject({ venue: 'kucoin', asset: 'USDT' })
  expect(format((found?.held ?? 0n) - (found?.written ?? 0n))).toBe('0.000000000000000001')
})

test('a balance that vanished is found, too', async () => {
  await declare(stores, { 'okx ETH': '2' })
  await sql`delete from balances`.execute(opened.db)
  expect(await stores.trades.unexplained()).toEqual([
    { venue: 'okx', asset: 'ETH', held: 0n, written: parseDecimal('2') },
  ])
})

test('G7 a line is never changed, never taken away and never written twice', async () => {
  await declare(stores, { 'okx ETH': '2' })
  for (const change of [
    sql`update ledger set amount = 3`,
    sql`delete from ledger`,
    sql`truncate ledger`,
  ])
    await expect(change.execute(opened.db)).rejects.toThrow('written once and never changed')
  const entry = {
    txn: 'fill okx 1',
    venue: 'okx',
    asset: 'ETH',
    amount: 1n,
    kind: 'received',
    trade: 't1',
    key: 'fill okx 1 received',
  } as const
  const write = () => transact(opened.db, (trx) => writeLedger(trx, 'paper', [entry]))
  await write()
  await expect(write()).rejects.toThrow('ledger_key_key')
})

test('balances from before there was a ledger open it with what they hold', async () => {
  await declare(stores, { 'okx ETH': '2', 'okx BTC': '0' })
  await sql`update balances set free = 0.5, reserved = 1.5 where asset = 'ETH'`.execute(opened.db)
  await sql`drop table ledger`.execute(opened.db)
  const again: Migration = { up: createLedger }
  await again.up(opened.db)
  await sql`alter table ledger add column account text not null default 'venue'`.execute(opened.db)
  const { rows } = await sql<{ key: string; amount: string }>`
    select key, amount from ledger`.execute(opened.db)
  expect(rows).toEqual([{ key: 'opening paper okx ETH', amount: '2.000000000000000000' }])
  expect(await stores.trades.unexplained()).toEqual([])
})
