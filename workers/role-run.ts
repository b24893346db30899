// What a role is given and what it owes, in a child process or in the supervisor's own.
import type { Config } from '../src/config.ts'
import type { RoleName } from '../src/config/role-names.ts'
import type { Log } from '../src/log.ts'

/** Nobody who reads a line of the log may have to guess whether the money was real. */
export const partOf = (mode: Config['mode'], role: RoleName): string =>
  mode === 'live' ? `LIVE ${role}` : role

/** Small facts about a role that `/health` shows, such as `{ venuesUp: 6 }`. */
export type RoleFacts = Readonly<Record<string, string | number | boolean | null>>

export type RoleRun = {
  /** With `run` set: the servers' addresses and this run's overrides are already in it. */
  readonly config: Config
  readonly log: Log
  /** The role does its work from now on. The simulator adds the `url` where its servers listen. */
  readonly ready: (facts?: RoleFacts) => void
  /** Takes the place of the facts reported before. */
  readonly report: (facts: RoleFacts) => void
}

/**
 * Works until the signal aborts, then has about a second to come to an end. To return or to throw
 * before that is a crash, after which it is started again.
 */
export type Role = (run: RoleRun, signal: AbortSignal) => Promise<void>
