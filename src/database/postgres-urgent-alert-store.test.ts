import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import type { Notification, Posted } from '../notification/notification.ts'
import { repeatGapMs } from '../notification/urgent-alert.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { migrate } from './migrate.ts'
import { openPostgresAlertCallStore } from './postgres-alert-call-store.ts'
import { openPostgresOutbox } from './postgres-outbox.ts'
import { openPostgresUrgentAlertStore } from './postgres-urgent-alert-store.ts'

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
  await sql`truncate urgent_alerts, alert_calls, outbox`.execute(opened.db)
})

const urgent = () => openPostgresUrgentAlertStore(opened.db)
const calls = () => openPostgresAlertCallStore(opened.db)
const outbox = () => openPostgresOutbox(opened.db)
const how = { repeatMs: 300_000, calls: true }

async function post(subject: string, text = 'act', more: Partial<Notification> = {}) {
  const told = { kind: 'alert', severity: 'P0', subject, text, ...more } as Notification
  await outbox().post(told)
  return (await outbox().read(0, 1000)).at(-1) as Posted
}
async function take(subject: string, text?: string): Promise<Posted> {
  const posted = await post(subject, text)
  await urgent().take(posted, how)
  return posted
}
const open = async () => (await urgent().listOpen()).map(({ subject, times }) => [subject, times])
const makeDue = () =>
  sql`update urgent_alerts set repeat_at = clock_timestamp() where acked_at is null`.execute(
    opened.db,
  )
const waiting = async () =>
  (
    await sql<{ seq: number }>`select seq from alert_calls order by seq`.execute(opened.db)
  ).rows.map(({ seq }) => seq)

test('a P0 alert is open until somebody acknowledges it, and nothing else is', async () => {
  const posted = await take('a leg is open')
  for (const severity of ['P1', 'P2'] as const)
    await urgent().take(await post('news', 'x', { severity }), how)
  await urgent().take(await post('x', 'x', { kind: 'status' }), how)
  expect(await urgent().listOpen()).toMatchObject([
    { id: posted.seq, subject: 'a leg is open', text: 'act', times: 1, firstToldAt: posted.at },
  ])
  const acknowledged = await urgent().acknowledge(posted.seq, 'discord:ann')
  expect(acknowledged).toMatchObject({
    outcome: 'acknowledged',
    alerts: [{ id: posted.seq, acked: { by: 'discord:ann' } }],
  })
  expect(await open()).toEqual([])
  expect(await urgent().acknowledge(posted.seq, 'telegram:bob')).toMatchObject({
    outcome: 'known',
    alert: { acked: { by: 'discord:ann' } },
  })
  expect(await urgent().acknowledge(999_999, 'telegram:bob')).toEqual({ outcome: 'none' })
  expect(await urgent().acknowledge('all', 'telegram:bob')).toEqual({ outcome: 'none' })
})

test('one subject is one alert while it is open, and each of its posts acknowledges it', async () => {
  await take('sweep', 'crashed')
  const second = await take('sweep', 'crashed again')
  expect(await urgent().listOpen()).toMatchObject([{ text: 'crashed again', times: 2 }])
  await urgent().acknowledge(second.seq, 'discord:ann')
  expect(await open()).toEqual([])
  await take('sweep', 'crashed once more')
  expect(await open()).toEqual([['sweep', 1]])
})

test('a post that is delivered twice counts once, also after the acknowledgement', async () => {
  const posted = await take('kill')
  await Promise.all(Array.from({ length: 5 }, () => urgent().take(posted, how)))
  expect(await open()).toEqual([['kill', 1]])
  await urgent().acknowledge('all', 'discord:ann')
  await urgent().take(posted, how)
  expect(await open()).toEqual([])
  expect(await waiting()).toEqual([posted.seq])
})

test('an alert may be acknowledged before anybody took it up', async () => {
  const posted = await post('kill')
  expect(await urgent().acknowledge(posted.seq, 'discord:ann')).toMatchObject({
    outcome: 'acknowledged',
  })
  await urgent().take(posted, how)
  expect(await open()).toEqual([])
})

test('of many who acknowledge at once one does', async () => {
  const posted = await take('kill')
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => urgent().acknowledge(posted.seq, `discord:${i}`)),
  )
  expect(answers.filter(({ outcome }) => outcome === 'acknowledged')).toHaveLength(1)
})

test('what nobody acknowledges is told again with growing gaps, once for all processes', async () => {
  const { seq } = await take('kill', 'pressed')
  expect(await urgent().repeatDue(1000)).toBe(0)
  await makeDue()
  const rounds = await Promise.all([1, 2, 3].map(() => urgent().repeatDue(300_000)))
  expect(rounds.toSorted((a, b) => a - b)).toEqual([0, 0, 1])
  const again = (await outbox().read(seq, 10)).at(-1) as Posted
  expect(again.notification).toMatchObject({ severity: 'P0', subject: 'kill', repeats: [seq] })
  expect(again.notification).toMatchObject({
    text: expect.stringMatching(/^pressed\nNobody has acknowledged it for .*; told 2 times\.$/),
  })
  await urgent().take(again, how)
  expect(await urgent().listOpen()).toMatchObject([{ text: 'pressed', times: 2 }])
  expect(await urgent().acknowledge(again.seq, 'discord:ann')).toMatchObject({
    outcome: 'acknowledged',
  })
  await makeDue()
  expect(await urgent().repeatDue(1000)).toBe(0)
  const gaps = [1, 2, 3, 4, 5].map((times) => repeatGapMs(300_000, times) / 60_000)
  expect(gaps).toEqual([5, 10, 20, 30, 30])
  expect(repeatGapMs(3_600_000, 3)).toBe(3_600_000)
})

