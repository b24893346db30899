// Two worker desks on one PostgreSQL and one Redis, beside a third process that owns the market. One of
// them is killed, and what it did goes on in the other.
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openDatabase, type OpenDatabase } from '../src/database/connect.ts'
import { migrate } from '../src/database/migrate.ts'
import { startPrivateRedis, type PrivateRedis } from '../src/queues/private-redis.ts'
import { readDeskFile } from '../workers/supervisor/desk-file.ts'
import { freshDatabase, type FreshDatabase } from './fresh-database.ts'
import { readTruth } from './judge.ts'
import { startingBalances } from './ledger.ts'
import { discardHome, makeClosedHome, npmStart, processesOf, type NpmDesk } from './npm-desk.ts'
import { redisSkipReason } from './redis-server.ts'
import { makeHome, until } from './started-desk.ts'
import { openStores } from './stores.ts'

vi.setConfig({ testTimeout: 120_000 })

const takeoverMsMax = 10_000
const slackMs = 200
const because = redisSkipReason === undefined ? '' : ` (skipped: ${redisSkipReason})`

type Asked = {
  route: string
  asked_at: Date
  /** Why the question was withdrawn, if it was: nobody could see the gap any more. */
  withdrawn: boolean
  /** Of the trade that was granted, if any. */
  state: string | null
}

