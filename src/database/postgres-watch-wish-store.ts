// The port of watchlist wishes on PostgreSQL.
import { sql, type Selectable } from 'kysely'
import { wishesMax, type WatchWish, type WatchWishStore } from '../opportunity/watch-wish.ts'
import type { AlertTables } from './alert-tables.ts'
import { now } from './clock.ts'
import { transact, type Database } from './connect.ts'

const wishOf = (row: Selectable<AlertTables['watch_wishes']>): WatchWish => ({
  subject: row.subject,
  venue: row.venue === '' ? undefined : row.venue,
  wish: row.wish,
  by: row.made_by,
  at: row.made_at,
})

export const openPostgresWatchWishStore = (db: Database): WatchWishStore => ({
  async list() {
    const rows = await db.selectFrom('watch_wishes').selectAll().orderBy('made_at').execute()
    return rows.map(wishOf)
  },
  wish: ({ subject, venue = '', wish, by }) =>
    transact(db, async (trx) => {
      await sql`lock table watch_wishes in share row exclusive mode`.execute(trx)
      const { others } = await trx
        .selectFrom('watch_wishes')
        .select((s) => s.fn.countAll<number>().as('others'))
        .where((where) => where.or([where('subject', '<>', subject), where('venue', '<>', venue)]))
        .executeTakeFirstOrThrow()
      if (others >= wishesMax) return undefined
      const row = await trx
        .insertInto('watch_wishes')
        .values({ subject, venue, wish, made_by: by })
        .onConflict((conflict) =>
          conflict.columns(['subject', 'venue']).doUpdateSet({ wish, made_by: by, made_at: now }),
        )
        .returningAll()
        .executeTakeFirstOrThrow()
      return wishOf(row)
    }),
  async forget(subject, venue = '') {
    const row = await db
      .deleteFrom('watch_wishes')
      .where('subject', '=', subject)
      .where('venue', '=', venue)
      .returningAll()
      .executeTakeFirst()
    return row && wishOf(row)
  },
})
