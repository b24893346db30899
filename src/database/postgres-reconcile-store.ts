// The reconciler's port on PostgreSQL.
import type { ReconcileStore } from '../trade/reconcile/reconcile-store.ts'
import { transact, type Database } from './connect.ts'
import { booksOf, knownOf, standingOf } from './reconcile-reads.ts'
import { writeLook, writeQuarantine } from './reconcile-commit.ts'
import { releaseStale } from './stale-reservations.ts'

export function openPostgresReconcileStore(
  db: Database,
  {
    mode,
    by = 'reconcile',
    posted = () => {},
  }: {
    readonly mode: 'paper' | 'live'
    /** Who books what moved without a trade. */
    readonly by?: string
    readonly posted?: () => void
  },
): ReconcileStore {
  return {
    books: (venue) => booksOf(db, { mode, venue }),
    known: (venue, asked) => knownOf(db, { mode, venue }, asked),
    async save(look) {
      const saved = await transact(db, (trx) => writeLook(trx, mode, look, by))
      posted()
      return saved
    },
    async quarantine(venue, reason) {
      const isNews = await transact(db, (trx) => writeQuarantine(trx, mode, venue, reason))
      if (isNews) posted()
      return isNews
    },
    async standings() {
      const rows = await db
        .selectFrom('venue_looks')
        .selectAll()
        .where('mode', '=', mode)
        .orderBy('venue')
        .execute()
      return rows.map(standingOf)
    },
    async forget() {
      await transact(db, async (trx) => {
        await trx.deleteFrom('venue_looks').where('mode', '=', mode).execute()
        await trx
          .updateTable('balances')
          .set({ withheld: '0' })
          .where('mode', '=', mode)
          .where('withheld', '<>', '0')
          .execute()
      })
    },
    async releaseStale() {
      const released = await transact(db, (trx) => releaseStale(trx, mode))
      if (released.length > 0) posted()
      return released
    },
    async openExecutions() {
      const rows = await db
        .selectFrom('executions')
        .select('id')
        .where('mode', '=', mode)
        .where('state', 'not in', ['done', 'settled-with-diff', 'aborted'])
        .execute()
      return rows.map(({ id }) => id)
    },
  }
}
