import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import type { LineLevel, LogStore } from '../history/log-store.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { migrate } from './migrate.ts'
import { openPostgresLogStore } from './postgres-log-store.ts'

let database: FreshDatabase
let opened: OpenDatabase
let store: LogStore
beforeAll(async () => {
  database = await freshDatabase()
  await migrate({ databaseUrl: database.url })
  opened = openDatabase({ url: database.url, name: 'test' })
  store = openPostgresLogStore(opened.db)
})
afterAll(async () => {
  await opened.close()
  await database.drop()
})

const line = (text: string, level: LineLevel = 'info', at = new Date()) => ({
  at,
  level,
  part: 'feed',
  text,
  facts: '',
})
const texts = async (filter: Omit<Parameters<LogStore['list']>[0], 'limit'> = {}) =>
  (await store.list({ limit: 5, ...filter })).map(({ text }) => text)

test('lines keep the order in which a process said them and are read newest first', async () => {
  await store.add('loop 7', [line('first'), line('second', 'warn'), line('third', 'debug')])
  await store.add('sweep 8', [line('fourth', 'error')])
  expect(await texts()).toEqual(['fourth', 'third', 'second', 'first'])
  expect(await texts({ least: 'warn' })).toEqual(['fourth', 'second'])
  expect(await texts({ part: 'sweep' })).toEqual(['fourth'])
  expect(await texts({ part: 'feed' })).toHaveLength(4)
  const [newest] = await store.list({ limit: 1 })
  expect(await texts({ beforeSeq: newest?.seq ?? 0 })).toEqual(['third', 'second', 'first'])
})

test('F11 ten thousand lines stay, of three days', async () => {
  const day = 86_400_000
  await store.add('loop 7', [line('old', 'info', new Date(Date.now() - 4 * day))])
  await store.prune()
  expect(await texts()).not.toContain('old')
  for (let n = 0; n < 11; n++)
    await store.add(
      'loop 7',
      Array.from({ length: 1000 }, (_, k) => line(`${n} ${k}`)),
    )
  await store.prune()
  const { rows } = await sql<{ count: number }>`select count(*) from log_lines`.execute(opened.db)
  expect(rows[0]?.count).toBe(10_000)
  expect(await texts()).toContain('10 999')
})
