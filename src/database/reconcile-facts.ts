// What looks at the venues have shown that bears on new risk.
import { sql } from 'kysely'
import type { VenueId } from '../market/market.ts'
import { parseDecimal } from '../money.ts'
import type { Unexplained } from '../trade/ledger.ts'
import type { Database } from './connect.ts'

type Mode = 'paper' | 'live'

/** Those that get no new risk. */
export async function barredVenues(
  db: Database,
  mode: Mode,
): Promise<readonly { readonly venue: VenueId; readonly why: string }[]> {
  const rows = await db
    .selectFrom('venue_looks')
    .select(['venue', 'state', 'reason'])
    .where('mode', '=', mode)
    .where('state', '<>', 'ok')
    .orderBy('venue')
    .execute()
  return rows.map(({ venue, state, reason }) => ({
    venue,
    why: `${venue} is ${state}: ${reason ?? ''}`,
  }))
}

/** Differences that nobody explained, since an operator last said that they were seen. */
export async function unexplainedAt(db: Database, mode: Mode): Promise<readonly Unexplained[]> {
  const { rows } = await sql<{ venue: string; asset: string; amount: string; written: string }>`
    select look.venue, seen->>'asset' as asset, (seen->>'amount')::numeric as amount,
      coalesce(free + reserved, 0) as written
    from venue_looks look cross join jsonb_array_elements(differences) seen
      left join balances on balances.mode = look.mode and balances.venue = look.venue
        and balances.asset = seen->>'asset'
    where look.mode = ${mode} and look.state = 'reduce-only' and (seen->>'sightings')::int > 1
      and (seen->>'since')::timestamptz > coalesce((select max(reset_at) from breaker_trips
        where mode = ${mode} and breaker = 'unexplained-balance'), '-infinity')
    order by look.venue, asset`.execute(db)
  return rows.map(({ venue, asset, amount, written }) => ({
    venue,
    asset,
    held: parseDecimal(written) + parseDecimal(amount),
    written: parseDecimal(written),
  }))
}

/** Orders with our ids that nobody wrote down, found since an operator last looked. */
export async function orphansOf(db: Database, mode: Mode): Promise<readonly string[]> {
  const { rows } = await sql<{ orphan: string }>`
    select concat_ws(' ', venue, client_order_id) as orphan from stray_orders
    where mode = ${mode} and kind = 'orphan'
      and found_at > coalesce((select max(reset_at) from breaker_trips
        where mode = ${mode} and breaker = 'orphan-order'), '-infinity')
    order by found_at limit 100`.execute(db)
  return rows.map(({ orphan }) => orphan)
}
