// One transaction whose end may stay unknown: a connection that is lost while COMMIT is under way leaves
// open whether everything happened or nothing.
import pg from 'pg'
import { isAbortedTransactionError, type Transaction } from 'kysely'
import { retryUndone, saysServerIsGone, type Database } from './connect.ts'
import type { Tables } from './tables.ts'

export type Ended<T> =
  | { readonly outcome: 'committed'; readonly value: T }
  | { readonly outcome: 'unknown' }

/** Whatever the server itself says about a COMMIT, it has undone it; only silence and going away do not. */
const isCertain = (error: unknown): boolean =>
  isAbortedTransactionError(error) ||
  (error instanceof pg.DatabaseError && !saysServerIsGone(error))

/** An error out of `work`, or out of a check at the end, is thrown: then nothing has happened. */
export const commitOrUnknown = <T>(
  db: Database,
  work: (trx: Transaction<Tables>) => Promise<T>,
): Promise<Ended<T>> =>
  retryUndone(async () => {
    const trx = await db.startTransaction().execute()
    let value: T
    try {
      value = await work(trx)
    } catch (error) {
      // What is not committed is undone, whether or not this still arrives.
      await trx
        .rollback()
        .execute()
        .catch(() => {})
      throw error
    }
    try {
      await trx.commit().execute()
      return { outcome: 'committed', value }
    } catch (error) {
      await trx
        .rollback()
        .execute()
        .catch(() => {})
      if (isCertain(error)) throw error
      return { outcome: 'unknown' }
    }
  })
