import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import type { ActionOffer, Press } from '../notification/button-store.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { migrate } from './migrate.ts'
import { openPostgresButtonStore } from './postgres-button-store.ts'
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
  await sql`truncate chats, buttons cascade`.execute(opened.db)
  await openPostgresChatStore(opened.db).ensure(chat)
})

const buttons = () => openPostgresButtonStore(opened.db)
const messages = () => openPostgresMessageStore(opened.db)
const chat = { surface: 'discord', chat: '1' } as const
const key = { ...chat, key: 'gap' }
const hashOf = (text: string) => createHash('sha256').update(text).digest()
const approve = { command: 'approve', args: { approval: 'k3f9' } }
const offer = (text: string, changes: Partial<ActionOffer> = {}): ActionOffer => ({
  hash: hashOf(text),
  uses: 'once',
  action: approve,
  livesMs: 60_000,
  ...changes,
})
const press: Press = { ...chat, message: '900', account: '7', by: 'ann' }

/** A story's message with these buttons, shown. */
async function show(version: number, ...offers: readonly ActionOffer[]) {
  await messages().want([
    {
      ...key,
      story: 'gap',
      since: 1,
      kind: 'approval',
      isSilent: false,
      wanted: version,
      digest: undefined,
      afterMs: 0,
    },
  ])
  await messages().begin(key, version, offers)
  await messages().sent(key, version, '900')
}

test('a button works once, under its message', async () => {
  await show(1, offer('a'))
  const pressed = { outcome: 'pressed', action: approve, inStory: true }
  expect(await buttons().peek(hashOf('a'), press)).toEqual(pressed)
  expect(await buttons().press(hashOf('a'), press)).toEqual(pressed)
  expect(await buttons().press(hashOf('a'), press)).toMatchObject({ outcome: 'used', by: 'ann' })
  expect(await buttons().press(hashOf('a'), { ...press, account: '8', by: 'bob' })).toMatchObject({
    outcome: 'used',
    by: 'ann',
  })
})

test('E1 of fifty presses at once, one counts', async () => {
  await show(1, offer('a'))
  const pressed = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      buttons().press(hashOf('a'), { ...press, account: String(i), by: `person ${i}` }),
    ),
  )
  expect(pressed.filter(({ outcome }) => outcome === 'pressed')).toHaveLength(1)
  expect(pressed.filter(({ outcome }) => outcome === 'used')).toHaveLength(49)
})

test('a button that only shows something works once for each person', async () => {
  await show(1, offer('why', { uses: 'each' }))
  const by = (account: string) => buttons().press(hashOf('why'), { ...press, account, by: account })
  expect(await by('7')).toMatchObject({ outcome: 'pressed' })
  expect(await by('8')).toMatchObject({ outcome: 'pressed' })
  expect(await by('7')).toMatchObject({ outcome: 'used', by: '7' })
})

test('E6 S10 a button is nothing in another chat, on another platform or under another message', async () => {
  await show(1, offer('a'))
  for (const elsewhere of [
    { chat: '2' },
    { surface: 'telegram' as const },
    { message: '901' },
    { message: '' },
  ])
    expect(await buttons().press(hashOf('a'), { ...press, ...elsewhere })).toEqual({
      outcome: 'unknown',
    })
  expect(await buttons().press(hashOf('b'), press)).toEqual({ outcome: 'unknown' })
  expect(await buttons().press(hashOf('a'), press)).toMatchObject({ outcome: 'pressed' })
})

test('E6 a button of a card that has moved on is outdated', async () => {
  await show(1, offer('old'))
  await show(2, offer('new'))
  expect(await buttons().press(hashOf('old'), press)).toMatchObject({ outcome: 'outdated' })
  expect(await buttons().press(hashOf('new'), press)).toMatchObject({ outcome: 'pressed' })
})