test('many at once are told again together, and one acknowledgement of that ends them all', async () => {
  for (let i = 0; i < 5; i++) await take(`trade ${i}`)
  await makeDue()
  expect(await urgent().repeatDue(1000)).toBe(1)
  const again = (await outbox().read(0, 100)).at(-1) as Posted
  expect(again.notification).toMatchObject({
    text: expect.stringMatching(/^5 wait for "ack":\ntrade 0, for /),
  })
  await urgent().take(again, how)
  expect(await open()).toHaveLength(5)
  await urgent().acknowledge(again.seq, 'discord:ann')
  expect(await open()).toEqual([])
})

test('the webhook hears one post of an alert at a time, oldest first, whoever asks', async () => {
  const first = await take('sweep', 'one')
  const second = await take('sweep', 'two')
  const other = await take('loop')
  const taken = await Promise.all(Array.from({ length: 6 }, () => calls().next(60_000)))
  const seqs = taken.flatMap((call) => (call === undefined ? [] : [call.seq]))
  expect(seqs.toSorted((a, b) => a - b)).toEqual([first.seq, other.seq])
  expect(taken.find((call) => call?.seq === first.seq)).toMatchObject({
    tries: 1,
    posted: { notification: { text: 'one' } },
  })
  await calls().failed(first.seq, 0)
  expect(await calls().next(60_000)).toMatchObject({ seq: first.seq, tries: 2 })
  await calls().heard(first.seq)
  expect(await calls().next(60_000)).toMatchObject({ seq: second.seq, tries: 1 })
})

test('a call whose process died is taken up again, and one that waits is not early', async () => {
  const { seq } = await take('sweep')
  expect(await calls().next(0)).toMatchObject({ seq })
  expect(await calls().next(60_000)).toMatchObject({ seq, tries: 2 })
  await calls().failed(seq, 60_000)
  expect(await calls().next(60_000)).toBeUndefined()
})

test('a later repeat takes the place of one that waits, and an acknowledgement of both', async () => {
  const first = await take('sweep')
  for (let i = 0; i < 3; i++) {
    await makeDue()
    await urgent().repeatDue(1000)
    await urgent().take((await outbox().read(0, 100)).at(-1) as Posted, how)
  }
  expect(await waiting()).toEqual([first.seq, first.seq + 3])
  await urgent().acknowledge('all', 'discord:ann')
  expect(await waiting()).toEqual([first.seq])
})

test('without a webhook nothing waits for one', async () => {
  await urgent().take(await post('sweep'), { ...how, calls: false })
  expect(await waiting()).toEqual([])
  expect(await open()).toHaveLength(1)
})

const decide = [
  { label: 'Reverse', command: 'resolve', args: { trade: 't', choice: 'reverse' }, style: 'plain' },
] as const

test('newer numbers of an open alert are told with its next repeat, and are no word of their own', async () => {
  await take('a leg is open')
  const renewed = await post('a leg is open', 'costs 2', { renews: true, actions: decide })
  await urgent().take(renewed, how)
  expect(await urgent().listOpen()).toMatchObject([{ text: 'costs 2', times: 1, actions: decide }])
  expect(await waiting()).toHaveLength(1)
  await makeDue()
  expect(await urgent().repeatDue(300_000)).toBe(1)
  const [repeat] = (await outbox().read(renewed.seq, 10)).map(({ notification }) => notification)
  expect(repeat).toMatchObject({ text: expect.stringMatching(/^costs 2\n/), actions: decide })
})

test('B5 what somebody must decide is told again each minute, however often it was told', async () => {
  await take('a leg is open')
  await urgent().take(await post('a leg is open', 'x', { renews: true, actions: decide }), how)
  const dueInMs = async () => {
    const { rows } = await sql<{ ms: number }>`
      select extract(epoch from repeat_at - last_told_at)::float8 * 1000 as ms
      from urgent_alerts`.execute(opened.db)
    return Math.round(rows[0]?.ms ?? 0)
  }
  expect(await dueInMs()).toBe(60_000)
  for (let times = 2; times < 6; times++) {
    await makeDue()
    await urgent().repeatDue(300_000)
    // Written by one clock, read a moment apart.
    expect(Math.abs((await dueInMs()) - 60_000)).toBeLessThan(1_000)
  }
})

test('an alert that is over is acknowledged by whoever ended it, and one that is not open begins nothing', async () => {
  await take('a leg is open')
  const over = await post('a leg is open', 'reversed', { severity: 'P2', ends: 'discord:ann' })
  await urgent().take(over, how)
  expect(await open()).toEqual([])
  for (const more of [{ renews: true }, { severity: 'P2', ends: 'desk' }] as const)
    await urgent().take(await post('never told', 'x', more), how)
  expect(await open()).toEqual([])
  // The same may happen again, and is news then.
  await take('a leg is open')
  await urgent().take(over, how)
  expect(await open()).toEqual([['a leg is open', 1]])
})
