import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import { openDatabase } from './connect.ts'
import { migrate } from './migrate.ts'
import { openPostgresGatewayStore } from './postgres-gateway-store.ts'

let database: FreshDatabase
let opened: ReturnType<typeof openDatabase>
beforeAll(async () => {
  database = await freshDatabase()
  await migrate({ databaseUrl: database.url })
  opened = openDatabase({ url: database.url, name: 'test' })
})
afterAll(async () => {
  await opened.close()
  await database.drop()
})

const session = {
  sessionId: 's1',
  resumeUrl: 'wss://gateway.example',
  sequence: 7,
  application: '42',
}

test('a session is there for the next process, as it was saved last', async () => {
  const store = openPostgresGatewayStore(opened.db)
  expect(await store.load('a')).toBeUndefined()
  await store.save('a', session)
  await store.save('a', { ...session, sequence: 3_000_000_000 })
  expect(await store.load('a')).toEqual({ ...session, sequence: 3_000_000_000 })
  expect(await store.load('b')).toBeUndefined()
  await store.forget('a')
  expect(await store.load('a')).toBeUndefined()
})

test('E8 of any number of processes at once, as many begin as a day has room for', async () => {
  const store = openPostgresGatewayStore(opened.db)
  const begun = await Promise.all(Array.from({ length: 20 }, () => store.begin('many', 7)))
  expect(begun.filter(({ outcome }) => outcome === 'free')).toHaveLength(7)
  const room = await store.room('many', 7)
  if (room.outcome !== 'spent') throw new Error('there is room')
  expect(room.freeAt.getTime() - Date.now()).toBeGreaterThan(23 * 3_600_000)
  expect((await store.room('another', 7)).outcome).toBe('free')
})

test('E8 a day later there is room again', async () => {
  const store = openPostgresGatewayStore(opened.db)
  for (let i = 0; i < 3; i++) await store.begin('later', 3)
  expect((await store.begin('later', 3)).outcome).toBe('spent')
  await sql`
    update gateway_identifies set at = at - interval '1 day' where bot = 'later'`.execute(opened.db)
  expect((await store.begin('later', 3)).outcome).toBe('free')
})
