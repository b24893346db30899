import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import { openDatabase } from './connect.ts'
import { migrate } from './migrate.ts'

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())

/** A process of its own, as a second worker would be; answers its exit code and what it said. */
async function migrateInProcess(databaseUrl: string): Promise<{ code: unknown; said: string }> {
  const code = `
    import { migrate } from ${JSON.stringify(`${import.meta.dirname}/migrate.ts`)}
    console.log(JSON.stringify(await migrate({ databaseUrl: ${JSON.stringify(databaseUrl)} })))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code])
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [exit] = await once(child, 'close')
  return { code: exit, said }
}

test('F15 four processes migrating one database at once apply each migration once', async () => {
  const runs = await Promise.all([1, 2, 3, 4].map(() => migrateInProcess(database.url)))
  expect(runs.map((run) => run.code)).toEqual([0, 0, 0, 0])
  const applied = runs.flatMap((run) => JSON.parse(run.said) as string[])
  expect(applied.toSorted()).toEqual([
    '0001-markets',
    '0002-trades',
    '0003-settings',
    '0004-history',
    '0005-outbox',
    '0006-gap-samples',
    '0007-people',
    '0008-chats',
    '0009-opportunity-modes',
    '0010-deposits',
    '0011-logs',
    '0012-alerts',
    '0013-gateways',
    '0015-ledger',
    '0016-breakers',
    '0017-executions',
    '0018-exposures',
    '0019-reconcile',
    '0020-desk-mode',
    '0021-transfers',
    '0022-order-times',
    '0023-doubts',
    '0024-account-streams',
    '0025-transfer-trades',
    '0026-trades-without-leases',
    '0027-kept-settings',
  ])
  expect(await migrate({ databaseUrl: database.url })).toEqual([])
})

test('F14 F15 a database of newer code is refused with one line that says so', async () => {
  const newer = await freshDatabase()
  await migrate({ databaseUrl: newer.url })
  const { db, close } = openDatabase({ url: newer.url })
  await sql`insert into kysely_migration values ('0999-later', '2030-01-01')`.execute(db)
  await close()
  await expect(migrate({ databaseUrl: newer.url })).rejects.toThrow(
    /^The database is at schema 0999-later, newer than this code, which knows \d{4}-[a-z-]+: run the newer Arbdesk\.$/,
  )
  await newer.drop()
})

test('F15 a migration that fails half way leaves nothing of any, and is done whole once nothing is in its way', async () => {
  const half = await freshDatabase()
  const { db, close } = openDatabase({ url: half.url })
  // One of the later tables is there already, as after a hand that knew better.
  await sql`create table executions (id text)`.execute(db)
  const tables = async () => {
    const { rows } = await sql<{ name: string }>`
      select table_name as name from information_schema.tables
      where table_schema = 'public' order by 1`.execute(db)
    return rows.map(({ name }) => name).filter((name) => !name.startsWith('kysely_'))
  }
  await expect(migrate({ databaseUrl: half.url })).rejects.toThrow('executions')
  expect(await tables()).toEqual(['executions'])
  await sql`drop table executions`.execute(db)
  expect(await migrate({ databaseUrl: half.url })).toContain('0017-executions')
  expect(await tables()).toContain('markets')
  await close()
  await half.drop()
})

test('every amount is numeric and every time has a time zone', async () => {
  const { db, close } = openDatabase({ url: database.url })
  const { rows } = await sql<{ column: string }>`
    select table_name || '.' || column_name || ' ' || data_type as column
    from information_schema.columns
    where table_schema = 'public' and (data_type = 'timestamp without time zone'
      or data_type in ('real', 'money')
      or (data_type = 'double precision'
        and column_name ~ 'bid|ask|price|amount|notional|fee|usdt|realised|free|reserved'))`.execute(
    db,
  )
  await close()
  expect(rows).toEqual([])
})
