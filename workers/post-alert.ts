// Puts an alert of the supervisor itself into the outbox, from where every surface tells it.
import type { Config } from '../src/config.ts'
import { openDatabase } from '../src/database/connect.ts'
import { openPostgresOutbox } from '../src/database/postgres-outbox.ts'
import type { Log } from '../src/log.ts'
import { findRunningDesk } from './supervisor/desk-file.ts'

/** Returns at once; an alert that cannot be posted stands in the log all the same. */
export function postAlert(config: Config, log: Log, subject: string, text: string): void {
  log.error(text, { subject })
  const url = findRunningDesk(config.home)?.run.databaseUrl ?? config.databaseUrl?.reveal()
  if (url === undefined) return
  const { db, close } = openDatabase({ url, name: 'arbdesk alert', poolMax: 1 })
  const post = async () => {
    await openPostgresOutbox(db).post({ kind: 'alert', severity: 'P0', subject, text })
    await close()
  }
  post().catch((error: unknown) => log.error('an alert could not be posted', { error }))
}
