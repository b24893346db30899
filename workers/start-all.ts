// Starts one desk's servers, then its market, then its roles, and tells each what was found out.
import { readConfig, type Config, type Environment } from '../src/config.ts'
import { databaseOf, marketText } from '../src/config/market-choice.ts'
import type { RoleName } from '../src/config/role-names.ts'
import { variableOfRun, type Run } from '../src/config/run.ts'
import { startEmbeddedPostgres } from '../src/database/embedded-postgres.ts'
import type { Log } from '../src/log.ts'
import { redisProgramOn, startPrivateRedis } from '../src/queues/private-redis.ts'
import { refuseKeys } from './ask-key-powers.ts'
import { awaitVenueServers } from './await-venue-servers.ts'
import { claimDatabase } from './claim-database.ts'
import type { DeskHealth } from './desk-health.ts'
import { migrateOrExplain } from './migrate-or-explain.ts'
import { queueOrExplain } from './queue-or-explain.ts'
import { environmentOfRole } from './role-environment.ts'
import { partOf, type Role } from './role-run.ts'
import type { StartOptions } from './start-options.ts'
import type { Entry } from './supervisor/child-part.ts'
import { writeDeskFile, type DeskFile } from './supervisor/desk-file.ts'
import type { ProcessTree } from './supervisor/process-tree.ts'
import type { RestartPolicy } from './supervisor/restart-policy.ts'
import { unbuiltRoles } from './unbuilt-roles.ts'

export type DeskWiring = {
  readonly config: Config
  readonly environment: Environment
  readonly options: StartOptions
  readonly log: Log
  /** Roles with a process of their own. */
  readonly entries: Readonly<Partial<Record<RoleName, Entry>>>
  /** Roles inside this process. A role in neither list is not started. */
  readonly ownRoles: Readonly<Partial<Record<RoleName, Role>>>
  /** The program that asks venues what the keys that trade may do. */
  readonly keyCheck: Entry
  readonly policy?: RestartPolicy
  /** How long a run that lasts for a time asked for waits for somebody else's venue servers. */
  readonly venueServersMsMax?: number
  /** Told when a part stays down; the rest goes on. */
  readonly alert?: (subject: string, text: string) => void
  /** Told the address of the database once it has its tables. */
  readonly onDatabase?: (databaseUrl: string) => void
}

const venueServersMsUsual = 30_000

/** What is known of this run so far; every change is written down at once. */
function createRun({ config, environment, options, log }: DeskWiring) {
  const known = new Map<string, DeskFile['servers'][number]>()
  let run: Run = {
    startedAt: new Date().toISOString(),
    supervisorPid: process.pid,
    json: options.json,
    overrides: { ...options.overrides },
  }
  function write(): void {
    const market = marketText(config.market)
    const { mode, home } = config
    const operators = environment['ARBDESK_OPERATORS'] ?? ''
    const servers = [...known.values()]
    writeDeskFile(home, { pid: process.pid, mode, market, operators, run, servers })
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
      known.set(name, { name, pid, mark })
      become(changes)
    },
  }
}

/** Undefined where no role of this process reads the market. */
export type MarketUp = Promise<'ready' | 'given-up'> | undefined

/** These work on the market, and only once it is there. */
const marketRoles: readonly RoleName[] = ['sweep', 'loop', 'trade', 'transfer']

/** A chat platform without a token is nobody's loss. */
const hasSomebodyToTalkTo = (role: RoleName, config: Config): boolean =>
  (role !== 'discord' && role !== 'telegram') || config[role] !== undefined

/**
 * Resolves when every part has been started, with the promise that the market is up: its servers
 * listen, and the first sweep has read it.
 *
 * @throws Error with one line, ConfigError when no key may be traded with, or the signal's reason.
 */
