// The request budget on PostgreSQL: one row a venue is the bucket of all workers, on the database's clock.
import { setTimeout as sleep } from 'node:timers/promises'
import { sql, type Transaction } from 'kysely'
import {
  fullBudget,
  penalisedBudget,
  takeWeight,
  type BudgetRate,
  type BudgetState,
} from '../market/budget-math.ts'
import type { VenueId } from '../market/market.ts'
import type { RequestBudget } from '../market/request-budget.ts'
import { transact, type Database } from './connect.ts'
import type { Tables } from './tables.ts'

type Trx = Transaction<Tables>
type Bucket = { readonly state: BudgetState; readonly nowMs: number }

const instant = (ms: number) => new Date(Math.round(ms))

/** Locks the row, making it first if need be. The time is read after the lock was waited for. */
async function lockBucket(trx: Trx, venue: VenueId, rate: BudgetRate): Promise<Bucket> {
  const read = () =>
    trx
      .selectFrom('request_budgets')
      .selectAll()
      .where('venue', '=', venue)
      .forUpdate()
      .executeTakeFirst()
  let row = await read()
  if (row === undefined) {
    await sql`
      insert into request_budgets (venue, tokens, share, counted_at, paused_until)
      values (${venue}, ${rate.burst}, 1, clock_timestamp(), 'epoch') on conflict do nothing`.execute(
      trx,
    )
    row = await read()
  }
  const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(trx)
  const nowMs = (rows[0]?.at ?? new Date()).getTime()
  if (row === undefined) return { state: fullBudget(rate, nowMs), nowMs }
  const state = {
    tokens: row.tokens,
    share: row.share,
    atMs: row.counted_at.getTime(),
    pausedUntilMs: row.paused_until.getTime(),
  }
  return { state, nowMs }
}

const columnsOf = ({ tokens, share, atMs, pausedUntilMs }: BudgetState) => ({
  tokens,
  share,
  counted_at: instant(atMs),
  paused_until: instant(pausedUntilMs),
})

/** `rateOf` is what a venue grants by address; a venue without one is not limited here. */
export function openPostgresRequestBudget(
  db: Database,
  rateOf: (venue: VenueId) => BudgetRate | undefined,
): RequestBudget {
  const tryTake = (
    venue: VenueId,
    rate: BudgetRate,
    weight: number,
    leave: number | undefined,
  ): Promise<number> =>
    transact(db, async (trx) => {
      const { state, nowMs } = await lockBucket(trx, venue, rate)
      const taken = takeWeight(state, rate, weight, nowMs, leave)
      // Nothing taken is nothing to write: the bucket fills by itself.
      if (taken.waitMs === 0)
        await trx
          .updateTable('request_budgets')
          .set(columnsOf(taken.state))
          .where('venue', '=', venue)
          .execute()
      return taken.waitMs
    })

  return {
    async take(venue, weight, signal, leave) {
      const startMs = performance.now()
      const rate = rateOf(venue)
      if (rate === undefined) return { waitedMs: 0 }
      for (;;) {
        signal?.throwIfAborted()
        const waitMs = await tryTake(venue, rate, weight, leave)
        if (waitMs === 0) return { waitedMs: performance.now() - startMs }
        await sleep(waitMs, undefined, signal && { signal }).catch(() => signal?.throwIfAborted())
      }
    },
    async penalise(venue, reason, retryAfterMs) {
      const rate = rateOf(venue)
      if (rate === undefined) return
      await transact(db, async (trx) => {
        const { state, nowMs } = await lockBucket(trx, venue, rate)
        await trx
          .updateTable('request_budgets')
          .set({
            ...columnsOf(penalisedBudget(state, rate, nowMs, retryAfterMs)),
            penalised_at: instant(nowMs),
            reason,
          })
          .where('venue', '=', venue)
          .execute()
      })
    },
  }
}
