// Migration as part of a start: what goes wrong is one line about DATABASE_URL.
import { migrate } from '../src/database/migrate.ts'
import type { Log } from '../src/log.ts'

/** @throws Error with one line. */
export async function migrateOrExplain(databaseUrl: string, log: Log): Promise<void> {
  try {
    await migrate({ databaseUrl, log: (line) => log.info(line) })
  } catch (error) {
    throw new Error(`the database cannot be used: ${reasonOf(error)}; see DATABASE_URL`, {
      cause: error,
    })
  }
}

/** A refused connection to a name with several addresses has no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
