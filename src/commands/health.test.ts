import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ann, cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { seedDesk } from '../../test/seeded-desk.ts'
import { openDatabase } from '../database/connect.ts'
import type { StreamState } from '../trade/account-news.ts'
import { versions } from '../versions.ts'

let empty: TestDesk
let desk: TestDesk
beforeAll(async () => {
  empty = await openTestDesk()
  desk = await openTestDesk()
  await seedDesk(desk.desk)
})
afterAll(async () => {
  await empty.close()
  await desk.close()
})

test('health names what nobody can trade without, first', async () => {
  const reply = await empty.say('health', ann, { runs: false })
  expect(cardIn(reply)).toMatchObject({ title: 'Not well', tone: 'bad' })
  expect(cardIn(reply).json).toMatchObject({
    status: 'bad',
    faults: [expect.stringContaining('No desk runs here')],
    state: 'stopped',
    sweep_age_ms: null,
  })
})

test('health tells database, queue, sweep, shards, processes and venues', async () => {
  const reply = await desk.say('health')
  expect(cardIn(reply)).toMatchObject({ title: 'Well enough', tone: 'warning' })
  expect(cardIn(reply).json).toEqual({
    status: 'degraded',
    faults: [],
    complaints: ['Nobody runs cross-1.', 'okx does not answer: it timed out twice.'],
    state: 'watching',
    database: {
      ms: expect.any(Number),
      version: expect.stringMatching(/^\d+\./),
      schema: expect.stringMatching(/^00\d\d-/),
    },
    queue: { backend: 'postgres', ready: true },
    sweep_age_ms: expect.any(Number),
    venues: { up: 2, all: 3 },
    account_streams: [],
    shards: [
      { shard: 'cross-0', owner: 'worker-7', epoch: 1 },
      { shard: 'cross-1', owner: null, epoch: 0 },
    ],
    processes: [{ role: 'test', pid: process.pid, silent_ms: expect.any(Number) }],
    surfaces: [],
  })
  expect(textOf(reply)).toContain('Shards owned: 1 of 2')
})

test('a surface that is behind is named while its process lives, and not when nobody started it', async () => {
  const url = desk.runtime.config.databaseUrl?.reveal() ?? ''
  await desk.runtime.outbox.moveTo('discord', 0)
  const { db, close } = openDatabase({ url, name: 'test' })
  await sql`update outbox set posted_at = now() - interval '1 minute'`.execute(db)
  expect((cardIn(await desk.say('health')).json as { complaints: string[] }).complaints).toEqual([
    'Nobody runs cross-1.',
    'okx does not answer: it timed out twice.',
  ])
  const bot = openDatabase({ url, name: `arbdesk discord ${process.pid}` })
  await sql`select 1`.execute(bot.db)
  const { json } = cardIn(await desk.say('health'))
  expect(json).toMatchObject({
    complaints: [
      'Nobody runs cross-1.',
      'discord is 60 s behind with what it should tell.',
      'okx does not answer: it timed out twice.',
    ],
    surfaces: [{ surface: 'discord', unread: 2, unshown: 0, oldest_unshown_ms: 0 }],
  })
  await bot.close()
  await close()
})

test('a venue whose account stream is away is named, and so is a listener that is gone', async () => {
  const { accountStreams } = desk.runtime
  const away = { state: 'away', reason: 'it refused our login' } as const
  await accountStreams.save(new Map([['okx', away]]))
  const both: readonly [string, StreamState][] = [
    ['okx', away],
    ['kucoin', { state: 'up' }],
  ]
  await accountStreams.save(new Map(both))
  const complaint = 'okx tells nothing of our account, REST asks: it refused our login.'
  const { json } = cardIn(await desk.say('health'))
  expect((json as { complaints: string[] }).complaints).toContain(complaint)
  expect(json).toMatchObject({
    account_streams: [
      { venue: 'kucoin', state: 'up' },
      { venue: 'okx', state: 'away' },
    ],
  })
  const text = textOf(await desk.say('venues'))
  expect(text).toMatch(/kucoin.*told/)
  expect(text).toMatch(/okx.*ASKED for/)
  const { db, close } = openDatabase({
    url: desk.runtime.config.databaseUrl?.reveal() ?? '',
    name: 'test',
  })
  await sql`update account_streams set said_at = said_at - interval '1 minute'`.execute(db)
  await close()
  expect(await accountStreams.list()).toMatchObject([
    { venue: 'kucoin', state: 'away', reason: 'whoever listened is gone' },
    { venue: 'okx', state: 'away', reason: 'whoever listened is gone' },
  ])
  await accountStreams.save(new Map())
  expect(await accountStreams.list()).toEqual([])
})

test('version names all that a report of a fault needs', async () => {
  expect(cardIn(await desk.say('version')).json).toEqual({
    arbdesk: versions.arbdesk,
    schema: expect.stringMatching(/^00\d\d-/),
    postgresql: expect.stringMatching(/^\d+\./),
    queue: 'postgres',
    node: process.versions.node,
    libraries: versions.libraries,
    mode: 'paper',
    market: 'simulator',
  })
  expect(versions.libraries).toMatchObject({
    'discord.js': expect.stringMatching(/^\d+\.\d+\.\d+$/),
  })
})

test('start tells each role what it may do, and what to try first', async () => {
  const reply = await desk.say('start')
  expect(textOf(reply)).toContain(
    'It trades on paper: no order leaves this desk, on a simulated market',
  )
  expect(textOf(reply)).toContain('You are ann, admin: You may do everything')
  expect(cardIn(reply).actions?.map(({ command }) => command)).toEqual([
    'status',
    'operators',
    'settings',
  ])
  const viewer = await desk.say('start', { ...ann, role: 'viewer' })
  expect(cardIn(viewer).json).toMatchObject({
    you: { role: 'viewer' },
    try: ['status', 'opportunities', 'profit'],
  })
})
