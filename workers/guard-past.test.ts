// A database that was restored from a backup, as PostgreSQL itself copies one.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, inject, onTestFinished, test } from 'vitest'
import { freshDatabase } from '../test/fresh-database.ts'
import { openDatabase } from '../src/database/connect.ts'
import { holdControlMode } from '../src/database/control-mode.ts'
import { dropDatabase } from '../src/database/create-database.ts'
import { migrate } from '../src/database/migrate.ts'
import { openPostgresBreakerStore } from '../src/database/postgres-breaker-store.ts'
import { openPostgresOutbox } from '../src/database/postgres-outbox.ts'
import { openPostgresTradeStore } from '../src/database/postgres-trade-store.ts'
import { createToldMark } from '../src/settings/told-mark.ts'
import { checkPast, keepToldMark } from './guard-past.ts'

const scope = { mode: 'paper' } as const
const news = (subject: string) =>
  ({ kind: 'alert', severity: 'P2', subject, text: 'something happened' }) as const

function openDesk(url: string, home: string) {
  const { db, close } = openDatabase({ url })
  const warnings: string[] = []
  const log = { warn: (line: string) => void warnings.push(line) }
  const outbox = openPostgresOutbox(db)
  const breakers = openPostgresBreakerStore(db, scope)
  const toldMark = createToldMark(home)
  return {
    wiring: { outbox, breakers, toldMark, log },
    outbox,
    breakers,
    warnings,
    exposure: () => openPostgresTradeStore(db, scope).exposure(),
    mode: () => db.transaction().execute((trx) => holdControlMode(trx)),
    told: async () => (await outbox.read(0, 100)).map(({ notification }) => notification),
    close,
  }
}

/** A copy of a database to which nobody is connected. */
async function backUp(url: string) {
  const server = inject('postgresUrl')
  const original = new URL(url).pathname.slice(1)
  const copy = new URL(url)
  copy.pathname = `${copy.pathname}_old`
  const { db, close } = openDatabase({ url: server })
  await sql`create database ${sql.id(`${original}_old`)} template ${sql.id(original)}`.execute(db)
  await close()
  return { url: copy.href, drop: () => dropDatabase(server, `${original}_old`) }
}

async function folder() {
  const home = await mkdtemp(join(tmpdir(), 'arbdesk-past-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  return home
}

test('F18 a database restored from a backup lets nothing leave until a person confirms, and says so urgently', async () => {
  const home = await folder()
  const database = await freshDatabase()
  const { url } = database
  await migrate({ databaseUrl: url })
  const before = openDesk(url, home)
  await before.outbox.post(news('one'))
  expect(await checkPast(before.wiring, 'test')).toBe(false)
  await before.close()

  // The backup is made here; the desk goes on after it.
  const backup = await backUp(url)
  onTestFinished(async () => {
    await backup.drop()
    await database.drop()
  })
  const desk = openDesk(url, home)
  for (const subject of ['two', 'three']) await desk.outbox.post(news(subject))
  desk.wiring.toldMark.write(await desk.outbox.newest())
  expect(await checkPast(desk.wiring, 'test')).toBe(false)
  await desk.close()

  const restored = openDesk(backup.url, home)
  onTestFinished(restored.close)
  expect(await restored.mode()).toBe('running')
  expect(await checkPast(restored.wiring, 'test')).toBe(true)
  expect(await restored.mode()).toBe('frozen')
  expect((await restored.exposure()).tripped.map(({ breaker }) => breaker)).toEqual([
    'restored-database',
  ])
  expect((await restored.told()).at(-1)).toMatchObject({
    severity: 'P0',
    subject: 'Breaker restored-database tripped',
    text: expect.stringMatching(
      /ends with message 1, and this desk had told message 3 before.*risk reset restored-database/,
    ),
  })
  // A restart confirms nothing, and does not say it again.
  expect(await checkPast(restored.wiring, 'test')).toBe(false)
  expect(await restored.mode()).toBe('frozen')
  expect(await restored.told()).toHaveLength(2)

  expect(await restored.breakers.reset('restored-database', 'discord:ann')).toBe(true)
  expect(await restored.mode()).toBe('running')
  expect(await checkPast(restored.wiring, 'test')).toBe(false)
})

test('F18 how far people were told is remembered outside the database, one look late', async () => {
  const home = await folder()
  const database = await freshDatabase()
  const { url } = database
  await migrate({ databaseUrl: url })
  const desk = openDesk(url, home)
  onTestFinished(async () => {
    await desk.close()
    await database.drop()
  })
  const { toldMark } = desk.wiring
  expect(toldMark.read()).toBeUndefined()
  await desk.outbox.post(news('one'))
  const leave = keepToldMark(desk.wiring, 20)
  onTestFinished(leave)
  await expect.poll(() => toldMark.read()).toBe(1)
  await desk.outbox.post(news('two'))
  await expect.poll(() => toldMark.read()).toBe(2)
  expect(desk.warnings).toEqual([])
  await leave()
  await writeFile(toldMark.file, 'not a number')
  expect(toldMark.read()).toBeUndefined()
  expect(await checkPast(desk.wiring, 'test')).toBe(false)
})
