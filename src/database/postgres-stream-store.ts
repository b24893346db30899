// The port of account streams on PostgreSQL.
import type { Mode } from '../trade/engine/execution.ts'
import type { StreamStore } from '../trade/stream-store.ts'
import { msAgo, now } from './clock.ts'
import { transact, type Database } from './connect.ts'

const keptMs = 30_000

export const openPostgresStreamStore = (
  db: Database,
  { mode }: { readonly mode: Mode },
): StreamStore => ({
  save: (states) =>
    transact(db, async (trx) => {
      const venues = [...states.keys()]
      const others = trx.deleteFrom('account_streams').where('mode', '=', mode)
      await (venues.length === 0 ? others : others.where('venue', 'not in', venues)).execute()
      for (const [venue, said] of states) {
        const { state } = said
        const reason = said.state === 'away' ? said.reason : null
        await trx
          .insertInto('account_streams')
          .values({ mode, venue, state, reason })
          .onConflict((conflict) =>
            conflict.columns(['mode', 'venue']).doUpdateSet((set) => ({
              state,
              reason,
              said_at: now,
              since: set
                .case()
                .when('account_streams.state', '=', state)
                .then(set.ref('account_streams.since'))
                .else(now)
                .end(),
            })),
          )
          .execute()
      }
    }),
  async list() {
    const rows = await db
      .selectFrom('account_streams')
      .select(['venue', 'state', 'reason', 'since', 'said_at'])
      .select((s) => s('said_at', '<', msAgo(keptMs)).as('is_stale'))
      .where('mode', '=', mode)
      .orderBy('venue')
      .execute()
    return rows.map(({ venue, state, reason, since, said_at: saidAt, is_stale: isStale }) => {
      if (isStale)
        return { venue, state: 'away', reason: 'whoever listened is gone', since: saidAt }
      return state === 'up'
        ? { venue, state, since }
        : { venue, state, reason: reason ?? '', since }
    })
  },
})
