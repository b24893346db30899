import pg from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase } from './fresh-database.ts'

test('each call gives an empty database of its own, and takes it away again', async () => {
  const [one, other] = await Promise.all([freshDatabase(), freshDatabase()])
  expect(one.url).not.toBe(other.url)
  const client = new pg.Client({ connectionString: one.url })
  client.on('error', () => {})
  await client.connect()
  const tables = await client.query(
    `select 1 from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  expect(tables.rowCount).toBe(0)
  await Promise.all([one.drop(), other.drop()])
  await expect(new pg.Client({ connectionString: other.url }).connect()).rejects.toThrow(
    'does not exist',
  )
})
