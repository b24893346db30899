import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import { openDatabase, retryUndone, transact, type OpenDatabase } from './connect.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'

let database: FreshDatabase
let opened: OpenDatabase
beforeAll(async () => {
  database = await freshDatabase()
  opened = openDatabase({ url: database.url, name: 'connect test', statementMsMax: 500 })
  await sql`create table counters (name text primary key, n bigint not null)`.execute(opened.db)
})
afterAll(async () => {
  await opened.close()
  await opened.close()
  await database.drop()
})

test('no amount becomes a double, alone or in an array', async () => {
  const { rows } = await sql`
    select 123456789012345678.000000000000000001 as amount,
      array[0.1, 123456789012345678.000000000000000001] as amounts,
      array[[1.5, -2], [3, 4e-18]] as levels, array[]::numeric[] as none,
      9007199254740991::bigint as largest`.execute(opened.db)
  expect(rows).toEqual([
    {
      amount: '123456789012345678.000000000000000001',
      amounts: ['0.1', '123456789012345678.000000000000000001'],
      levels: [
        ['1.5', '-2'],
        ['3', '0.000000000000000004'],
      ],
      none: [],
      largest: 9_007_199_254_740_991,
    },
  ])
  await expect(sql`select 9007199254740993::bigint`.execute(opened.db)).rejects.toThrow(
    'safe integer',
  )
})

test('a statement that takes too long is ended', async () => {
  await expect(sql`select pg_sleep(30)`.execute(opened.db)).rejects.toThrow('statement timeout')
})

test('F9: two transactions that deadlock both get through', async () => {
  // A deadlock is looked for after a second, longer than the other pool lets a statement take.
  const { db, close } = openDatabase({ url: database.url })
  await sql`insert into counters values ('a', 0), ('b', 0)`.execute(db)
  let attempts = 0
  let held = 0
  const addToBoth = (first: string, second: string) =>
    transact(db, async (trx) => {
      attempts++
      await sql`update counters set n = n + 1 where name = ${first}`.execute(trx)
      held++
      await vi.waitUntil(() => held >= 2, { timeout: 20_000 })
      await sql`update counters set n = n + 1 where name = ${second}`.execute(trx)
    })
  await Promise.all([addToBoth('a', 'b'), addToBoth('b', 'a')])
  // At least one of them was undone and ran again.
  expect(attempts).toBeGreaterThan(2)
  const { rows } = await sql`select n from counters`.execute(db)
  expect(rows).toEqual([{ n: 2 }, { n: 2 }])
  await close()
})

test('F9: what is undone again and again is given up after five attempts', async () => {
  let attempts = 0
  const work = retryUndone(async () => {
    attempts++
    await sql`do $$ begin raise exception 'again' using errcode = '40001'; end $$`.execute(
      opened.db,
    )
  })
  await expect(work).rejects.toThrow('again')
  expect(attempts).toBe(5)
})

test('a connection that breaks between two statements of a transaction ends that transaction only', async () => {
  const { db, close } = openDatabase({ url: database.url, poolMax: 1 })
  const broken = transact(db, async (trx) => {
    await sql`insert into counters values ('broken', 1)`.execute(trx)
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx)
    await sql`select pg_terminate_backend(${rows[0]?.pid}, 5000)`.execute(opened.db)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await sql`insert into counters values ('broken too', 1)`.execute(trx)
  })
  await expect(broken).rejects.toThrow(/terminat|connection error/)
  const { rows } = await sql`select * from counters where name like 'broken%'`.execute(db)
  expect(rows).toEqual([])
  await close()
})

test('a pool outlives a restart of PostgreSQL', async () => {
  const home = await mkdtemp(join(tmpdir(), 'arbdesk-restart-'))
  // As root the server is user postgres, who may pass only an open folder.
  await chmod(home, 0o755)
  let lost = 0
  let connected = 0
  let server = await startEmbeddedPostgres({ home, durable: false })
  const { db, close } = openDatabase({
    url: server.url,
    poolMax: 3,
    onLost: () => lost++,
    onConnected: () => connected++,
  })
  try {
    await sql`create table kept (n bigint)`.execute(db)
    await Promise.all([1, 2, 3].map((n) => sql`insert into kept values (${n})`.execute(db)))
    const underWay = transact(db, async (trx) => {
      await sql`insert into kept values (4)`.execute(trx)
      await server.stop()
      await sql`insert into kept values (5)`.execute(trx)
    })
    await expect(underWay).rejects.toThrow(/terminat|connection/i)
    await expect(sql`select 1`.execute(db)).rejects.toThrow('ECONNREFUSED')
    server = await startEmbeddedPostgres({ home, durable: false })
    const { rows } = await sql`select n from kept order by n`.execute(db)
    expect(rows).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
    expect(lost).toBeGreaterThan(0)
    // One table, three rows, one transaction, one reading.
    expect(connected).toBe(6)
  } finally {
    await close()
    await server.stop()
    await rm(home, { recursive: true, force: true })
  }
})
