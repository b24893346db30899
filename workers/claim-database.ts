// Before any role starts: the database is this desk's, and a desk of real money stands still until a person
// lets it go.
import type { Config } from '../src/config.ts'
import { openDatabase } from '../src/database/connect.ts'
import { claimDeskMode, OtherMoneyError } from '../src/database/desk-mode.ts'
import { openPostgresSettingsStore } from '../src/database/postgres-settings-store.ts'
import { StartFailure } from './start-failure.ts'

/**
 * A live desk that may sign is paused here, whatever it was when it stopped: no restart ends a pause, and
 * each makes one. Those that only talk or watch leave it as it is.
 *
 * @throws StartFailure when a desk of the other kind of money has this database.
 */
export async function claimDatabase(
  databaseUrl: string,
  { mode, roles }: Pick<Config, 'mode' | 'roles'>,
): Promise<void> {
  const { db, close } = openDatabase({ url: databaseUrl, poolMax: 1, name: 'arbdesk claim' })
  try {
    await claimDeskMode(db, mode)
    if (mode === 'live' && roles.includes('trade'))
      await openPostgresSettingsStore(db).change('desk.paused', false, true, 'desk:start')
  } catch (error) {
    if (!(error instanceof OtherMoneyError)) throw error
    throw new StartFailure(error.message, { cause: error })
  } finally {
    await close()
  }
}
