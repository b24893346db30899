// A desk whose ground gives way while it runs: the database goes and returns, its disk fills up and is
// freed again.
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '../src/database/connect.ts'
import { startEmbeddedPostgres } from '../src/database/embedded-postgres.ts'
import { readDeskFile } from '../workers/supervisor/desk-file.ts'
import { startingBalances } from './ledger.ts'
import { discardHome, npmStart, processesOf, type NpmDesk } from './npm-desk.ts'
import { makeHome, until } from './started-desk.ts'
import { openStores } from './stores.ts'
import { settledIn, toldOf, type ToldOf } from './told.ts'

vi.setConfig({ testTimeout: 150_000 })

let home: string
beforeEach(() => {
  home = makeHome()
})
afterEach(() => discardHome(home))

const args = ['--json', '--set', 'approval.mode=auto']
const awayMs = 8_000

/** Lines on standard error that are no mere information. */
const complaintsOf = (desk: NpmDesk) =>
  desk
    .errors()
    .split('\n')
    .filter((line) => line !== '' && !line.includes('"level":"info"'))
    .map((line) => /"msg":"(.*)"\}$/.exec(line)?.[1] ?? line)

const settledAfter = (desk: NpmDesk, atMs: number): readonly ToldOf<'trade'>[] =>
  settledIn(desk.told()).filter(({ created_at }) => Date.parse(String(created_at)) > atMs)

async function settledBalances(url: string) {
  const { trades, cutOff } = openStores(url)
  let balances: Awaited<ReturnType<typeof startingBalances>>
  await until(async () => (balances = await startingBalances(trades)) !== undefined)
  await cutOff()
  return balances
}

/** Every opportunity and every trade in the database was told of, once. */
async function expectNothingLost(desk: NpmDesk, url: string): Promise<void> {
  const { approvals, trades, cutOff } = openStores(url)
  const offered = await approvals.listOpportunities({ sinceMs: 600_000, limit: 10_000 })
  const made = await trades.list({ limit: 10_000, offset: 0 })
  await cutOff()
  const told = desk.told()
  const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id).toSorted()
  expect(ids(toldOf(told, 'opportunity'))).toEqual(ids(offered))
  const over = toldOf(told, 'trade').filter(({ state }) => state !== 'executing')
  expect(ids(over)).toEqual(ids(made))
}

test('a database that goes away for a while is one line each way, and no money or word is lost', async () => {
  const place = makeHome()
  onTestFinished(() => rmSync(place, { recursive: true, force: true }))
  let server = await startEmbeddedPostgres({ home: place, durable: false })
  onTestFinished(() => server.stop())
  const desk = npmStart(home, { args, env: { DATABASE_URL: server.url } })
  await until(() => settledIn(desk.told()).length > 0)
  const balances = await settledBalances(server.url)

  const { url } = server
  await server.stop()
  await sleep(awayMs)
  server = await startEmbeddedPostgres({ home: place, durable: false })
  // Whoever was connected finds the way back.
  expect(server.url).toBe(url)
  const backMs = Date.now()
  await until(() => settledAfter(desk, backMs).length > 0)
  desk.interrupt()
  expect(await desk.ended, desk.errors()).toBe(0)

  expect(complaintsOf(desk)).toEqual([
    expect.stringMatching(/^the database is away \([^)]+\); work goes on when it is back$/),
    expect.stringMatching(/^the database is back after \d+\.\d s$/),
  ])
  expect(toldOf(desk.told(), 'alert')).toEqual([])
  await expectNothingLost(desk, url)
  expect(await settledBalances(url)).toEqual(balances)
})

test('a disk that fills up is one line a part, and work goes on when there is space again', async () => {
  // Enough for every file of a new database, in kilobytes, and little more.
  const desk = npmStart(home, { args, before: 'ulimit -f 17000' })
  await until(() => settledIn(desk.told()).length > 0)
  const url = readDeskFile(home)?.run.databaseUrl ?? ''
  const balances = await settledBalances(url)
  const { db, close } = openDatabase({ url })
  const fill = () =>
    sql`insert into refusals (route, minute, reason, count, detail)
      select 'junk ' || gen_random_uuid(), date_trunc('minute', now()), 'book age', 1,
        repeat(md5(random()::text), 60)
      from generate_series(1, 500)`.execute(db)
  const refusedSince = async () => {
    const { rows } = await sql<{ sum: number }>`
      select coalesce(sum(count), 0)::int as sum from refusals where route not like 'junk%'`.execute(
      db,
    )
    return rows[0]?.sum ?? 0
  }
  await expect(
    (async () => {
      for (;;) await fill()
    })(),
  ).rejects.toThrow('File too large')
  const before = await refusedSince()
  await until(() => complaintsOf(desk).length > 0)
  await sleep(3_000)
  await sql`delete from refusals where route like 'junk%'`.execute(db)
  await sql`vacuum refusals`.execute(db)
  await until(async () => (await refusedSince()) > before)
  await close()
  const balancesAfter = await settledBalances(url)
  desk.interrupt()
  expect(await desk.ended, desk.errors()).toBe(0)

  const complaints = complaintsOf(desk)
  for (const complaint of complaints) expect(complaint).toMatch(/disk is full .* free some space/)
  expect(complaints.length).toBeLessThan(4)
  expect(processesOf(home)).toEqual([])
  expect(balancesAfter).toEqual(balances)
})
