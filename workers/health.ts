// GET /health: is this desk well, for docker, for a load balancer, for a person with curl.
import { createServer } from 'node:http'
import { openDatabase } from '../src/database/connect.ts'
import { isDatabaseReady } from '../src/database/is-database-ready.ts'
import type { Log } from '../src/log.ts'
import { openQueues } from '../src/queues/queues.ts'
import type { KeptStatus } from './supervisor/keep-running.ts'

export type Health = {
  /** Anything but 'ok' is answered with 503. */
  readonly status: 'ok' | 'starting' | 'degraded'
  readonly startedAt: string
  readonly mode: string
  readonly market: string
  readonly roles: Readonly<Record<string, KeptStatus>>
  /** Null: this process uses none. */
  readonly database: boolean | null
  readonly queue: boolean | null
  /** When the sweep of this process last ended; null: it runs none, or not yet. */
  readonly lastSweepAt: string | null
}

/** Asks the servers that the roles rest on. */
export type Checks = {
  readonly database: () => Promise<boolean>
  readonly queue: () => Promise<boolean>
  readonly close: () => Promise<void>
}

/** Answers asked for more often than this are the last one again. */
const repeatMs = 1_000
const requestMsMax = 5_000

export async function openChecks(
  databaseUrl: string,
  redisUrl: string | undefined,
  log: Log,
): Promise<Checks> {
  const { db, close } = openDatabase({ url: databaseUrl, poolMax: 1, name: 'arbdesk health' })
  const queues = await openQueues({ databaseUrl, redisUrl, log: (line) => log.warn(line) })
  return {
    database: () => isDatabaseReady(db),
    queue: () => queues.isReady(),
    async close() {
      await queues.close()
      await close()
    },
  }
}

export function statusOf(
  health: Pick<Health, 'roles' | 'database' | 'queue'>,
  isStarted: boolean,
): Health['status'] {
  const states = Object.values(health.roles).map(({ state }) => state)
  if (health.database === false || health.queue === false) return 'degraded'
  if (states.some((state) => state === 'waiting' || state === 'given-up')) return 'degraded'
  return isStarted && states.every((state) => state === 'ready') ? 'ok' : 'starting'
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
