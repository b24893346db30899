// One real PostgreSQL for a whole test run; each test file makes databases of its own on it.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../src/database/embedded-postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Any database of the test run's server; `freshDatabase` is the way to use it. */
    postgresUrl: string
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), 'arbdesk-test-'))
  // As root the server is user postgres, who may pass only an open folder.
  await chmod(home, 0o755)
  const postgres = await startEmbeddedPostgres({ home, durable: false })
  project.provide('postgresUrl', postgres.url)
  return async () => {
    await postgres.stop()
    await rm(home, { recursive: true, force: true })
  }
}
