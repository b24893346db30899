import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase } from '../../test/fresh-database.ts'
import { readConfig } from '../config.ts'
import { createLog } from '../log.ts'
import { openRuntime } from '../runtime.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { checkDeskMode, claimDeskMode } from './desk-mode.ts'
import { migrate } from './migrate.ts'
import { openSignerLease } from './signer-lease.ts'

let database: Awaited<ReturnType<typeof freshDatabase>>
let opened: OpenDatabase
beforeAll(async () => {
  database = await freshDatabase()
  await migrate({ databaseUrl: database.url })
  opened = openDatabase({ url: database.url, poolMax: 2, name: 'test' })
})
afterAll(async () => {
  await opened.close()
  await database.drop()
})
beforeEach(async () => {
  await sql`alter table desk_mode disable trigger all`.execute(opened.db)
  await sql`delete from desk_mode`.execute(opened.db)
  await sql`alter table desk_mode enable trigger all`.execute(opened.db)
  await sql`delete from signer_lease`.execute(opened.db)
})

test('G10: a database is the first desk’s for ever, and one of the other money is refused by name', async () => {
  await checkDeskMode(opened.db, 'live')
  await claimDeskMode(opened.db, 'live')
  await claimDeskMode(opened.db, 'live')
  await expect(claimDeskMode(opened.db, 'paper')).rejects.toThrow(
    /^this database belongs to a live desk, and ARBDESK_MODE is paper: .*DATABASE_URL/,
  )
  await expect(sql`update desk_mode set mode = 'paper'`.execute(opened.db)).rejects.toThrow(
    'a database stays what it is',
  )
  await expect(sql`delete from desk_mode`.execute(opened.db)).rejects.toThrow('stays what it is')
})

test('G10: no process of a paper desk, and no command, opens a live database', async () => {
  await claimDeskMode(opened.db, 'live')
  const config = readConfig({ DATABASE_URL: database.url })
  const open = openRuntime(config, createLog({ level: 'silent' }), 'test')
  await expect(open).rejects.toThrow('this database belongs to a live desk')
})

test('A16: one process signs at a time, and its successor signs in another epoch', async () => {
  const lease = openSignerLease(opened.db)
  const first = await lease.hold('first', 60_000)
  expect(await lease.hold('second', 60_000)).toBeUndefined()
  expect(await lease.hold('first', 60_000)).toBe(first)
  await lease.release('second')
  expect(await lease.hold('second', 60_000)).toBeUndefined()
  await lease.release('first')
  const second = await lease.hold('second', 60_000)
  expect(second).not.toBe(first)
  expect(await lease.hold('first', 60_000)).toBeUndefined()
})
