// Migration as part of a start: what goes wrong is one line about DATABASE_URL.
import { migrate } from '../src/database/migrate.ts'
import type { Log } from '../src/log.ts'
import { reasonOf, StartFailure } from './start-failure.ts'

/** @throws StartFailure. */
export async function migrateOrExplain(databaseUrl: string, log: Log): Promise<void> {
  try {
    await migrate({ databaseUrl, log: (line) => log.info(line) })
  } catch (error) {
    throw new StartFailure(`the database cannot be used: ${reasonOf(error)}; see DATABASE_URL`, {
      cause: error,
    })
  }
}
