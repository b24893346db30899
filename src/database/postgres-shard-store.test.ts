import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import type { ShardLease } from '../market/shard-store.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { migrate } from './migrate.ts'
import { openPostgresShardStore } from './postgres-shard-store.ts'

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
  await sql`truncate shards`.execute(opened.db)
  await store().declare(['kucoin'])
})

const store = () => openPostgresShardStore(opened.db)
async function claimed(owner: string, leaseMs = 60_000): Promise<ShardLease> {
  const lease = await store().claim('kucoin', owner, leaseMs)
  if (lease === undefined) throw new Error('not claimed')
  return lease
}

test('F4: of twenty workers claiming a shard one runs it', async () => {
  const leases = await Promise.all(
    Array.from({ length: 20 }, (_, i) => store().claim('kucoin', `worker ${i}`, 60_000)),
  )
  expect(leases.filter((lease) => lease !== undefined)).toHaveLength(1)
  expect(await store().claim('nothing', 'worker', 1000)).toBeUndefined()
})

test('F3: a lease that ran out goes to another, and the first can renew it no more', async () => {
  const first = await claimed('first', 1)
  await sql`select pg_sleep(0.01)`.execute(opened.db)
  const second = await claimed('second')
  expect(second.epoch).toBeGreaterThan(first.epoch)
  expect(await store().renew(first, 'first', 60_000)).toBe(false)
  await store().release(first, 'first')
  expect(await store().renew(second, 'second', 60_000)).toBe(true)
  expect(await store().list()).toMatchObject([{ owner: 'second', epoch: second.epoch }])
})

test('the same worker claiming again is fenced from its former self', async () => {
  const before = await claimed('worker')
  const after = await claimed('worker')
  expect(after.epoch).toBeGreaterThan(before.epoch)
  expect(await store().renew(before, 'worker', 60_000)).toBe(false)
})

test('a released shard is free at once', async () => {
  await store().release(await claimed('first'), 'first')
  expect(await store().list()).toMatchObject([{ owner: undefined, leaseUntil: undefined }])
  expect(await store().claim('kucoin', 'second', 1000)).toBeDefined()
})

test('declaring shards keeps the running ones, and one taken off is lost to its owner', async () => {
  const lease = await claimed('worker')
  await store().declare(['kucoin', 'okx'])
  expect(await store().renew(lease, 'worker', 60_000)).toBe(true)
  await Promise.all([store().declare(['okx']), store().declare(['okx'])])
  expect(await store().renew(lease, 'worker', 60_000)).toBe(false)
  expect((await store().list()).map(({ shard }) => shard)).toEqual(['okx'])

  await store().declare(['kucoin', 'okx'])
  const again = await claimed('worker')
  expect(again.epoch).toBeGreaterThan(lease.epoch)
  expect(await store().renew(lease, 'worker', 60_000)).toBe(false)
})
