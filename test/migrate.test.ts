// The first step of a deployment, as the container runs it.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshDatabase } from './fresh-database.ts'

const file = join(import.meta.dirname, '..', 'workers', 'migrate.ts')

function migrate(env: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

test('it brings the database to the schema and ends with 0, as often as it is run', async () => {
  const database = await freshDatabase()
  try {
    for (const told of ['database schema brought to', 'the database has the schema']) {
      const { status, stdout, stderr } = migrate({ DATABASE_URL: database.url })
      expect(status, stderr).toBe(0)
      expect(stdout).toBe('')
      expect(stderr).toContain(told)
    }
  } finally {
    await database.drop()
  }
})

test('without a database it ends with one line: 2 where none is named, 1 where it is away', () => {
  expect(migrate({})).toMatchObject({
    status: 2,
    stderr: 'arbdesk: DATABASE_URL is not set; the embedded database is migrated by npm start\n',
  })
  const { status, stderr } = migrate({ DATABASE_URL: 'postgres://u:hush@127.0.0.1:1/x' })
  expect(status).toBe(1)
  expect(stderr).toMatch(/^arbdesk: the database cannot be used: .*ECONNREFUSED.*\n$/)
  expect(stderr).not.toContain('hush')
})
