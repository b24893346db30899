// The port of circuit breakers on PostgreSQL, whose table lets a trip be reset and nothing else.
import { sql } from 'kysely'
import { decimalOf } from '../money.ts'
import { breakerAlert } from '../notification/breaker-alert.ts'
import type { BreakerStore, Trip } from '../trade/breaker-store.ts'
import {
  breakerNames,
  type BreakerFacts,
  type BreakerName,
  type Ending,
} from '../trade/breakers.ts'
import { midnight, now } from './clock.ts'
import { transact, type Database } from './connect.ts'
import { unexplainedBalances } from './ledger-rows.ts'
import { openPostgresOutbox } from './postgres-outbox.ts'
import { profitSince } from './profit-rows.ts'
import { orphansOf, unexplainedAt } from './reconcile-facts.ts'

type Mode = 'paper' | 'live'

/** More in a row than any limit allows. */
const endingsMax = 200

const lastReset = (mode: Mode, breaker: BreakerName) => sql<Date>`
  coalesce((select max(reset_at) from breaker_trips
    where mode = ${mode} and breaker = ${breaker}), '-infinity')`

async function drawdownOf(db: Database, mode: Mode): Promise<number> {
  const { rows } = await sql<{ drawdown: string }>`
    with run as (
      select sum(coalesce(realised_usdt, 0)) over (order by finished_at, id) as sum,
        coalesce(realised_usdt, 0) as change
      from trades
      where mode = ${mode} and state in ('settled', 'exposed')
        and finished_at > ${lastReset(mode, 'drawdown')}
    )
    select greatest(0, max(sum)) - coalesce(sum(change), 0) as drawdown from run`.execute(db)
  return Number(rows[0]?.drawdown ?? 0)
}

async function endingsOf(db: Database, mode: Mode): Promise<readonly Ending[]> {
  const { rows } = await sql<Ending>`
    select state, begun_at is not null as begun, coalesce(reason, '') as reason
    from trades
    where mode = ${mode} and state in ('settled', 'exposed', 'abandoned')
      and finished_at > ${lastReset(mode, 'failures')}
    order by finished_at desc, id desc limit ${endingsMax}`.execute(db)
  return rows
}

async function exposureAgeOf(db: Database, mode: Mode): Promise<number> {
  const { rows } = await sql<{ age: number | null }>`
    select greatest(0, extract(epoch from clock_timestamp() - min(finished_at)))::float8 * 1000
      as age
    from trades
    where mode = ${mode} and state = 'exposed'
      and finished_at > ${lastReset(mode, 'exposure-age')}`.execute(db)
  return rows[0]?.age ?? 0
}

async function factsOf(db: Database, mode: Mode): Promise<BreakerFacts> {
  const [today, drawdownUsdt, endings, exposureAgeMs, unexplained, apart, orphans] =
    await Promise.all([
      profitSince(db, mode, midnight),
      drawdownOf(db, mode),
      endingsOf(db, mode),
      exposureAgeOf(db, mode),
      unexplainedBalances(db, mode),
      unexplainedAt(db, mode),
      orphansOf(db, mode),
    ])
  const realisedTodayUsdt = today.usdt
  const books = { unexplained, apart, orphans }
  return { realisedTodayUsdt, drawdownUsdt, endings, exposureAgeMs, ...books }
}

/** Older code may not know a breaker of newer code: it forbids all the same, and cannot be shown. */
const nameOf = (text: string): BreakerName =>
  breakerNames.find((name) => name === text) ?? 'unexplained-balance'

export async function trippedBreakers(db: Database, mode: Mode): Promise<readonly Trip[]> {
  const rows = await db
    .selectFrom('breaker_trips')
    .selectAll()
    .where('mode', '=', mode)
    .where('reset_at', 'is', null)
    .orderBy('seq')
    .execute()
  return rows.map((row) => ({
    breaker: nameOf(row.breaker),
    measured: Number(row.measured),
    most: Number(row.most),
    why: row.why,
    at: row.tripped_at,
    by: row.tripped_by,
  }))
}

export function openPostgresBreakerStore(
  db: Database,
  { mode, posted = () => {} }: { readonly mode: Mode; readonly posted?: () => void },
): BreakerStore {
  return {
    facts: () => factsOf(db, mode),
    tripped: () => trippedBreakers(db, mode),
    async trip(tripping, by) {
      const fresh = await transact(db, async (trx) => {
        const outbox = openPostgresOutbox(trx)
        const added = []
        for (const one of tripping) {
          const { rows } = await sql`
            insert into breaker_trips (mode, breaker, measured, most, why, tripped_by)
            values (${mode}, ${one.breaker}, ${decimalOf(one.measured)}, ${decimalOf(one.most)},
              ${one.why}, ${by})
            on conflict (mode, breaker) where reset_at is null do nothing
            returning seq`.execute(trx)
          if (rows.length === 0) continue
          await outbox.post(breakerAlert(one))
          added.push(one)
        }
        return added
      })
      if (fresh.length > 0) posted()
      return fresh
    },
    async reset(breaker, by) {
      const row = await db
        .updateTable('breaker_trips')
        .set({ reset_at: now, reset_by: by })
        .where('mode', '=', mode)
        .where('breaker', '=', breaker)
        .where('reset_at', 'is', null)
        .returning('seq')
        .executeTakeFirst()
      return row !== undefined
    },
  }
}
