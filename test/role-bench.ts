// Roles of one desk in this process, on a fresh database: what the supervisor gives each of them, with
// everything they say kept.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../src/config.ts'
import { migrate } from '../src/database/migrate.ts'
import { createLog } from '../src/log.ts'
import type { Role, RoleFacts } from '../workers/role-run.ts'
import { freshDatabase } from './fresh-database.ts'

export type RunningRole = {
  /** Resolves with the facts it came up with; rejects when it ends before. */
  readonly ready: Promise<RoleFacts>
  /** Tells it to stop and waits for its end. */
  readonly stop: () => Promise<void>
}

export type RoleBench = {
  readonly databaseUrl: string
  readonly home: string
  /** Warnings and errors of all roles, as the log prints them. */
  readonly complaints: readonly string[]
  readonly start: (role: Role) => RunningRole
  readonly close: () => Promise<void>
}

export type RoleBenchOptions = {
  /** Settings of this run, as `--set` gives them. */
  readonly overrides?: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
  /** Asked again for each role that starts: the simulator may be one of them. */
  readonly venuesUrl: () => string | undefined
}

export async function openRoleBench({
  overrides = {},
  environment = {},
  venuesUrl,
}: RoleBenchOptions): Promise<RoleBench> {
  const database = await freshDatabase()
  await migrate({ databaseUrl: database.url })
  const home = await mkdtemp(join(tmpdir(), 'arbdesk-roles-'))
  const complaints: string[] = []
  const write = (line: string) => void complaints.push(line)
  const log = createLog({ level: 'warn', readable: false, write })
  const startedAt = new Date().toISOString()
  const roles: RunningRole[] = []

  function start(role: Role): RunningRole {
    const url = venuesUrl()
    const config = readConfig({
      ...environment,
      ARBDESK_HOME: home,
      DATABASE_URL: database.url,
      ARBDESK_RUN: JSON.stringify({
        startedAt,
        supervisorPid: process.pid,
        json: false,
        overrides,
        ...(url !== undefined && { venuesUrl: url }),
      }),
    })
    const stopping = new AbortController()
    const up = Promise.withResolvers<RoleFacts>()
    const ready = (facts: RoleFacts = {}) => up.resolve(facts)
    const work = role({ config, log, ready, report: () => undefined }, stopping.signal)
    work.then(
      () => up.reject(new Error('the role ended before it was ready')),
      (error: unknown) => up.reject(error as Error),
    )
    // Whoever waits for it hears of it; nobody has to.
    up.promise.catch(() => undefined)
    const running: RunningRole = {
      ready: up.promise,
      async stop() {
        stopping.abort()
        await work
      },
    }
    roles.push(running)
    return running
  }

  return {
    databaseUrl: database.url,
    home,
    complaints,
    start,
    async close() {
      for (const role of roles.toReversed()) await role.stop()
      await database.drop()
      await rm(home, { recursive: true, force: true })
    },
  }
}
