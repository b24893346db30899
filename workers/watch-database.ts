// Says for a whole desk, once each, that the database went away and that it is back.
import { openDatabase } from '../src/database/connect.ts'
import { isDatabaseReady } from '../src/database/is-database-ready.ts'
import { createDatabaseOutageLog } from '../src/database/outage-log.ts'
import type { Log } from '../src/log.ts'

const lookEveryMs = 1_000

/** Watches until the returned function is called; from then on nothing is said. */
export function watchDatabase(url: string, log: Log): () => Promise<void> {
  const outage = createDatabaseOutageLog(log, 'warn', () => performance.now())
  let isClosing = false
  const { db, close } = openDatabase({
    url,
    poolMax: 1,
    name: 'arbdesk watch',
    onLost: (error) => void (isClosing || outage.lost(error)),
    onConnected: outage.back,
  })
  const timer = setInterval(() => void isDatabaseReady(db), lookEveryMs)
  return async () => {
    isClosing = true
    clearInterval(timer)
    await close()
  }
}
