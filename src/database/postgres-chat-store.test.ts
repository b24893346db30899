import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import { defaultPreferences, withPreset } from '../notification/preferences.ts'
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
})

const chats = () => openPostgresChatStore(opened.db)
const messages = () => openPostgresMessageStore(opened.db)
const home = { surface: 'telegram', chat: '-100' } as const
const wanted = {
  ...home,
  key: 'story',
  story: 'story',
  since: 1,
  kind: 'approval',
  isSilent: false,
  wanted: 1,
  digest: undefined,
  afterMs: 0,
} as const

test('a home chat is known once, with the defaults', async () => {
  expect(await chats().ensure(home)).toEqual(home)
  await chats().change(home, 'telegram:ann', (old) => withPreset(old, 'quiet'))
  expect(await chats().ensure(home)).toEqual(home)
  expect(await chats().list()).toEqual([
    {
      ...home,
      account: undefined,
      preferences: withPreset(defaultPreferences, 'quiet'),
      closed: undefined,
    },
  ])
  expect(await chats().list('discord')).toEqual([])
})

test('changes of one chat at once all count', async () => {
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      chats().change(home, 'telegram:ann', (old) => ({
        ...old,
        mutes: [...old.mutes, { route: `route ${i}`, until: '2030-01-01T00:00:00.000Z' }],
      })),
    ),
  )
  expect((await chats().find(home))?.preferences.mutes).toHaveLength(20)
})

test('a row that this version cannot read has the defaults', async () => {
  await chats().ensure(home)
  await sql`update chats set preferences = '{"levels": {"trade": "loud"}}'`.execute(opened.db)
  expect((await chats().find(home))?.preferences).toEqual(defaultPreferences)
})

test('E13 a group that gets a new number keeps its preferences, and what waits goes along', async () => {
  await chats().ensure(home)
  await chats().change(home, 'telegram:ann', (old) => withPreset(old, 'all'))
  await messages().want([wanted, { ...wanted, key: 'shown', story: 'shown' }])
  await messages().begin({ ...home, key: 'shown' }, 1, [])
  await messages().sent({ ...home, key: 'shown' }, 1, '77')
  expect(await chats().move(home, '-200')).toBe(true)
  expect(await chats().ensure(home)).toEqual({ surface: 'telegram', chat: '-200' })
  expect(await chats().list()).toMatchObject([
    { chat: '-200', preferences: withPreset(defaultPreferences, 'all') },
  ])
  expect(await messages().waiting('telegram')).toMatchObject([{ chat: '-200', key: 'story' }])
  expect(await messages().ofStory('telegram', 'shown')).toMatchObject([
    { chat: '-200', message: undefined, shown: 1 },
  ])
})

test('E13 what was written for a group while it moved follows when the move is told again', async () => {
  await chats().ensure(home)
  expect(await chats().move(home, '-200')).toBe(true)
  await messages().want([wanted])
  expect(await chats().move(home, '-200')).toBe(true)
  expect(await messages().waiting('telegram')).toMatchObject([{ chat: '-200', key: 'story' }])
  expect(await chats().move({ ...home, chat: '-200' }, '-300')).toBe(true)
  expect(await chats().move(home, '-200')).toBe(true)
  expect(await chats().list()).toMatchObject([{ chat: '-300' }])
})

test('E13 a chat that is not ours cannot be moved here', async () => {
  await chats().ensure(home)
  expect(await chats().move({ surface: 'telegram', chat: '-999' }, '-200')).toBe(false)
  expect(await chats().move(home, '-100')).toBe(false)
  expect(await chats().list()).toMatchObject([{ chat: '-100' }])
})

test('a chat that moves away and back is where it was', async () => {
  await chats().ensure(home)
  expect(await chats().move(home, '-200')).toBe(true)
  expect(await chats().move({ ...home, chat: '-200' }, '-100')).toBe(true)
  expect(await chats().ensure(home)).toEqual(home)
  expect(await chats().list()).toMatchObject([{ chat: '-100' }])
})

test('a chat closes once, opens once, and says why', async () => {
  await chats().ensure(home)
  expect(await chats().open(home)).toBe(false)
  expect(await chats().close(home, 'the bot was kicked')).toBe(true)
  expect(await chats().close(home, 'again')).toBe(false)
  expect((await chats().find(home))?.closed).toMatchObject({ because: 'the bot was kicked' })
  expect(await chats().open(home)).toBe(true)
  expect((await chats().find(home))?.closed).toBeUndefined()
  expect(await chats().close({ ...home, chat: 'unknown' }, 'x')).toBe(false)
})

test('a chat that is left is forgotten with what waits for it', async () => {
  await chats().change(home, 'telegram:ann', (old) => old, '7')
  expect((await chats().find(home))?.account).toBe('7')
  await messages().want([wanted])
  expect(await chats().leave(home)).toBe(true)
  expect(await chats().leave(home)).toBe(false)
  expect(await messages().waiting('telegram')).toEqual([])
})
