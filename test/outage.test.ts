// A desk whose ground gives way while it runs: the database or Redis goes and returns, the market's
// servers die, the disk fills up and is freed again.
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '../src/database/connect.ts'
import { startEmbeddedPostgres } from '../src/database/embedded-postgres.ts'
import { startPrivateRedis, type PrivateRedis } from '../src/queues/private-redis.ts'
import { readDeskFile } from '../workers/supervisor/desk-file.ts'
import { startingBalances } from './ledger.ts'
import { readTruth } from './judge.ts'
import { discardHome, npmStart, processesOf, type NpmDesk } from './npm-desk.ts'
import { redisProgram } from './redis-server.ts'
import { makeHome, until } from './started-desk.ts'
import { openStores } from './stores.ts'
import { settledIn, toldOf, type ToldOf } from './told.ts'

vi.setConfig({ testTimeout: 240_000 })

let home: string
beforeEach(() => {
  home = makeHome()
})
afterEach(() => discardHome(home))

const args = ['--json', '--set', 'approval.mode=auto']
const awayMs = 8_000
/** Clocks of one machine, and the last update on its way. */
const slackMs = 300

/** Lines on standard error that are no mere information; that a machine is slow for a moment is none either. */
const complaintsOf = (desk: NpmDesk) =>
  desk
    .errors()
    .split('\n')
    .filter((line) => line !== '' && !/"level":"info"|did not answer in time/.test(line))
    .map((line) => /"msg":"(.*)"\}$/.exec(line)?.[1] ?? line)

/** Each once and in this order; on a busy machine a line or two about something else may come between. */
function expectLines(lines: readonly string[], wanted: readonly RegExp[]): void {
  const isWanted = (line: string) => wanted.some((one) => one.test(line))
  expect(lines.filter(isWanted)).toEqual(wanted.map((one) => expect.stringMatching(one)))
  const others = lines.filter((line) => !isWanted(line))
  for (const line of others) process.stderr.write(`said besides: ${line}\n`)
  expect(others.length, others.join('\n')).toBeLessThanOrEqual(2)
}

const settledAfter = (desk: NpmDesk, atMs: number): readonly ToldOf<'trade'>[] =>
  settledIn(desk.told()).filter(({ created_at }) => Date.parse(String(created_at)) > atMs)

async function settledBalances(url: string) {
  const { trades, cutOff } = openStores(url)
  let balances: Awaited<ReturnType<typeof startingBalances>>
  await until(async () => (balances = await startingBalances(trades)) !== undefined)
  await cutOff()
  return balances
}

/** Every opportunity in the database, and every trade that is over, is told of once. */
async function expectNothingLost(desk: NpmDesk, url: string): Promise<void> {
  const { approvals, trades, cutOff } = openStores(url)
  const offered = await approvals.listOpportunities({ sinceMs: 600_000, limit: 10_000 })
  const made = await trades.list({ limit: 10_000, offset: 0 })
  await cutOff()
  const isOver = ({ state }: { state: string }) => state !== 'approved' && state !== 'executing'
  const wanted = [...offered, ...made.filter(isOver)].map(({ id }) => id)
  const told = () =>
    [...toldOf(desk.told(), 'opportunity'), ...toldOf(desk.told(), 'trade').filter(isOver)].map(
      ({ id }) => id,
    )
  // A desk that still runs needs a moment to print what it wrote down.
  await until(() => wanted.every((id) => told().includes(id)))
  expect(new Set(told()).size).toBe(told().length)
}

const noRedis = redisProgram === undefined ? ' (without Redis: no redis-server on PATH)' : ''

test(`F1 F6 a database, a Redis and venue servers that go away one after the other are a line each way, and nothing is lost${noRedis}`, async () => {
  const place = makeHome()
  onTestFinished(() => rmSync(place, { recursive: true, force: true }))
  const startRedis = () => startPrivateRedis({ home: place, path: process.env['PATH'] ?? '' })
  let server = await startEmbeddedPostgres({ home: place, durable: false })
  onTestFinished(() => server.stop())
  let redis = await startRedis()
  onTestFinished(() => redis?.stop())
  const { url } = server
  const env = { DATABASE_URL: url, ...(redis && { REDIS_URL: redis.socketPath }) }
  const desk = npmStart(home, { args, env })
  await until(() => settledIn(desk.told()).length > 0)
  const balances = await settledBalances(url)

  await server.stop()
  await sleep(awayMs)
  server = await startEmbeddedPostgres({ home: place, durable: false })
  // Whoever was connected finds the way back.
  expect(server.url).toBe(url)
  const databaseBackMs = Date.now()
  await until(() => settledAfter(desk, databaseBackMs).length > 0)
  expect(await settledBalances(url)).toEqual(balances)
  expectLines(complaintsOf(desk), [
    /^the database is away \([^)]+\); work goes on when it is back$/,
    /^the database is back after \d+\.\d s$/,
  ])
  expect(toldOf(desk.told(), 'alert')).toEqual([])

  let toldBefore = complaintsOf(desk).length
  async function redisGoesAway(running: PrivateRedis): Promise<void> {
    await running.stop()
    await sleep(awayMs)
    redis = await startRedis()
    const redisBackMs = Date.now()
    await until(() => settledAfter(desk, redisBackMs).length > 0)
    expect(await settledBalances(url)).toEqual(balances)
    expectLines(complaintsOf(desk).slice(toldBefore), [
      /^Redis is away \([^)]+\); work goes on when it is back$/,
      /^Redis is back after \d+\.\d s$/,
    ])
    expect(toldOf(desk.told(), 'alert')).toEqual([])
  }
  if (redis !== undefined) await redisGoesAway(redis)

  toldBefore = complaintsOf(desk).length
  const simulator = processesOf(home).find((line) => line.includes('role.ts simulator'))
  process.kill(Number(simulator?.split(' ')[0]), 'SIGKILL')
  const killedMs = Date.now()
  await until(() => settledAfter(desk, killedMs).length > 0)
  expectLines(complaintsOf(desk).slice(toldBefore), [
    /^simulator ended \(SIGKILL\) and starts again$/,
  ])
  await expectNothingLost(desk, url)
  expect(await settledBalances(url)).toEqual(balances)
  desk.interrupt()
  expect(await desk.ended, desk.errors()).toBe(0)

  // No book from before was traded on.
  const gaps = readTruth(home).filter(({ decoy }) => decoy === null)
  const wasThere = ({ route, at }: ToldOf<'opportunity'>) =>
    gaps.some(
      (gap) =>
        gap.route === route &&
        Date.parse(at) >= Date.parse(gap.from) &&
        Date.parse(at) <= Date.parse(gap.to) + slackMs,
    )
  expect(toldOf(desk.told(), 'opportunity').filter((offer) => !wasThere(offer))).toEqual([])
  expect(toldOf(desk.told(), 'alert').length).toBeLessThanOrEqual(6)
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
