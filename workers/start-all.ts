// Starts one desk's servers, then its market, then its roles, and tells each what was found out.
import { readConfig, type Config, type Environment } from '../src/config.ts'
import { databaseOf, marketText } from '../src/config/market-choice.ts'
import type { RoleName } from '../src/config/role-names.ts'
import { variableOfRun, type Run } from '../src/config/run.ts'
import { startEmbeddedPostgres } from '../src/database/embedded-postgres.ts'
import type { Log } from '../src/log.ts'
import { redisProgramOn, startPrivateRedis } from '../src/queues/private-redis.ts'
import type { DeskHealth } from './desk-health.ts'
import { migrateOrExplain } from './migrate-or-explain.ts'
import type { Role } from './role-run.ts'
import type { StartOptions } from './start-options.ts'
import type { Entry } from './supervisor/child-part.ts'
import { writeDeskFile, type DeskFile } from './supervisor/desk-file.ts'
import type { ProcessTree } from './supervisor/process-tree.ts'
import type { RestartPolicy } from './supervisor/restart-policy.ts'

export type DeskWiring = {
  readonly config: Config
  readonly environment: Environment
  readonly options: StartOptions
  readonly log: Log
  /** Roles with a process of their own. */
  readonly entries: Readonly<Partial<Record<RoleName, Entry>>>
  /** Roles inside this process. A role in neither list is not started. */
  readonly ownRoles: Readonly<Partial<Record<RoleName, Role>>>
  readonly policy?: RestartPolicy
  /** Told when a part stays down; the rest goes on. */
  readonly alert?: (subject: string, text: string) => void
}

/** What is known of this run so far; every change is written down at once. */
function createRun({ config, options, log }: DeskWiring) {
  const servers = new Map<string, DeskFile['servers'][number]>()
  let run: Run = {
    startedAt: new Date().toISOString(),
    supervisorPid: process.pid,
    json: options.json,
    overrides: { ...options.overrides },
  }
  function write(): void {
    const market = marketText(config.market)
    writeDeskFile(config.home, { pid: process.pid, market, run, servers: [...servers.values()] })
  }
  function become(changes: Partial<Run>): void {
    run = { ...run, ...changes }
    try {
      write()
    } catch (error) {
      // The desk itself does not need it; who would join from outside does.
      log.error('desk.json could not be written', { error })
    }
  }
  write()
  return {
    current: () => run,
    become,
    addServer(name: 'PostgreSQL' | 'Redis', pid: number, mark: string, changes: Partial<Run>) {
      servers.set(name, { name, pid, mark })
      become(changes)
    },
  }
}

/**
 * Resolves when every part has been started, with the promise that the market is up: its servers
 * listen, and the first sweep has read it.
 *
 * @throws Error with one line, or the signal's reason.
 */
export async function startAll(
  wiring: DeskWiring,
  tree: ProcessTree,
  health: DeskHealth,
  signal: AbortSignal,
): Promise<{ readonly marketUp: Promise<void> }> {
  const { config, environment, log } = wiring
  const run = createRun(wiring)
  const ofRun = (): Environment => ({ ...environment, ...variableOfRun(run.current()) })
  const roles = config.roles.filter((role) => role !== 'simulator')
  const servers = roles.length === 0 ? [] : startServers(wiring, tree, run)
  await Promise.all([...servers, startMarket(wiring, tree, run, ofRun)])
  signal.throwIfAborted()
  let marketUp = Promise.resolve()
  if (roles.length === 0) return { marketUp }

  const databaseUrl = run.current().databaseUrl ?? config.databaseUrl?.reveal()
  const redisUrl = run.current().redisUrl ?? config.redisUrl?.reveal()
  if (databaseUrl === undefined) throw new Error('no database was started')
  await migrateOrExplain(databaseUrl, log)
  signal.throwIfAborted()
  await health.watch(databaseUrl, redisUrl)
  signal.throwIfAborted()
  for (const role of roles) {
    const own = wiring.ownRoles[role]
    const entry = wiring.entries[role]
    const rest = { config: readConfig(ofRun()), log: log.named(role) }
    if (own !== undefined) tree.addOwn(role, own, (hears) => ({ ...hears, ...rest }))
    else if (entry !== undefined) {
      const ready = tree.addChild(role, entry, ofRun)
      if (role === 'sweep') marketUp = ready
    }
  }
  return { marketUp }
}

type RunNotes = ReturnType<typeof createRun>

function startServers(
  { config, environment, log }: DeskWiring,
  tree: ProcessTree,
  run: RunNotes,
): Promise<void>[] {
  const { home } = config
  const starts: Promise<void>[] = []
  if (config.databaseUrl === undefined) {
    const say = (line: string) => log.info(line)
    const start = (signal: AbortSignal) =>
      startEmbeddedPostgres({ home, database: databaseOf(config.market), log: say, signal })
    const started = tree.addServer('PostgreSQL', start, ({ pid, mark, url }) =>
      run.addServer('PostgreSQL', pid, mark, { databaseUrl: url }),
    )
    starts.push(started)
  }
  const path = environment['PATH'] ?? ''
  if (config.redisUrl === undefined && redisProgramOn(path) === undefined)
    log.info('neither redis-server nor valkey-server is on PATH: jobs run on PostgreSQL')
  else if (config.redisUrl === undefined) {
    const start = async () => {
      const server = await startPrivateRedis({ home, path })
      if (server === undefined) throw new Error('redis-server is on PATH no more')
      return server
    }
    const started = tree.addServer('Redis', start, ({ pid, mark, socketPath }) =>
      run.addServer('Redis', pid, mark, { redisUrl: socketPath }),
    )
    starts.push(started)
  }
  return starts
}

/** Somebody else's venue servers, and the venues themselves, need no start. */
async function startMarket(
  { config, entries }: DeskWiring,
  tree: ProcessTree,
  run: RunNotes,
  ofRun: () => Environment,
): Promise<void> {
  const entry = entries.simulator
  const isOurs = config.market.kind === 'simulator' || config.market.kind === 'replay'
  if (!isOurs || entry === undefined || !config.roles.includes('simulator')) return
  await tree.addMarket('simulator', entry, ofRun, ({ url }) => {
    if (typeof url === 'string') run.become({ venuesUrl: url })
  })
}
