// For whoever asks whether the desk is well.
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Database } from './connect.ts'

const answerMsMax = 1_000

/** True when the database answers within a second. */
export async function isDatabaseReady(db: Database): Promise<boolean> {
  const answer = sql`select 1`.execute(db).then(
    () => true,
    () => false,
  )
  return Promise.race([answer, sleep(answerMsMax, false, { ref: false })])
}
