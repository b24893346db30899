// What `npm start` does with its arguments, its environment and its signals.
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError, readConfig, readEnvironment, secretsOf } from '../src/config.ts'
import type { Config, Environment } from '../src/config.ts'
import { secretsOfKeyFile } from '../src/exchanges/venue-keys.ts'
import { createLog, type Log } from '../src/log.ts'
import { simulatedVenues } from '../src/simulator/world/coins.ts'
import { runDesk } from './desk.ts'
import { keepLog, type KeptLog } from './keep-log.ts'
import { liveFaults } from './live-faults.ts'
import { environmentOfRoles } from './role-environment.ts'
import type { DeskWiring } from './start-all.ts'
import { readStartOptions, usage, type StartOptions } from './start-options.ts'

/**
 * 0: it ran and was stopped. 1: something outside failed, such as a server, a disk or a folder. 2: its
 * options or its environment are wrong, whatever is outside.
 */
type ExitCode = 0 | 1 | 2

/** All that the command line and the environment do not say. */
type Program = Omit<DeskWiring, 'config' | 'environment' | 'options' | 'log' | 'onDatabase'>

/** Everything is told to stop within less; this is for what hangs all the same. */
const stopMsMax = 4_800
const lookAtParentEveryMs = 1_000
const signalTravelMs = 50

const say = (line: string) => void process.stderr.write(`arbdesk: ${line}\n`)

/** Runs the desk and ends this process with it. Called once, by the file that Node was started with. */
export async function deskMain(wiring: Program): Promise<never> {
  const stopping = new AbortController()
  let isAsked = false
  const stop = () => {
    isAsked = true
    stopping.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  stopping.signal.addEventListener('abort', () => {
    setTimeout(() => process.exit(0), stopMsMax).unref()
  })
  // Whoever read our lines is gone, as after `| head`.
  process.stdout.on('error', stop)

  const read = readStartOptions(process.argv.slice(2))
  switch (read.outcome) {
    case 'bad-usage':
      for (const fault of read.faults) say(fault)
      return process.exit(2)
    case 'help':
      process.stdout.write(`${usage}\n`)
      return process.exit(0)
    case 'ok':
      return process.exit(await runWith(read.options, wiring, stopping, () => isAsked))
  }
}

async function runWith(
  options: StartOptions,
  wiring: Program,
  stopping: AbortController,
  isAsked: () => boolean,
): Promise<ExitCode> {
  const kept = keepLog(`desk ${process.pid}`)
  const read = readAll(kept)
  if (read === undefined) return 2
  const { environment, config, log } = read
  // The database may be one of the servers that a stop ends.
  stopping.signal.addEventListener('abort', () => void kept.close())
  let crashed = false
  process.on('uncaughtException', (error) => {
    log.error('the supervisor failed; the desk stops', { error })
    crashed = true
    stopping.abort()
  })
  if (environment['npm_lifecycle_event'] !== undefined) stopWithParent(stopping)
  try {
    const inherited = environmentOfRoles(environment, process.stdout.isTTY)
    const onDatabase = kept.connect
    await runDesk({ ...wiring, config, environment: inherited, options, log, onDatabase }, stopping)
  } catch (error) {
    log.debug('start failed', { error })
    // A Ctrl-C that reached a child first looks like the child's own failure for a moment.
    await sleep(signalTravelMs)
    if (isAsked()) return 0
    if (error instanceof ConfigError) {
      for (const fault of error.faults) say(fault)
      return 2
    }
    say(lineOf(error, config.home))
    return 1
  }
  return crashed ? 1 : 0
}

/** What a person can do about it, where the system only says a code. */
function lineOf(error: unknown, home: string): string {
  if (!(error instanceof Error)) return String(error)
  const { code = '', syscall } = error as NodeJS.ErrnoException
  if (syscall === undefined) return error.message
  if (['ENOSPC', 'EFBIG', 'EDQUOT'].includes(code))
    return `the disk of ${home} is full (${code}): free some space and start again`
  // A folder that cannot be made is simply not there in places such as /proc.
  const unmade = syscall === 'mkdir' && code === 'ENOENT'
  if (unmade || ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code))
    return `${home} cannot be written (${code}): set ARBDESK_HOME to a folder of your own`
  return error.message
}

/** Says every fault and answers undefined when there is one. */
function readAll({
  keep,
}: KeptLog): { environment: Environment; config: Config; log: Log } | undefined {
  try {
    const environment = readEnvironment(process.cwd())
    const config = readConfig(environment, (whole) => [
      ...liveFaults(whole),
      ...simulatorFaults(whole),
    ])
    const secrets = [...secretsOf(config), ...secretsOfKeyFile(config)]
    const plain = createLog({ level: config.logLevel, secrets, keep })
    const log = config.mode === 'live' ? plain.named('LIVE') : plain
    return { environment, config, log }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const fault of error.faults) say(fault)
    return undefined
  }
}

function simulatorFaults({ market, venues = [] }: Config): readonly string[] {
  const missing = venues.filter((venue) => !simulatedVenues.some((known) => known === venue))
  if (market.kind !== 'simulator' || missing.length === 0) return []
  return [
    `ARBDESK_VENUES names ${missing.join(', ')}, but the simulator has ${simulatedVenues.join(', ')}`,
  ]
}

/** npm does not pass every signal on: when it was killed, nobody would stop the desk. */
function stopWithParent(stopping: AbortController): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid !== parent) stopping.abort()
  }, lookAtParentEveryMs)
  timer.unref()
}
