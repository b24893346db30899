import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import { wishesMax } from '../opportunity/watch-wish.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { migrate } from './migrate.ts'
import { openPostgresWatchWishStore } from './postgres-watch-wish-store.ts'

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
  await sql`truncate watch_wishes`.execute(opened.db)
})

const wishes = () => openPostgresWatchWishStore(opened.db)
const add = { subject: 'BTC/USDT', venue: undefined, wish: 'add', by: 'discord:ann' } as const

test('a wish holds until another about the same takes its place, or it is forgotten', async () => {
  await wishes().wish(add)
  await wishes().wish({ ...add, venue: 'okx', wish: 'block' })
  await wishes().wish({ ...add, wish: 'block', by: 'telegram:bob' })
  expect(await wishes().list()).toMatchObject([
    { subject: 'BTC/USDT', venue: 'okx', wish: 'block', by: 'discord:ann' },
    { subject: 'BTC/USDT', venue: undefined, wish: 'block', by: 'telegram:bob' },
  ])
  expect(await wishes().forget('BTC/USDT', undefined)).toMatchObject({ by: 'telegram:bob' })
  expect(await wishes().forget('BTC/USDT', undefined)).toBeUndefined()
  expect(await wishes().list()).toHaveLength(1)
})

test('there are no more wishes than a sweep can take, and one that is there can still change', async () => {
  await sql`
    insert into watch_wishes (subject, wish, made_by)
    select 'C' || n || '/USDT', 'add', 'x' from generate_series(1, ${wishesMax}) n`.execute(
    opened.db,
  )
  expect(await wishes().wish(add)).toBeUndefined()
  expect(await wishes().wish({ ...add, subject: 'C7/USDT', wish: 'block' })).toBeDefined()
})
