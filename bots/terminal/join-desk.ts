// The desk for one command: the running one's servers, or its database started for a moment.
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig, secretsOf, type Config, type Environment } from '../../src/config.ts'
import { databaseOf } from '../../src/config/market-choice.ts'
import { variableOfRun } from '../../src/config/run.ts'
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.ts'
import { migrate } from '../../src/database/migrate.ts'
import { createLog, type Log } from '../../src/log.ts'
import { openRuntime, type Runtime } from '../../src/runtime.ts'
import { secret } from '../../src/secret.ts'
import { findRunningDesk } from '../../workers/supervisor/desk-file.ts'
import { holdHome } from '../../workers/supervisor/home-hold.ts'
import { deskOf } from '../desk-of.ts'
import type { OpenedDesk } from './one-shot.ts'

export type JoinOptions = {
  readonly environment: Environment
  readonly progress: (line: string) => void
  readonly signal: AbortSignal
  /** The joined desk is gone, servers and all, and the command is still not done. */
  readonly gone: () => void
}

const aliveLookMs = 500
/** What was asked of a desk that stops is answered within this, or never. */
const goneMsMax = 5_000
const holdMsMax = 15_000
const lookEveryMs = 100
const stillStarting = 'the desk is still starting; try again in a few seconds'

/** @throws Error with one line when there is no desk to join and none can be started. */
export async function joinDesk(options: JoinOptions): Promise<OpenedDesk> {
  const { environment } = options
  const config = readConfig(environment)
  const log = createLog({ level: 'error', secrets: secretsOf(config), readable: true })
  const running = findRunningDesk(config.home)
  if (running !== undefined) {
    const joined = readConfig({
      ...environment,
      // Whatever this shell believes: the desk knows what its money is, and who its people are.
      ARBDESK_MODE: running.mode,
      ARBDESK_MARKET: running.market,
      ARBDESK_OPERATORS: running.operators,
      ...variableOfRun(running.run),
    })
    if (joined.databaseUrl === undefined) throw new Error(stillStarting)
    options.progress('Joining the desk')
    watchDesk(config.home, running.pid, options.gone)
    return opened(await openRuntime(joined, log, 'command').catch(explain('the running desk')))
  }
  if (config.databaseUrl !== undefined)
    return overDatabase(config, config.databaseUrl.reveal(), log).catch(explain('DATABASE_URL'))
  return withOwnDatabase(config, log, options)
}

/** Servers that go away are waited for, which is right for a desk and wrong for a command on its own. */
function watchDesk(home: string, pid: number, gone: () => void): void {
  let goneMs = 0
  const timer = setInterval(() => {
    goneMs = findRunningDesk(home)?.pid === pid ? 0 : goneMs + aliveLookMs
    if (goneMs < goneMsMax) return
    clearInterval(timer)
    gone()
  }, aliveLookMs)
  timer.unref()
}

/** A refused connection to a name with several addresses has no message of its own. */
const reasonOf = (error: unknown): string => {
  if (error instanceof AggregateError) return reasonOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}

/** SQLSTATE undefined_table: the database is there, and its desk has yet to bring it to its schema. */
const isUnmigrated = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '42P01'

const explain =
  (what: string) =>
  (error: unknown): never => {
    if (isUnmigrated(error)) throw new Error(stillStarting, { cause: error })
    throw new Error(`${what} cannot be used: ${reasonOf(error)}`, { cause: error })
  }

/** With `stopServers` they were started for this command alone, so that no desk can be running. */
const opened = (runtime: Runtime, stopServers?: () => Promise<void>): OpenedDesk => ({
  desk: stopServers === undefined ? deskOf(runtime) : deskOf(runtime, false),
  async close() {
    await runtime.close()
    await stopServers?.()
  },
})

async function overDatabase(
  config: Config,
  databaseUrl: string,
  log: Log,
  stopServers?: () => Promise<void>,
): Promise<OpenedDesk> {
  await migrate({ databaseUrl })
  const runtime = await openRuntime({ ...config, databaseUrl: secret(databaseUrl) }, log, 'command')
  return opened(runtime, stopServers)
}

/** No desk runs: its database is started, asked and stopped again, while the home is held. */
async function withOwnDatabase(
  config: Config,
  log: Log,
  { progress, signal }: JoinOptions,
): Promise<OpenedDesk> {
  const release = await takeHome(config.home, signal)
  try {
    progress('No desk runs here; starting its database')
    const { home, market, mode } = config
    const database = databaseOf(market, mode)
    const server = await startEmbeddedPostgres({ home, database, log: progress, signal })
    const stopServers = async () => {
      await server.stop()
      release()
    }
    try {
      return await overDatabase(config, server.url, log, stopServers)
    } catch (error) {
      await server.stop()
      throw error
    }
  } catch (error) {
    release()
    throw error
  }
}

/** Waits for a clean-up or another command; a desk that has just begun is joined by trying again. */
async function takeHome(home: string, signal: AbortSignal): Promise<() => void> {
  for (let waitedMs = 0; ; waitedMs += lookEveryMs) {
    const hold = await holdHome(home, 'command').catch(explain(`ARBDESK_HOME (${home})`))
    if (hold.outcome === 'held') return hold.release
    if (hold.purpose === 'desk') throw new Error(stillStarting)
    if (waitedMs > holdMsMax)
      throw new Error(`process ${hold.pid} holds ${home} for too long; try again`)
    await sleep(lookEveryMs, undefined, { signal })
  }
}
