// Before any role starts: the database is this desk's, and a desk of real money stands still until a person
// lets it go.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../src/config.ts'
import { openDatabase } from '../src/database/connect.ts'
import { claimDeskMode, OtherMoneyError } from '../src/database/desk-mode.ts'
import { openPostgresSettingsStore } from '../src/database/postgres-settings-store.ts'
import { checkSetting, type Settings } from '../src/settings/settings.ts'
import { openSignerLease, type SignerLease } from '../src/database/signer-lease.ts'
import { StartFailure } from './start-failure.ts'

const lookEveryMs = 250

/**
 * Whether somebody signs for this desk now. A lease alone is no proof, for who died a moment ago has one, too:
 * it must be renewed while we look, which takes some seconds.
 */
async function isStarted(lease: Pick<SignerLease, 'heldUntil'>, signal: AbortSignal) {
  const first = await lease.heldUntil()
  for (let now = first; now !== undefined; now = await lease.heldUntil()) {
    if (now.getTime() !== first?.getTime()) return true
    await sleep(lookEveryMs, undefined, { signal })
  }
  return false
}

/**
 * A live desk that may sign is paused here, whatever it was when it stopped: no restart ends a pause, and
 * each makes one. One that joins a desk which signs already starts nothing, and those that only talk or watch
 * do not either: they leave it as it is.
 *
 * Returns when that was, by the clock of the database, and where orders go by what is stored there.
 *
 * @throws StartFailure when a desk of the other kind of money has this database.
 */
export async function claimDatabase(
  databaseUrl: string,
  { mode, roles }: Pick<Config, 'mode' | 'roles'>,
  signal: AbortSignal,
): Promise<{ readonly at: Date; readonly gateway: Settings['execution.gateway'] | undefined }> {
  const { db, close } = openDatabase({ url: databaseUrl, poolMax: 1, name: 'arbdesk claim' })
  try {
    const at = await claimDeskMode(db, mode)
    const maySign = mode === 'live' && roles.includes('trade')
    const settings = openPostgresSettingsStore(db)
    if (maySign && !(await isStarted(openSignerLease(db), signal)))
      await settings.change('desk.paused', false, true, 'desk:start')
    const stored = (await settings.load()).get('execution.gateway')
    const read = checkSetting('execution.gateway', stored?.value)
    return {
      at,
      gateway: read.outcome === 'ok' ? (read.value as Settings['execution.gateway']) : undefined,
    }
  } catch (error) {
    if (!(error instanceof OtherMoneyError)) throw error
    throw new StartFailure(error.message, { cause: error })
  } finally {
    await close()
  }
}
