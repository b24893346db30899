import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import { gap, notifications } from '../../test/notifications.ts'
import type { Notification } from '../notification/notification.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { migrate } from './migrate.ts'
import { openPostgresOutbox } from './postgres-outbox.ts'

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
  await sql`truncate outbox, outbox_positions`.execute(opened.db)
})

const outbox = () => openPostgresOutbox(opened.db)
const status = (text: string): Notification => ({ kind: 'status', subject: 'test', text })
const texts = async (after = 0) =>
  (await outbox().read(after, 100)).map(({ notification }) =>
    notification.kind === 'status' ? notification.text : notification.kind,
  )

test('every notification is read back as it was posted', async () => {
  const posted = Object.values(notifications)
  for (const notification of posted) await outbox().post(notification)
  const read = await outbox().read(0, 100)
  expect(read.map(({ notification }) => notification)).toEqual(posted)
  expect(read.every(({ at }) => Math.abs(at.getTime() - Date.now()) < 60_000)).toBe(true)
})

test('a gap, its approval and its trade are one story', async () => {
  for (const notification of Object.values(notifications)) await outbox().post(notification)
  const read = await outbox().read(0, 100)
  const about = (...kinds: string[]) =>
    new Set(read.filter((one) => kinds.includes(one.notification.kind)).map(({ key }) => key))
  expect(about('approval', 'trade')).toEqual(new Set([gap.id]))
  expect(about('opportunity').has(gap.id)).toBe(true)
  expect([...about('alert', 'status')].every((key) => /^(alert|status) /.test(key))).toBe(true)
})

test('a story is read by its key, from any of its posts on', async () => {
  for (const notification of Object.values(notifications)) await outbox().post(notification)
  const all = await outbox().read(0, 100)
  const own = all.filter(({ key }) => key === gap.id)
  expect(own.length).toBeGreaterThan(5)
  expect(await outbox().story(gap.id, 0)).toEqual(own)
  expect(await outbox().story(gap.id, own[2]?.seq ?? 0)).toEqual(own.slice(2))
  expect(await outbox().story('nothing', 0)).toEqual([])
  const seqs = [own[1]?.seq ?? 0, own[0]?.seq ?? 0, 999_999]
  expect(await outbox().find(seqs)).toEqual(own.slice(0, 2))
})

test('messages are read in order, a batch at a time', async () => {
  for (const text of ['a', 'b', 'c']) await outbox().post(status(text))
  const [one, two] = await outbox().read(0, 2)
  expect(await texts()).toEqual(['a', 'b', 'c'])
  expect(one !== undefined && two !== undefined && one.seq < two.seq).toBe(true)
  expect(await texts(two?.seq)).toEqual(['c'])
})

test('a message that is not committed yet is never passed by a later one', async () => {
  const slow = await opened.db.startTransaction().execute()
  await openPostgresOutbox(slow).post(status('slow'))
  let quickDone = false
  const quick = outbox()
    .post(status('quick'))
    .then(() => (quickDone = true))
  await sql`select pg_sleep(0.1)`.execute(opened.db)
  expect(quickDone).toBe(false)
  expect(await texts()).toEqual([])
  await slow.commit().execute()
  await quick
  expect(await texts()).toEqual(['slow', 'quick'])
})

test('a message that was rolled back leaves a hole and holds nobody up', async () => {
  await outbox().post(status('before'))
  const lost = await opened.db.startTransaction().execute()
  await openPostgresOutbox(lost).post(status('lost'))
  await lost.rollback().execute()
  await outbox().post(status('after'))
  expect(await texts()).toEqual(['before', 'after'])
})

test('a reader that follows forty writers at once misses nothing', async () => {
  const writers = Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      for (let k = 0; k < 5; k++) await outbox().post(status(`${i}-${k}`))
    }),
  )
  const seen: string[] = []
  let at = 0
  while (seen.length < 200) {
    for (const { seq, notification } of await outbox().read(at, 7)) {
      if (notification.kind === 'status') seen.push(notification.text)
      at = seq
    }
  }
  await writers
  expect(new Set(seen).size).toBe(200)
  for (let i = 0; i < 40; i++)
    expect(seen.filter((text) => text.startsWith(`${i}-`))).toEqual(
      [0, 1, 2, 3, 4].map((k) => `${i}-${k}`),
    )
})

test('a new surface starts at the newest message, and a known one where it stood', async () => {
  await outbox().post(status('old'))
  const at = await outbox().position('terminal')
  expect(await texts(at)).toEqual([])
  await outbox().post(status('new'))
  expect(await outbox().position('terminal')).toBe(at)
  const [posted] = await outbox().read(at, 1)
  await outbox().moveTo('terminal', posted?.seq ?? 0)
  await outbox().moveTo('terminal', at)
  expect(await outbox().position('terminal')).toBe(posted?.seq)
})

test('a message of another version is told as such and holds nobody up', async () => {
  await sql`insert into outbox (key, notification) values
    ('x', '{"kind": "of a later version"}'), ('y', '"nothing"'),
    ('z', '{"kind": "trade", "trade": {"state": "settled", "realisedNet": "NaN"}}')`.execute(
    opened.db,
  )
  await outbox().post(status('next'))
  expect(await texts()).toEqual(['alert', 'alert', 'alert', 'next'])
})
