import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { migrate } from './migrate.ts'
import { openPostgresSurfaceLease, openPostgresUpdateStore } from './postgres-update-store.ts'

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

test('S11 E14 each of ten thousand updates is new once, however often it comes', async () => {
  const updates = openPostgresUpdateStore(opened.db)
  const news = async () => {
    let count = 0
    for (let from = 0; from < 10_000; from += 500) {
      const batch = Array.from({ length: 500 }, (_, i) => String(from + i))
      const isNew = await Promise.all(batch.map((id) => updates.isNew('telegram', id)))
      count += isNew.filter(Boolean).length
    }
    return count
  }
  expect(await news()).toBe(10_000)
  expect(await news()).toBe(0)
  expect(await updates.isNew('discord', '1')).toBe(true)
})

test('E14 of twenty deliveries of one update at once, one is new', async () => {
  const updates = openPostgresUpdateStore(opened.db)
  const isNew = await Promise.all(
    Array.from({ length: 20 }, () => updates.isNew('telegram', 'at once')),
  )
  expect(isNew.filter(Boolean)).toHaveLength(1)
})

test('updates are forgotten after two days', async () => {
  const updates = openPostgresUpdateStore(opened.db)
  await updates.isNew('telegram', 'old')
  await updates.isNew('telegram', 'young')
  await sql`update updates_seen set seen_at = now() - interval '49 hours'
    where update_id = 'old'`.execute(opened.db)
  await updates.prune()
  expect(await updates.isNew('telegram', 'old')).toBe(true)
  expect(await updates.isNew('telegram', 'young')).toBe(false)
})

test('E11 one process listens for a bot until it lets go or falls silent', async () => {
  const lease = openPostgresSurfaceLease(opened.db)
  expect(await lease.hold('telegram', 'a', 60_000)).toBe(true)
  expect(await lease.hold('telegram', 'a', 60_000)).toBe(true)
  expect(await lease.hold('telegram', 'b', 60_000)).toBe(false)
  expect(await lease.hold('discord', 'b', 60_000)).toBe(true)
  await lease.release('telegram', 'b')
  expect(await lease.hold('telegram', 'b', 60_000)).toBe(false)
  await lease.release('telegram', 'a')
  expect(await lease.hold('telegram', 'b', 30)).toBe(true)
  await sql`select pg_sleep(0.05)`.execute(opened.db)
  expect(await lease.hold('telegram', 'a', 60_000)).toBe(true)
})
