import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import { rulesOfPersonMax, type AlertRule } from '../notification/alert-rule.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { migrate } from './migrate.ts'
import { openPostgresAlertRuleStore } from './postgres-alert-rule-store.ts'
import { openPostgresChatStore } from './postgres-chat-store.ts'
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
  await sql`truncate alert_rules, outbox, chats cascade`.execute(opened.db)
})

const rules = () => openPostgresAlertRuleStore(opened.db)
const chat = { surface: 'telegram', chat: '-1' } as const
const wanted = {
  pattern: 'BTC/USDT',
  percent: 0.5,
  standsMs: 10_000,
  person: 'ann',
  by: 'telegram:ann',
  to: chat,
}
const add = async (more: Partial<typeof wanted> = {}) =>
  (await rules().add({ ...wanted, ...more })) as AlertRule
const tell = (rule: AlertRule, routes: readonly string[]) =>
  rules().tell(rule, routes, (told) => ({
    kind: 'alert',
    severity: 'P1',
    subject: rule.id,
    text: told.join(),
    to: chat,
  }))
const texts = async () =>
  (await openPostgresOutbox(opened.db).read(0, 100)).map(({ notification }) =>
    notification.kind === 'alert' ? notification.text : '',
  )
const age = (seconds: number) =>
  sql`update alert_episodes set seen_at = clock_timestamp() - ${seconds} * interval '1 second'`.execute(
    opened.db,
  )

test('a rule is listed with its chat until it is removed, once', async () => {
  const rule = await add()
  expect(rule).toMatchObject(wanted)
  expect(await rules().list()).toEqual([rule])
  expect(await rules().remove(rule.id, 'discord:bob')).toEqual(rule)
  expect(await rules().remove(rule.id, 'discord:bob')).toBeUndefined()
  expect(await rules().list()).toEqual([])
  await rules().add({ ...wanted, to: undefined })
  expect((await rules().list())[0]?.to).toBeUndefined()
})

test('nobody makes more rules than there may be, however fast', async () => {
  const made = await Promise.all(
    Array.from({ length: rulesOfPersonMax + 5 }, () => rules().add(wanted)),
  )
  expect(made.filter((rule) => rule !== undefined)).toHaveLength(rulesOfPersonMax)
  expect(await rules().add({ ...wanted, person: 'bob' })).toBeDefined()
})

test('a gap is told once for as long as it stands, by however many processes', async () => {
  const rule = await add()
  const told = await Promise.all([1, 2, 3].map(() => tell(rule, ['a', 'b'])))
  expect(told.flat().toSorted()).toEqual(['a', 'b'])
  expect((await texts()).join()).toBe('a,b')
  await age(20)
  expect(await tell(rule, ['a', 'b', 'c'])).toEqual(['c'])
  await age(20)
  await rules().stand([{ rule: rule.id, route: 'a' }])
  await sql`update alert_episodes set seen_at = seen_at - interval '20 seconds'`.execute(opened.db)
  expect(await tell(rule, ['a', 'b'])).toEqual(['b'])
})

test('a removed rule tells nothing more', async () => {
  const rule = await add()
  await rules().remove(rule.id, 'telegram:ann')
  expect(await tell(rule, ['a'])).toEqual([])
  expect(await texts()).toEqual([])
})

test('E13 the rules of a group that gets a new number go along', async () => {
  await openPostgresChatStore(opened.db).ensure(chat)
  await add()
  await openPostgresChatStore(opened.db).move(chat, '-200')
  expect((await rules().list())[0]?.to).toEqual({ surface: 'telegram', chat: '-200' })
})
