// A role inside the supervisor's process, for what needs its standard output.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Role, RoleRun } from '../role-run.ts'
import { ownStopMsMax, type Part } from './part.ts'

/** Starts it at once. One that does not end in time is left behind: the process ends soon. */
export function startOwn(role: Role, run: RoleRun): Part {
  const stopping = new AbortController()
  const ended = role(run, stopping.signal).then(
    () => 'it ended by itself',
    (error: unknown) => {
      if (!stopping.signal.aborted) run.log.error('role failed', { error })
      return error instanceof Error ? error.message : String(error)
    },
  )
  return {
    pid: process.pid,
    ended,
    async stop() {
      stopping.abort()
      await Promise.race([ended, sleep(ownStopMsMax, undefined, { ref: false })])
    },
  }
}
