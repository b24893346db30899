// A desk on a PostgreSQL of its own, for scripts that no test runner gives one.
import { mkdtemp, chmod, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deskOf } from '../bots/desk-of.ts'
import { readConfig } from '../src/config.ts'
import { startEmbeddedPostgres } from '../src/database/embedded-postgres.ts'
import { migrate } from '../src/database/migrate.ts'
import { createLog } from '../src/log.ts'
import { openRuntime } from '../src/runtime.ts'
import type { TestDesk } from './desk.ts'

export async function openOwnDesk(): Promise<Omit<TestDesk, 'say'>> {
  const home = await mkdtemp(join(tmpdir(), 'arbdesk-bench-'))
  // As root the server is user postgres, who may pass only an open folder.
  await chmod(home, 0o755)
  const postgres = await startEmbeddedPostgres({ home, durable: false })
  await migrate({ databaseUrl: postgres.url })
  const run = {
    startedAt: new Date().toISOString(),
    supervisorPid: process.pid,
    json: false,
    overrides: {},
  }
  const config = readConfig({ DATABASE_URL: postgres.url, ARBDESK_RUN: JSON.stringify(run) })
  const runtime = await openRuntime(config, createLog({ level: 'silent' }), 'bench')
  return {
    runtime,
    desk: deskOf(runtime),
    async close() {
      await runtime.close()
      await postgres.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}