describe.skipIf(redisSkipReason !== undefined)(`two worker desks${because}`, () => {
  let database: FreshDatabase
  let redisHome: string
  let redis: PrivateRedis | undefined
  let market: NpmDesk
  /** Those that live. */
  let desks: NpmDesk[]
  let homes: readonly string[]
  let stores: ReturnType<typeof openStores>
  let opened: OpenDatabase

  beforeAll(async () => {
    database = await freshDatabase()
    await migrate({ databaseUrl: database.url })
    stores = openStores(database.url)
    opened = openDatabase({ url: database.url })
    redisHome = makeHome()
    redis = await startPrivateRedis({ home: redisHome, path: process.env['PATH'] ?? '' })
    market = npmStart(makeClosedHome(), { env: { ARBDESK_ROLES: 'simulator' } })
    const venuesUrl = () => readDeskFile(market.home)?.run.venuesUrl
    await until(() => venuesUrl() !== undefined)
    const env = {
      ARBDESK_ROLES: 'workers',
      ARBDESK_MARKET: `venues:${venuesUrl()}`,
      DATABASE_URL: database.url,
      REDIS_URL: redis?.socketPath ?? process.env['TEST_REDIS_URL'] ?? '',
    }
    // Orders that travel for two seconds leave time to kill their worker.
    const args = ['--set', 'approval.mode=auto', 'paper.latency_ms=2000']
    desks = [1, 2].map(() => npmStart(makeClosedHome(), { args, env }))
    homes = [...desks, market].map(({ home }) => home)
  }, 60_000)
  afterAll(async () => {
    await stores.cutOff()
    await opened.close()
    for (const home of homes) await discardHome(home)
    await redis?.stop()
    await database.drop()
    rmSync(redisHome, { recursive: true, force: true })
  })

  /** Who owns each shard now; undefined while one of them is nobody's. */
  async function ownersNow(): Promise<readonly string[] | undefined> {
    const now = new Date()
    const owners = (await stores.shards.list()).map(({ owner, leaseUntil }) =>
      leaseUntil !== undefined && leaseUntil > now ? owner : undefined,
    )
    const known = owners.filter((owner) => owner !== undefined)
    return known.length > 0 && known.length === owners.length ? known : undefined
  }
  const pidsOf = ({ home }: NpmDesk) => processesOf(home).map((line) => line.split(' ')[0])
  /** Workers name themselves after what they do and their pid. */
  const isOf = (pids: readonly (string | undefined)[], worker: string) =>
    pids.includes(worker.split('-').at(-1))

  async function tradesUnderWay(): Promise<readonly { id: string; worker: string }[]> {
    const { rows } = await sql<{ id: string; worker: string }>`
      select id, executions.worker from trades join executions using (id)
      where trades.state = 'executing' and executions.lease_until > clock_timestamp()`.execute(
      opened.db,
    )
    return rows
  }
  const endsOf = async (trade: string) => {
    const { rows } = await sql<{ state: string }>`
      select notification -> 'trade' ->> 'state' as state from outbox
      where notification ->> 'kind' = 'trade' and notification -> 'trade' ->> 'id' = ${trade}
        and notification -> 'trade' ->> 'state' not in ('approved', 'executing')`.execute(opened.db)
    return rows.map(({ state }) => state)
  }

  /** What was declared, seen from a moment in which no trade is under way. */
  async function quietBalances() {
    let balances: Awaited<ReturnType<typeof startingBalances>>
    await until(async () => (balances = await startingBalances(stores.trades)) !== undefined)
    return balances
  }
  let declared: Awaited<ReturnType<typeof quietBalances>>

  test('they share the shards between them', async () => {
    await until(async () => new Set(await ownersNow()).size === 2)
    for (const desk of desks) {
      const pids = pidsOf(desk)
      expect((await ownersNow())?.filter((owner) => isOf(pids, owner)).length).toBeGreaterThan(0)
    }
  })

  test('after kill -9 of one its shards are owned elsewhere within ten seconds', async () => {
    declared = await quietBalances()
    let [flying] = await tradesUnderWay()
    await until(async () => {
      flying = (await tradesUnderWay())[0]
      return flying !== undefined
    })
    const { id = '', worker = '' } = flying ?? {}
    const killed = desks.findIndex((desk) => isOf(pidsOf(desk), worker))
    const [dead] = desks.splice(killed, 1)
    if (killed === -1 || dead === undefined) throw new Error(`nobody is ${worker}`)
    const from = performance.now()
    process.kill(-(dead.process.pid as number), 'SIGKILL')
    await dead.ended
    const survivors = desks.flatMap(pidsOf)
    await until(async () => (await ownersNow())?.every((owner) => isOf(survivors, owner)) === true)
    const takeoverMs = performance.now() - from
    process.stderr.write(`shards were owned elsewhere after ${(takeoverMs / 1000).toFixed(1)} s\n`)
    expect(takeoverMs).toBeLessThan(takeoverMsMax)
    const leases = async () =>
      (await stores.shards.list()).map(({ leaseUntil }) => Number(leaseUntil))
    const before = await leases()
    await until(async () => (await leases()).every((at, k) => at > (before[k] as number)))

    // Nobody may touch the dead worker's trade before its lease is over.
    await until(async () => (await endsOf(id)).length > 0)
    process.stderr.write(
      `its trade ended as ${(await endsOf(id)).join()} ${((performance.now() - from) / 1000).toFixed(1)} s after the kill\n`,
    )
    await sleep(3_000)
    expect(await endsOf(id)).toHaveLength(1)
  })

  test('a role that is killed is started again, and its shards run again', async () => {
    const [desk] = desks as [NpmDesk]
    const loop = processesOf(desk.home).find((line) => line.includes('role.ts loop'))
    const pid = Number(loop?.split(' ')[0])
    process.kill(pid, 'SIGKILL')
    await until(async () => {
      const owners = await ownersNow()
      return owners !== undefined && !owners.some((owner) => isOf([String(pid)], owner))
    })
    const pids = pidsOf(desk)
    expect((await ownersNow())?.every((owner) => isOf(pids, owner))).toBe(true)
    expect(desk.errors()).toContain('loop ended (SIGKILL) and starts again')
  })

  test('no gap was offered or asked about again but where its trade came to nothing, and all money is accounted for', async () => {
    const rows = await sql<Asked>`
      select approvals.route, approvals.asked_at, trades.state,
        approvals.state = 'superseded' as withdrawn from approvals
      left join trades on trades.approval = approvals.id order by asked_at`.execute(opened.db)
    const { rows: offers } = await sql<{ route: string; at: string; blocked: boolean }>`
      select notification -> 'opportunity' ->> 'route' as route,
        notification -> 'opportunity' ->> 'detectedAt' as at,
        notification ->> 'blocked' is not null as blocked
      from outbox where notification ->> 'kind' = 'opportunity'`.execute(opened.db)
    const gaps = readTruth(market.home).filter(({ decoy }) => decoy === null)
    expect(rows.rows.length).toBeGreaterThan(2)
    expect(offers.length).toBeGreaterThan(2)
    for (const { route, from, to } of gaps) {
      const isWithin = (at: Date | string) =>
        Number(new Date(at)) >= Date.parse(from) && Number(new Date(at)) <= Date.parse(to) + slackMs
      const told = offers.filter((offer) => offer.route === route && isWithin(offer.at))
      const asked = rows.rows.filter((each) => each.route === route && isWithin(each.asked_at))
      const isVoid = ({ state, withdrawn }: Asked) => state === 'abandoned' || withdrawn
      // A gap that is told of while a limit is in the way is told of once more when it is asked about.
      const blocked = told.filter((offer) => offer.blocked)
      expect(blocked.length, route).toBeLessThanOrEqual(1)
      expect(told.length - blocked.length, route).toBeLessThanOrEqual(
        1 + asked.filter(isVoid).length,
      )
      // Asked again only where the question or the trade before came to nothing.
      expect(asked.slice(0, -1).filter((each) => !isVoid(each))).toEqual([])
    }
    expect(await quietBalances()).toEqual(declared)
    const { rows: left } = await sql`select trade from reservations join trades on trades.id = trade
      where held > 0 and state not in ('approved', 'executing', 'exposed')`.execute(opened.db)
    expect(left).toEqual([])

    for (const desk of desks) {
      desk.interrupt()
      expect(await desk.ended, desk.errors()).toBe(0)
    }
    market.interrupt()
    expect(await market.ended).toBe(0)
    for (const home of homes) expect(processesOf(home)).toEqual([])
  })
})