export async function startAll(
  wiring: DeskWiring,
  tree: ProcessTree,
  health: DeskHealth,
  signal: AbortSignal,
): Promise<{ readonly marketUp: MarketUp }> {
  const { config, environment, options, log } = wiring
  const run = createRun(wiring)
  const ofRun = (): Environment => ({ ...environment, ...variableOfRun(run.current()) })
  const isBuilt = (role: RoleName) => role in wiring.entries || role in wiring.ownRoles
  const unbuilt = unbuiltRoles(config, environment, isBuilt)
  if (unbuilt !== undefined) log.warn(unbuilt)
  const roles = config.roles.filter(
    (role) => role !== 'simulator' && isBuilt(role) && hasSomebodyToTalkTo(role, config),
  )
  const usesServers = config.roles.some((role) => role !== 'simulator')
  const servers = usesServers ? startServers(wiring, tree, run) : []
  const keys = refuseKeys(config, { entry: wiring.keyCheck, environment, signal }, log)
  await Promise.all([...servers, startMarket(wiring, tree, run, ofRun), keys])
  signal.throwIfAborted()
  if (!usesServers) return { marketUp: undefined }

  await openServers(run, wiring, health, signal)
  const onMarket = roles.filter((role) => marketRoles.includes(role))
  const others = roles.filter((role) => !onMarket.includes(role))
  const hasEnd = options.forMs !== undefined
  const marketAnswers = async () => {
    if (onMarket.length === 0 || config.market.kind !== 'venues') return
    const msMax = hasEnd ? (wiring.venueServersMsMax ?? venueServersMsUsual) : undefined
    await awaitVenueServers({ config, msMax, say: (line) => log.warn(line), signal })
  }
  // A run that may fail for it has said nothing until then; one that waits for ever can be talked to.
  if (hasEnd) await marketAnswers()
  startRoles(others, wiring, tree, ofRun)
  if (!hasEnd) await marketAnswers()
  return { marketUp: startRoles(onMarket, wiring, tree, ofRun).get('sweep') }
}

/** Migrates, and tries what somebody else runs before anybody relies on it. */
async function openServers(
  run: RunNotes,
  { config, log, onDatabase }: DeskWiring,
  health: DeskHealth,
  signal: AbortSignal,
): Promise<void> {
  const databaseUrl = run.current().databaseUrl ?? config.databaseUrl?.reveal()
  if (databaseUrl === undefined) throw new Error('no database was started')
  await migrateOrExplain(databaseUrl, log)
  const { at, gateway } = await claimDatabase(databaseUrl, config, signal)
  const given = run.current().overrides['execution.gateway'] ?? gateway
  run.become({ overridesSince: at.toISOString(), gateway: given === 'venue' ? 'venue' : 'paper' })
  onDatabase?.(databaseUrl)
  signal.throwIfAborted()
  const redisUrl = config.redisUrl?.reveal()
  if (redisUrl !== undefined) await queueOrExplain(databaseUrl, redisUrl)
  signal.throwIfAborted()
  await health.watch(databaseUrl, run.current().redisUrl ?? redisUrl)
  signal.throwIfAborted()
}

/** What became of those with a process of their own, by role. */
function startRoles(
  roles: readonly RoleName[],
  { config, entries, ownRoles, log }: DeskWiring,
  tree: ProcessTree,
  ofRun: () => Environment,
): ReadonlyMap<RoleName, Promise<'ready' | 'given-up'>> {
  const started = new Map<RoleName, Promise<'ready' | 'given-up'>>()
  for (const role of roles) {
    const own = ownRoles[role]
    const entry = entries[role]
    const ofRole = () => environmentOfRole(role, ofRun())
    const rest = { config: readConfig(ofRole()), log: log.named(partOf(config.mode, role)) }
    if (own !== undefined) tree.addOwn(role, own, (hears) => ({ ...hears, ...rest }))
    else if (entry !== undefined) started.set(role, tree.addChild(role, entry, ofRole))
  }
  return started
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
      startEmbeddedPostgres({
        home,
        database: databaseOf(config.market, config.mode),
        log: say,
        signal,
      })
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
  const ofRole = () => environmentOfRole('simulator', ofRun())
  await tree.addMarket('simulator', entry, ofRole, ({ url }) => {
    if (typeof url === 'string') run.become({ venuesUrl: url })
  })
}
