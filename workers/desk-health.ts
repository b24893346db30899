// What `/health` says about one run of the desk, gathered from its process tree and its servers.
import type { Config } from '../src/config.ts'
import { marketText } from '../src/config/market-choice.ts'
import type { Log } from '../src/log.ts'
import { openChecks, serveHealth, statusOf, type Checks, type Health } from './health.ts'
import { watchDatabase } from './watch-database.ts'
import type { ProcessTree } from './supervisor/process-tree.ts'

export type DeskHealth = {
  /** From now on it answers, if the configuration names a port. */
  readonly serve: () => Promise<void>
  /** From now on it asks the database and the queue, too, and says when the database goes away. */
  readonly watch: (databaseUrl: string, redisUrl: string | undefined) => Promise<void>
  /** Every part has been started; until then the desk is not well, only on its way. */
  readonly started: () => void
  readonly close: () => Promise<void>
}

export function createDeskHealth(config: Config, tree: ProcessTree, log: Log): DeskHealth {
  const startedAt = new Date().toISOString()
  let checks: Checks | undefined
  let isStarted = false
  let closeServer = async () => {}
  let stopWatching = async () => {}

  async function look(): Promise<Health> {
    const roles = tree.status()
    const [database = null, queue = null] = await Promise.all([checks?.database(), checks?.queue()])
    const sweptAt = roles['sweep']?.facts['lastSweepAt']
    return {
      status: statusOf({ roles, database, queue }, isStarted),
      startedAt,
      mode: config.mode,
      market: marketText(config.market),
      roles,
      database,
      queue,
      lastSweepAt: typeof sweptAt === 'string' ? sweptAt : null,
    }
  }

  return {
    async serve() {
      if (config.http !== undefined) closeServer = await serveHealth(config.http, look)
    },
    async watch(databaseUrl, redisUrl) {
      stopWatching = watchDatabase(databaseUrl, log)
      if (config.http !== undefined) checks = await openChecks(databaseUrl, redisUrl, log)
    },
    started() {
      isStarted = true
    },
    async close() {
      await Promise.all([closeServer(), stopWatching()])
      await checks?.close()
    },
  }
}
