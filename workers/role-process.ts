// A role in a process of its own, seen from inside: it works until its supervisor says stop, and
// cleans up when its supervisor was killed.
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig, readEnvironment, secretsOf } from '../src/config.ts'
import type { RoleName } from '../src/config/role-names.ts'
import { createLog, type Log } from '../src/log.ts'
import type { Role } from './role-run.ts'
import { readParentMessage, type ChildMessage } from './supervisor/messages.ts'
import { endOrphanedServers } from './supervisor/orphaned-servers.ts'
import { childStopMsMax } from './supervisor/part.ts'

/** Runs the role and ends this process with it. Called once, by the file that Node was started with. */
export async function runRoleProcess(name: RoleName, role: Role): Promise<never> {
  const config = readConfig(readEnvironment(process.cwd()))
  const log = createLog({ level: config.logLevel, secrets: secretsOf(config) }).named(name)
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
    if (!stopping.signal.aborted) crash(log, error)
    log.debug('role ended with an error while stopping', { error })
  }
  process.exit(0)
}

function crash(log: Log, error: unknown): never {
  log.error('crashed', { error })
  process.exit(1)
}
