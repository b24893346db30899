import { sql } from 'kysely'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../test/fresh-database.ts'
import { openDatabase, type OpenDatabase } from '../src/database/connect.ts'
import { migrate } from '../src/database/migrate.ts'
import { openPostgresSettingsStore } from '../src/database/postgres-settings-store.ts'
import { openSignerLease } from '../src/database/signer-lease.ts'
import type { RoleName } from '../src/config/role-names.ts'
import { claimDatabase } from './claim-database.ts'
import { holdSigner } from './hold-signer.ts'

let database: FreshDatabase
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

const quiet = { info: () => {}, warn: () => {} }

test('A16: the second process stands by until the first has let go, and can be told to stop meanwhile', async () => {
  const lease = openSignerLease(opened.db)
  const told: string[] = []
  const hold = (name: string, signal = new AbortController().signal) =>
    holdSigner({ lease, log: quiet, signal, standBy: () => void told.push(name) })
  const first = await hold('first')
  expect(first?.isHeld()).toBe(true)
  const waiting = hold('second')
  const stopping = new AbortController()
  const stopped = hold('third', stopping.signal)
  await expect.poll(() => told.toSorted()).toEqual(['second', 'third'])
  stopping.abort()
  expect(await stopped).toBeUndefined()
  await first?.release()
  const second = await waiting
  expect(second?.isHeld()).toBe(true)
  await second?.release()
})

test('A16: who finds that another has signed in between signs no more', async () => {
  const lease = openSignerLease(opened.db)
  const mine = await holdSigner({
    lease,
    log: quiet,
    signal: new AbortController().signal,
    standBy: () => {},
  })
  if (mine === undefined) throw new Error('nobody else holds it')
  // As after a pause of this process that was longer than its lease.
  await sql`update signer_lease set owner = 'another'`.execute(opened.db)
  await mine.lost
  expect(mine.isHeld()).toBe(false)
  await mine.release()
})

test('G4 a live desk is paused as it starts and as it starts again, and not by a worker that joins it', async () => {
  // What the tests before left behind is over.
  await sql`update signer_lease set lease_until = clock_timestamp()`.execute(opened.db)
  const lease = openSignerLease(opened.db)
  const settings = openPostgresSettingsStore(opened.db)
  const isPaused = async () => (await settings.load()).get('desk.paused')?.value
  const start = (roles: readonly RoleName[] = ['trade']) =>
    claimDatabase(database.url, { mode: 'live', roles }, new AbortController().signal)
  const resume = () => settings.change('desk.paused', false, false, 'discord:ann')
  await start()
  expect(await isPaused()).toBe(true)
  await resume()
  await start(['notify'])
  expect(await isPaused()).toBe(false)

  // Somebody signs, and says so again and again.
  await lease.hold('living', 2_000)
  const renewing = setInterval(() => void lease.hold('living', 2_000), 300)
  onTestFinished(() => clearInterval(renewing))
  await start()
  expect(await isPaused()).toBe(false)

  // It dies: what is left of its lease is nobody's word.
  clearInterval(renewing)
  await lease.hold('living', 1_500)
  await start()
  expect(await isPaused()).toBe(true)
})
