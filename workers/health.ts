// GET /health: is this desk well, for docker, for a load balancer, for a person with curl.
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '../src/database/connect.ts'
import { isDatabaseReady } from '../src/database/is-database-ready.ts'
import { openPostgresMarketStore } from '../src/database/postgres-market-store.ts'
import { openPostgresShardStore } from '../src/database/postgres-shard-store.ts'
import type { Log } from '../src/log.ts'
import type { MarketStore } from '../src/market/market-store.ts'
import type { ShardStore } from '../src/market/shard-store.ts'
import { lastSweepOf, sweepAgeMsMax } from '../src/market/venue-now.ts'
import { durationText } from '../src/notification/time-text.ts'
import { openQueues } from '../src/queues/queues.ts'
import type { KeptStatus } from './supervisor/keep-running.ts'

export type Health = {
  /** Anything but 'ok' is answered with 503. */
  readonly status: 'ok' | 'starting' | 'degraded'
  /** One line each: why it is degraded. */
  readonly reasons: readonly string[]
  readonly startedAt: string
  readonly mode: string
  readonly market: string
  readonly roles: Readonly<Record<string, KeptStatus>>
  /** Null: this process uses none. */
  readonly database: boolean | null
  readonly queue: boolean | null
  /** When a sweep last ended, whoever ran it; null: none ever did, or this process uses no database. */
  readonly lastSweepAt: string | null
}

/** What the database tells of the desk's work, whichever process does it. */
export type Work = {
  readonly lastSweepAt: Date | undefined
  /** Shards of the trading loop whose lease nobody holds. */
  readonly unowned: readonly string[]
}

/** Asks the servers that the roles rest on. */
export type Checks = {
  readonly database: () => Promise<boolean>
  readonly queue: () => Promise<boolean>
  /** Undefined when the database does not tell. */
  readonly work: () => Promise<Work | undefined>
  readonly close: () => Promise<void>
}

/** Answers asked for more often than this are the last one again. */
const repeatMs = 1_000
const requestMsMax = 5_000
const workMsMax = 1_000

export async function openChecks(
  databaseUrl: string,
  redisUrl: string | undefined,
  log: Log,
): Promise<Checks> {
  const { db, close } = openDatabase({ url: databaseUrl, poolMax: 1, name: 'arbdesk health' })
  const queues = await openQueues({
    databaseUrl,
    redisUrl,
    log: (line) => log.warn(line),
    // Whoever watches the servers says when they go away.
    outage: { lost: () => undefined, back: () => undefined },
  })
  return {
    database: () => isDatabaseReady(db),
    queue: () => queues.isReady(),
    work: () => readWork(openPostgresMarketStore(db), openPostgresShardStore(db)),
    async close() {
      await queues.close()
      await close()
    },
  }
}

async function readWork(
  markets: Pick<MarketStore, 'statuses'>,
  shards: Pick<ShardStore, 'list'>,
): Promise<Work | undefined> {
  const now = new Date()
  const read = Promise.all([markets.statuses(), shards.list()]).then(
    ([statuses, parts]): Work => ({
      lastSweepAt: lastSweepOf(statuses),
      unowned: parts
        .filter(({ leaseUntil }) => leaseUntil === undefined || leaseUntil <= now)
        .map(({ shard }) => shard),
    }),
    () => undefined,
  )
  return Promise.race([read, sleep(workMsMax, undefined, { ref: false })])
}

export type Looked = Pick<Health, 'roles' | 'database' | 'queue'> & {
  readonly work: Work | undefined
  readonly now: Date
  /** Long enough after the start for the work to be expected. */
  readonly isSettled: boolean
}

const sweepPeriodMsUsual = 2_000

/** Why the desk is not well; empty when nothing is known to be wrong. */
export function reasonsOf({ roles, database, queue, work, now, isSettled }: Looked): string[] {
  const reasons = Object.entries(roles).flatMap(([name, { state }]) => {
    if (state === 'waiting') return [`${name} crashed and is started again`]
    return state === 'given-up' ? [`${name} stays down after too many crashes`] : []
  })
  if (database === false) reasons.push('the database does not answer')
  if (queue === false) reasons.push('the queue does not answer')
  if (work === undefined || !isSettled) return reasons
  const { sweep, loop } = roles
  if (sweep?.facts['venuesUp'] === 0) reasons.push('no venue answers')
  if (sweep !== undefined) {
    const { sweepPeriodMs } = sweep.facts
    const period = typeof sweepPeriodMs === 'number' ? sweepPeriodMs : sweepPeriodMsUsual
    const ageMs = now.getTime() - (work.lastSweepAt?.getTime() ?? -Infinity)
    if (work.lastSweepAt === undefined) reasons.push('no sweep has ended yet')
    else if (ageMs > sweepAgeMsMax(period))
      reasons.push(`the last sweep was ${durationText(ageMs)} ago`)
  }
  if (loop !== undefined && work.unowned.length > 0)
    reasons.push(`no living worker runs ${work.unowned.join(', ')}`)
  return reasons
}

export function statusOf(
  roles: Health['roles'],
  reasons: readonly string[],
  isStarted: boolean,
): Health['status'] {
  if (reasons.length > 0) return 'degraded'
  const isReady = Object.values(roles).every(({ state }) => state === 'ready')
  return isStarted && isReady ? 'ok' : 'starting'
}

/**
 * Listens at once; the answer closes the server.
 *
 * @throws Error with one line when the port cannot be had.
 */
export async function serveHealth(
  { host, port }: { readonly host: string; readonly port: number },
  look: () => Promise<Health>,
): Promise<() => Promise<void>> {
  let last: { readonly at: number; readonly health: Promise<Health> } | undefined
  const recent = () => {
    if (last === undefined || performance.now() - last.at > repeatMs)
      last = { at: performance.now(), health: look() }
    return last.health
  }
  const server = createServer((request, response) => {
    const isAsked = request.method === 'GET' && request.url === '/health'
    const send = (status: number, body: unknown) => {
      response.writeHead(status, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
      })
      response.end(`${JSON.stringify(body)}\n`)
    }
    if (!isAsked) return send(404, { error: 'only GET /health is answered here' })
    recent().then(
      (health) => send(health.status === 'ok' ? 200 : 503, health),
      () => send(503, { status: 'degraded' }),
    )
  })
  server.requestTimeout = requestMsMax
  server.maxConnections = 100
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new Error(`ARBDESK_HTTP_PORT ${port} on ${host} cannot be had (${error.code})`, {
          cause: error,
        }),
      ),
    )
    server.listen(port, host, resolve)
  })
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
}
