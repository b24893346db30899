import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { migrate } from './migrate.ts'
import type { Given } from '../settings/settings-store.ts'
import { openPostgresSettingsStore } from './postgres-settings-store.ts'

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
  await sql`truncate settings, settings_audit`.execute(opened.db)
})

const store = () => openPostgresSettingsStore(opened.db)

test('a value of every shape is read back as it was saved', async () => {
  await store().change('desk.paused', false, true, 'terminal:ann')
  await store().change('trading.net_percent_min', 0.1, 0.123_456_789, 'terminal:ann')
  await store().change('approval.mode', 'ask', 'auto', 'terminal:ann')
  await store().change('trading.start_assets', [], ['USDT', 'BTC'], 'terminal:ann')
  const balances = { kucoin: { USDT: '123456789.000000000000000001' } }
  await store().change('paper.balances', {}, balances, 'terminal:ann')
  const stored = [...(await store().load())]
  expect(new Map(stored.map(([key, { value }]) => [key, value]))).toEqual(
    new Map<string, unknown>([
      ['desk.paused', true],
      ['trading.net_percent_min', 0.123_456_789],
      ['approval.mode', 'auto'],
      ['trading.start_assets', ['USDT', 'BTC']],
      ['paper.balances', balances],
    ]),
  )
})

test('every change is audited with what stood there, whatever the changer believed', async () => {
  const first = await store().change('sweep.period_ms', 2000, 3000, 'discord:1')
  const second = await store().change('sweep.period_ms', 2000, 4000, 'telegram:2')
  await store().change('desk.paused', false, true, 'terminal:ann')
  expect(first).toMatchObject({ from: 2000, to: 3000, by: 'discord:1' })
  expect(second).toMatchObject({ from: 3000, to: 4000, by: 'telegram:2' })
  expect(await store().history(10, 'sweep.period_ms')).toEqual([second, first])
  expect((await store().history(1)).map(({ key }) => key)).toEqual(['desk.paused'])
})

test('what stands there already, in whatever order it was written, is not audited', async () => {
  const balances = { kucoin: { USDT: '1', BTC: '2' } }
  expect(await store().change('desk.paused', false, false, 'terminal:ann')).toBeUndefined()
  await store().change('paper.balances', {}, balances, 'terminal:ann')
  const again = { kucoin: { BTC: '2', USDT: '1' } }
  expect(await store().change('paper.balances', {}, again, 'terminal:ann')).toBeUndefined()
  expect(await store().history(10)).toHaveLength(1)
})

test('what was stored before `since` is not what stands there', async () => {
  const before = await store().change('approval.mode', 'ask', 'alert', 'discord:1')
  const since = new Date((before?.at.getTime() ?? 0) + 1)
  const given = { value: 'auto', since }
  expect(await store().change('approval.mode', 'ask', 'alert', 'discord:2', given)).toMatchObject({
    from: 'auto',
    to: 'alert',
  })
  const [stored] = (await store().load()).values()
  expect(stored?.changedAt.getTime()).toBeGreaterThan(before?.at.getTime() ?? Infinity)
  const known = new Date((before?.at.getTime() ?? 0) - 1)
  expect(
    await store().change('approval.mode', 'ask', 'alert', 'discord:2', { ...given, since: known }),
  ).toBeUndefined()
})

test('whoever goes back to what a run was given goes back to what was stored before it, run after run', async () => {
  const stored = async () => (await store().load()).get('approval.mode')?.value
  const pause = () => new Promise((resolve) => setTimeout(resolve, 5))
  async function run(value: string) {
    await pause()
    const given = { value, since: new Date() }
    await pause()
    return given
  }
  const change = (to: string, given?: Given) =>
    store().change('approval.mode', 'ask', to, 'p:1', given)
  const first = await run('auto')
  await change('alert', first)
  expect(await stored()).toBe('alert')
  // Nothing was stored before, so nothing is stored again.
  expect(await change('auto', first)).toMatchObject({ from: 'alert', to: 'auto' })
  expect(await stored()).toBeUndefined()
  expect(await change('auto', first)).toBeUndefined()
  await change('alert')
  const second = await run('ask')
  await change('auto', second)
  await change('ask', second)
  expect(await stored()).toBe('alert')
  const third = await run('auto')
  await change('ask', third)
  await change('auto', third)
  expect(await stored()).toBe('alert')
  const told = (await store().history(10)).map(
    ({ from, to }) => `${from as string} ${to as string}`,
  )
  expect(told).toEqual([
    'ask auto',
    'auto ask',
    'auto ask',
    'ask auto',
    'ask alert',
    'alert auto',
    'auto alert',
  ])
})

test('thirty changes at once are a chain in the audit', async () => {
  await Promise.all(
    Array.from({ length: 30 }, (_, i) => store().change('sweep.period_ms', 0, i + 1, `p:${i}`)),
  )
  const history = (await store().history(100)).toReversed()
  expect(history).toHaveLength(30)
  expect(history[0]?.from).toBe(0)
  for (let i = 1; i < 30; i++) expect(history[i]?.from).toBe(history[i - 1]?.to)
  expect((await store().load()).get('sweep.period_ms')?.value).toBe(history.at(-1)?.to)
})
