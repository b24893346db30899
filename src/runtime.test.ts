import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { openTestDesk } from '../test/desk.ts'
import { freshDatabase } from '../test/fresh-database.ts'
import { readConfig, type Config } from './config.ts'
import { openDatabase } from './database/connect.ts'
import { createLog } from './log.ts'
import { outboxChannel } from './notification/outbox.ts'
import { openRuntime } from './runtime.ts'

const log = createLog({ level: 'silent' })

const configOf = (databaseUrl: string, market = 'simulator'): Config =>
  readConfig({ DATABASE_URL: databaseUrl, ARBDESK_MARKET: market })

test('what is announced is in the outbox and wakes whoever listens', async () => {
  const { runtime, close } = await openTestDesk()
  onTestFinished(close)
  const woken = Promise.withResolvers<void>()
  await runtime.queues.subscribe(outboxChannel, () => woken.resolve())
  await runtime.announce({ kind: 'status', subject: 'market', text: 'it is up' })
  await woken.promise
  const [posted] = await runtime.outbox.read(0, 10)
  expect(posted).toMatchObject({ seq: 1, notification: { kind: 'status', text: 'it is up' } })
})

test('a trade handed over twice is carried out once at a time', async () => {
  const { runtime, close } = await openTestDesk()
  onTestFinished(close)
  await runtime.executeTrade('trade-1')
  await runtime.executeTrade('trade-1')
  const ran: string[] = []
  const done = Promise.withResolvers<void>()
  await runtime.queues.work(
    'execute-trade',
    async ({ trade }) => {
      ran.push(trade)
      if (trade === 'trade-2') done.resolve()
    },
    { concurrency: 1 },
  )
  await runtime.executeTrade('trade-2')
  await done.promise
  expect(ran).toEqual(['trade-1', 'trade-2'])
})

test('settings of this run win, and a gap lives longer before anybody is asked on a real market', async () => {
  const { runtime, close } = await openTestDesk({ 'trading.notional_usdt_max': '55' })
  onTestFinished(close)
  expect(runtime.settings.current()['trading.notional_usdt_max']).toBe(55)
  expect(runtime.settings.isOverridden('trading.notional_usdt_max')).toBe(true)
  expect(runtime.settings.isOverridden('approval.mode')).toBe(false)
  expect(runtime.settings.current()['approval.life_ms_min']).toBe(1000)
  const { databaseUrl } = runtime.config
  const live = await openRuntime(configOf(databaseUrl?.reveal() ?? '', 'live'), log, 'live')
  onTestFinished(live.close)
  expect(live.settings.current()['approval.life_ms_min']).toBe(3000)
})

test('what could not be opened whole leaves no connection behind', async () => {
  const database = await freshDatabase()
  onTestFinished(() => database.drop())
  // Nobody has migrated it, so that the settings cannot be read.
  await expect(openRuntime(configOf(database.url), log, 'early')).rejects.toThrow(
    /desk_mode|settings/,
  )
  const watcher = openDatabase({ url: database.url, name: 'watcher' })
  const { rows } = await sql`
    select application_name from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`.execute(watcher.db)
  await watcher.close()
  expect(rows).toEqual([])
})

test('a database that does not answer is one clear line', async () => {
  await expect(
    openRuntime(configOf('postgres://nobody@127.0.0.1:1/none'), log, 'alone'),
  ).rejects.toThrow(/ECONNREFUSED|cannot be reached/)
  const { databaseUrl: _, ...unknown } = configOf('postgres://nobody@127.0.0.1:1/none')
  await expect(openRuntime({ ...unknown, databaseUrl: undefined }, log, 'alone')).rejects.toThrow(
    'no database is known to this process',
  )
})
