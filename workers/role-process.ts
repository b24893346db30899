// A role in a process of its own, seen from inside: it works until its supervisor says stop, and
// cleans up when its supervisor was killed.
import { setTimeout as sleep } from 'node:timers/promises'
import { givenEnvironment, readConfig, secretsOf } from '../src/config.ts'
import type { RoleName } from '../src/config/role-names.ts'
import { secretsOfKeyFile } from '../src/exchanges/venue-keys.ts'
import { createLog, type Log } from '../src/log.ts'
import { keepLog, type KeptLog } from './keep-log.ts'
import { partOf, type Role } from './role-run.ts'
import { StartFailure } from './start-failure.ts'
import { readParentMessage, type ChildMessage } from './supervisor/messages.ts'
import { endOrphanedServers } from './supervisor/orphaned-servers.ts'
import { childStopMsMax } from './supervisor/part.ts'

const whyCharactersMax = 1_000

/** Runs the role and ends this process with it. Called once, by the file that Node was started with. */
export async function runRoleProcess(name: RoleName, role: Role): Promise<never> {
  const config = readConfig(givenEnvironment())
  const kept = keepLog(`${name} ${process.pid}`)
  const { keep } = kept
  const secrets = [...secretsOf(config), ...secretsOfKeyFile(config)]
  const log = createLog({ level: config.logLevel, secrets, keep }).named(partOf(config.mode, name))
  if (config.databaseUrl !== undefined) kept.connect(config.databaseUrl.reveal())
  const stopping = new AbortController()
  const stop = () => stopping.abort()

  // A terminal sends Ctrl-C to every process; the supervisor hears it too and says what follows.
  process.on('SIGINT', () => {})
  process.on('SIGHUP', () => {})
  process.on('SIGTERM', stop)
  process.on('uncaughtException', (error) => crash(log, error))
  process.on('message', (raw) => {
    if (readParentMessage(raw)?.type === 'stop') stop()
  })
  const orphaned = new Promise<void>((resolve) => {
    process.once('disconnect', resolve)
    if (!process.connected) resolve()
  })
  const tell = (message: ChildMessage) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => {})
  }

  const work = role(
    {
      config,
      log,
      ready: (facts = {}) => tell({ type: 'ready', facts }),
      report: (facts) => tell({ type: 'report', facts }),
    },
    stopping.signal,
  )
  try {
    const end = await Promise.race([work, orphaned.then(() => 'orphaned' as const)])
    if (end === 'orphaned') {
      stop()
      await Promise.race([work, sleep(childStopMsMax)]).catch(() => undefined)
      await endOrphanedServers(config.home, log)
    }
  } catch (error) {
    if (!stopping.signal.aborted) await fail(log, kept, error)
    log.debug('role ended with an error while stopping', { error })
  }
  await kept.close()
  process.exit(0)
}

function crash(log: Log, error: unknown): never {
  log.error('crashed', { error })
  process.exit(1)
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').slice(0, whyCharactersMax)

/** The supervisor says why; only a bug is shown with its stack. */
async function fail(log: Log, kept: KeptLog, error: unknown): Promise<never> {
  const why = error instanceof Error ? error.message : String(error)
  const message: ChildMessage = { type: 'failed', why: oneLine(why) }
  if (error instanceof StartFailure) log.debug('cannot start', { error })
  else log.error('crashed', { error })
  await new Promise<void>((resolve) => {
    if (process.send === undefined || !process.connected) resolve()
    else process.send(message, undefined, undefined, () => resolve())
  })
  await kept.close()
  process.exit(1)
}