test('S10 the clock of the database ends a button, not that of the desk', async () => {
  await show(1, offer('a', { livesMs: 40 }))
  await sql`select pg_sleep(0.05)`.execute(opened.db)
  expect(await buttons().peek(hashOf('a'), press)).toEqual({ outcome: 'expired' })
  expect(await buttons().press(hashOf('a'), press)).toEqual({ outcome: 'expired' })
})

test('until its message is known, a button does not work', async () => {
  await messages().want([
    {
      ...key,
      story: 'gap',
      since: 1,
      kind: 'approval',
      isSilent: false,
      wanted: 1,
      digest: undefined,
      afterMs: 0,
    },
  ])
  await messages().begin(key, 1, [offer('a')])
  expect(await buttons().press(hashOf('a'), press)).toEqual({ outcome: 'unbound' })
  await messages().sent(key, 1, '900')
  expect(await buttons().press(hashOf('a'), press)).toMatchObject({ outcome: 'pressed' })
})

test('a message that a platform shows once for two tries has the buttons of either', async () => {
  await messages().want([
    {
      ...key,
      story: 'gap',
      since: 1,
      kind: 'approval',
      isSilent: false,
      wanted: 1,
      digest: undefined,
      afterMs: 0,
    },
  ])
  await messages().begin(key, 1, [offer('first')])
  await messages().failed(key, 'perhaps')
  await messages().begin(key, 1, [offer('second')])
  await messages().sent(key, 1, '900')
  expect(await buttons().peek(hashOf('first'), press)).toMatchObject({ outcome: 'pressed' })
  expect(await buttons().press(hashOf('second'), press)).toMatchObject({ outcome: 'pressed' })
})

test('a press that came to nothing can be made again, by whoever is next', async () => {
  await show(1, offer('a'), offer('why', { uses: 'each' }))
  for (const text of ['a', 'why']) {
    await buttons().press(hashOf(text), press)
    await buttons().release(hashOf(text), { ...press, account: '9', by: 'eve' })
    expect(await buttons().press(hashOf(text), press)).toMatchObject({ outcome: 'used' })
    await buttons().release(hashOf(text), press)
    expect(await buttons().press(hashOf(text), press)).toMatchObject({ outcome: 'pressed' })
  }
})

test('buttons of an answer work from the moment they are bound, there', async () => {
  await buttons().offer(chat, 'reply', [offer('a')])
  expect(await buttons().press(hashOf('a'), press)).toEqual({ outcome: 'unbound' })
  await buttons().bind('reply', { ...chat, chat: 'private' }, '900')
  expect(await buttons().press(hashOf('a'), press)).toEqual({ outcome: 'unknown' })
  expect(await buttons().press(hashOf('a'), { ...press, chat: 'private' })).toMatchObject({
    outcome: 'pressed',
  })
  // A second message cannot take them away from the first.
  await buttons().bind('reply', chat, '901')
  expect(await buttons().peek(hashOf('a'), { ...press, message: '901' })).toEqual({
    outcome: 'unknown',
  })
})

test('a form is of the person it was given to', async () => {
  const form = { ...offer('form'), action: { ...approve, awaits: 'size' }, account: '7' }
  await buttons().offer(chat, 'reply', [form])
  await buttons().bind('reply', chat, '900')
  expect(await buttons().awaiting(chat, '900', '7')).toEqual(hashOf('form'))
  expect(await buttons().awaiting(chat, '900', '8')).toBeUndefined()
  expect(await buttons().press(hashOf('form'), { ...press, account: '8' })).toEqual({
    outcome: 'unknown',
  })
  expect(await buttons().press(hashOf('form'), press)).toMatchObject({
    action: { awaits: 'size' },
    inStory: false,
  })
})

test('buttons are forgotten two days after they ended', async () => {
  await buttons().offer(chat, 'reply', [offer('a'), offer('b', { livesMs: -3 * 86_400_000 })])
  await buttons().prune()
  const { rows } = await sql<{ hash: Buffer }>`select hash from buttons`.execute(opened.db)
  expect(rows).toEqual([{ hash: hashOf('a') }])
})
