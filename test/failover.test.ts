// Two worker desks on one PostgreSQL and one Redis, joined to the venue servers of a third process. One
// is killed; its shards live on in the other, and nobody is asked about one gap twice.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase, type OpenDatabase } from '../src/database/connect.ts'
import { openPostgresApprovalStore } from '../src/database/postgres-approval-store.ts'
import { openPostgresShardStore } from '../src/database/postgres-shard-store.ts'
import { readDeskFile } from '../workers/supervisor/desk-file.ts'
import { freshDatabase, type FreshDatabase } from './fresh-database.ts'
import { judge, readTruth } from './judge.ts'
import { discardHome, makeClosedHome, npmStart, processesOf, type NpmDesk } from './npm-desk.ts'
import { redisProgram } from './redis-server.ts'
import { until } from './started-desk.ts'

const whySkipped = redisProgram === undefined ? ' (skipped: no redis-server on PATH)' : ''
const takeoverMsMax = 10_000

const homes: string[] = []
let database: FreshDatabase
let watching: OpenDatabase
let stopRedis = async (): Promise<void> => {}

function newHome(): string {
  const home = makeClosedHome()
  homes.push(home)
  return home
}

const start = (home: string, env: Readonly<Record<string, string>>): NpmDesk =>
  npmStart(home, { env })

async function startRedis(): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  const flags = ['--save', '', '--maxmemory-policy', 'noeviction', '--bind', '127.0.0.1']
  const server = spawn(redisProgram as string, ['--port', String(port), ...flags], {
    stdio: 'ignore',
    cwd: newHome(),
  })
  stopRedis = async () => {
    if (server.exitCode !== null) return
    server.kill('SIGTERM')
    await once(server, 'exit')
  }
  return `redis://127.0.0.1:${port}`
}

beforeAll(async () => {
  database = await freshDatabase()
  watching = openDatabase({ url: database.url, name: 'failover test' })
})
afterAll(async () => {
  for (const home of homes) await discardHome(home)
  await stopRedis()
  await watching.close()
  await database.drop()
})

test.skipIf(redisProgram === undefined)(
  `a worker desk that is killed is missed for less than ten seconds${whySkipped}`,
  async () => {
    const market = newHome()
    start(market, { ARBDESK_ROLES: 'simulator' })
    await until(() => readDeskFile(market)?.run.venuesUrl !== undefined)
    const env = {
      ARBDESK_ROLES: 'workers',
      ARBDESK_MARKET: `venues:${readDeskFile(market)?.run.venuesUrl}`,
      DATABASE_URL: database.url,
      REDIS_URL: await startRedis(),
    }
    const [first, second] = [newHome(), newHome()]
    const one = start(first, env)
    const two = start(second, env)
    const shards = openPostgresShardStore(watching.db)
    const owners = async () => {
      const now = Date.now()
      const rows = await shards.list().catch(() => [])
      return rows.map(({ owner, leaseUntil }) =>
        leaseUntil !== undefined && leaseUntil.getTime() > now ? owner : undefined,
      )
    }

    // Both work, and every shard has an owner: the six venues' cycles and two cross shards.
    await until(async () => {
      const all = await owners()
      return all.length === 8 && !all.includes(undefined) && new Set(all).size === 2
    })
    await sleep(5000)

    const killed = [...new Set(await owners())][0]
    // Whichever desk runs the shards of that owner: its loop is a child in the desk's group.
    const isFirst = processesOf(first).some((line) =>
      line.startsWith(`${killed?.split('-').at(-1)} `),
    )
    process.kill(-((isFirst ? one : two).process.pid as number), 'SIGKILL')
    const killedAtMs = performance.now()
    await until(async () => {
      const all = await owners()
      return all.length === 8 && all.every((owner) => owner !== undefined && owner !== killed)
    })
    const missedMs = performance.now() - killedAtMs
    process.stdout.write(
      `shards of the killed desk ran elsewhere after ${Math.round(missedMs)} ms\n`,
    )
    expect(missedMs).toBeLessThan(takeoverMsMax)

    await sleep(8000)
    const approvals = openPostgresApprovalStore(watching.db, { mode: 'paper' })
    const offered = await approvals.listOpportunities({ sinceMs: 600_000, limit: 1000 })
    const offers = offered.map(({ route, detectedAt }) => ({
      route,
      detected_at: detectedAt.toISOString(),
    }))
    const { falseOffers, delaysMs } = judge(readTruth(market), offers, { fromMs: 0, toMs: 0 })
    expect(offered.length).toBeGreaterThanOrEqual(2)
    expect(falseOffers).toEqual([])
    // As many gaps as offers: none was offered twice.
    expect(delaysMs.size).toBe(offered.length)
  },
  150_000,
)
