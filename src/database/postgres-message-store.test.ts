import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import type { WantedMessage } from '../notification/message-store.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { migrate } from './migrate.ts'
import { openPostgresChatStore } from './postgres-chat-store.ts'
import { openPostgresMessageStore } from './postgres-message-store.ts'

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
  await sql`truncate chats cascade`.execute(opened.db)
  await openPostgresChatStore(opened.db).ensure(chat)
})

const messages = () => openPostgresMessageStore(opened.db)
const chat = { surface: 'discord', chat: '1' } as const
const key = { ...chat, key: 'gap' }
const want = (changes: Partial<WantedMessage> = {}): WantedMessage => ({
  ...key,
  story: 'gap',
  since: 5,
  kind: 'opportunity',
  isSilent: true,
  wanted: 5,
  digest: undefined,
  afterMs: 0,
  ...changes,
})
const waiting = () => messages().waiting('discord')

test('a message is written once, and a later post only makes it want more', async () => {
  const [first] = await messages().want([want()])
  expect(first?.id).toMatch(/^\w{12}$/)
  await messages().want([want({ wanted: 7, kind: 'approval', isSilent: false })])
  await messages().want([want({ wanted: 6, kind: 'approval' })])
  expect(await waiting()).toMatchObject([
    { ...key, id: first?.id, since: 5, kind: 'approval', isSilent: false, wanted: 7, shown: 0 },
  ])
})

test('a message that shows what is wanted waits no more, until more is posted', async () => {
  await messages().want([want()])
  const begun = await messages().begin(key, 5, [])
  expect(begun).toMatchObject({ outcome: 'begun', message: undefined })
  expect(await messages().begin(key, 5, [])).toEqual({ outcome: 'busy' })
  expect(await messages().sent(key, 5, '900')).toMatchObject({ shown: 5, message: '900' })
  expect(await waiting()).toEqual([])
  expect(await messages().begin(key, 5, [])).toEqual({ outcome: 'shown' })
  await messages().want([want({ wanted: 9 })])
  expect(await messages().begin(key, 9, [])).toEqual({ ...begun, message: '900' })
})

test('who began a message and was not heard of for a minute has died', async () => {
  await messages().want([want()])
  await messages().begin(key, 5, [])
  await sql`update chat_messages set sending_at = now() - interval '59 seconds'`.execute(opened.db)
  expect(await messages().begin(key, 5, [])).toEqual({ outcome: 'busy' })
  await sql`update chat_messages set sending_at = now() - interval '61 seconds'`.execute(opened.db)
  expect(await messages().begin(key, 5, [])).toMatchObject({ outcome: 'begun' })
})

test('of many processes that begin one message at once, one does', async () => {
  await messages().want([want()])
  const begun = await Promise.all(Array.from({ length: 20 }, () => messages().begin(key, 5, [])))
  expect(begun.filter(({ outcome }) => outcome === 'begun')).toHaveLength(1)
})

test('what was under way when a process died is known, and waits again once it is judged', async () => {
  const other = { ...chat, key: 'other' }
  await messages().want([want(), want({ key: 'other', story: 'other' })])
  await messages().begin(other, 5, [])
  await messages().sent(other, 5, '901')
  await messages().want([want({ key: 'other', story: 'other', wanted: 6 })])
  await messages().begin(other, 6, [])
  await messages().begin(key, 5, [])
  expect(await messages().underWay('telegram')).toEqual([])
  expect(await messages().underWay('discord')).toMatchObject([
    { key: 'gap', message: undefined },
    { key: 'other', message: '901' },
  ])
  for (const each of [key, other]) await messages().failed(each, 'perhaps')
  expect(await messages().underWay('discord')).toEqual([])
  expect(await messages().begin(key, 5, [])).toMatchObject({ message: undefined })
})

test('after a try that perhaps arrived, the message is edited to what it should show', async () => {
  await messages().want([want()])
  await messages().begin(key, 5, [])
  await messages().failed(key, 'perhaps')
  await messages().want([want({ wanted: 8 })])
  await messages().begin(key, 8, [])
  expect(await messages().sent(key, 8, '900')).toMatchObject({ shown: 5, wanted: 8 })
})

test('after a try that surely failed, the next one shows what it shows', async () => {
  await messages().want([want()])
  await messages().begin(key, 5, [])
  await messages().failed(key, 'no')
  await messages().want([want({ wanted: 8 })])
  await messages().begin(key, 8, [])
  expect(await messages().sent(key, 8, '900')).toMatchObject({ shown: 8 })
})

test('E16 a message that is gone is sent anew, under a new id', async () => {
  const [before] = await messages().want([want()])
  await messages().begin(key, 5, [])
  await messages().sent(key, 5, '900')
  await messages().want([want({ wanted: 6 })])
  await messages().begin(key, 6, [])
  await messages().gone(key)
  const again = await messages().begin(key, 6, [])
  expect(again).toMatchObject({ outcome: 'begun', message: undefined })
  expect(again).not.toMatchObject({ id: before?.id })
})

test('a message that is given up counts as shown, and the next post starts anew', async () => {
  await messages().want([want()])
  await messages().begin(key, 5, [])
  await messages().giveUp(key, 5)
  expect(await waiting()).toEqual([])
  await messages().want([want({ wanted: 6 })])
  expect(await messages().begin(key, 6, [])).toMatchObject({ message: undefined })
})

test('a digest tells what was put into it, and what was asked about meanwhile is not in it', async () => {
  const digest = { ...chat, key: 'digest 1' }
  await messages().want([
    want({ key: 'a', story: 'a', wanted: 11, digest: 'digest 1' }),
    want({ key: 'b', story: 'b', wanted: 12, digest: 'digest 1' }),
    want({ key: 'c', story: 'c', wanted: 13, digest: 'digest 1' }),
    want({ key: 'digest 1', story: 'digest 1', wanted: 13, afterMs: 60_000 }),
  ])
  await messages().want([want({ key: 'b', story: 'b', wanted: 14, kind: 'approval' })])
  expect(await messages().digested(digest)).toEqual([11, 13])
  expect((await waiting()).map((message) => message.key)).toEqual(['digest 1', 'b'])
  await messages().toldTogether(digest)
  expect(await messages().digested(digest)).toEqual([])
})

test('messages of a fortnight ago are forgotten', async () => {
  await messages().want([want()])
  await sql`update chat_messages set created_at = now() - interval '13 days'`.execute(opened.db)
  await messages().prune()
  expect(await waiting()).toHaveLength(1)
  await sql`update chat_messages set created_at = now() - interval '15 days'`.execute(opened.db)
  await messages().prune()
  expect(await waiting()).toEqual([])
})
