// What `/health` says about one run of the desk, gathered from its process tree and its servers.
import type { Config } from '../src/config.ts'
import { marketText } from '../src/config/market-choice.ts'
import type { Log } from '../src/log.ts'
import { openChecks, reasonsOf, serveHealth, statusOf, type Checks, type Health } from './health.ts'
import { watchDatabase } from './watch-database.ts'
import { watchQueue } from './watch-queue.ts'
import type { ProcessTree } from './supervisor/process-tree.ts'

export type DeskHealth = {
  /** From now on it answers, if the configuration names a port. */
  readonly serve: () => Promise<void>
  /** From now on it asks the database and the queue, too, and says when one of them goes away. */
  readonly watch: (databaseUrl: string, redisUrl: string | undefined) => Promise<void>
  /** Every part has been started; until then the desk is not well, only on its way. */
  readonly started: () => void
  readonly close: () => Promise<void>
}

/** Venues are listed, swept and shared out within less, on a slow machine too. */
const settledAfterMs = 45_000

export function createDeskHealth(config: Config, tree: ProcessTree, log: Log): DeskHealth {
  const startedAt = new Date().toISOString()
  let checks: Checks | undefined
  let startedMs: number | undefined
  let closeServer = async () => {}
  let stopWatching = async () => {}

  async function look(): Promise<Health> {
    const roles = tree.status()
    const now = new Date()
    const [database = null, queue = null, work] = await Promise.all([
      checks?.database(),
      checks?.queue(),
      checks?.work(),
    ])
    const isSettled = startedMs !== undefined && performance.now() - startedMs > settledAfterMs
    const reasons = reasonsOf({ roles, database, queue, work, now, isSettled })
    return {
      status: statusOf(roles, reasons, startedMs !== undefined),
      reasons,
      startedAt,
      mode: config.mode,
      market: marketText(config.market),
      roles,
      database,
      queue,
      lastSweepAt: work?.lastSweepAt?.toISOString() ?? null,
    }
  }

  return {
    async serve() {
      if (config.http !== undefined) closeServer = await serveHealth(config.http, look)
    },
    async watch(databaseUrl, redisUrl) {
      const leaveDatabase = watchDatabase(databaseUrl, log)
      const leaveQueue = watchQueue(redisUrl, log)
      stopWatching = async () => {
        leaveQueue()
        await leaveDatabase()
      }
      if (config.http !== undefined) checks = await openChecks(databaseUrl, redisUrl, log)
    },
    started() {
      startedMs = performance.now()
    },
    async close() {
      await Promise.all([closeServer(), stopWatching()])
      await checks?.close()
    },
  }
}
