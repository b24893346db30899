// Our books of one venue, and what is known of orders and flows that it shows.
import { sql, type Kysely, type Selectable } from 'kysely'
import type { Market, VenueId } from '../market/market.ts'
import { format, parseDecimal } from '../money.ts'
import type { Sighting } from '../trade/reconcile/difference.ts'
import {
  printKey,
  type Known,
  type Standing,
  type VenueBooks,
} from '../trade/reconcile/reconcile-store.ts'
import type { Database } from './connect.ts'
import { decodeMarket } from './execution-json.ts'
import type { ReconcileTables, StoredSighting } from './reconcile-tables.ts'
import type { Tables } from './tables.ts'

type Mode = 'paper' | 'live'
type Place = { readonly mode: Mode; readonly venue: VenueId }

/** A fill may be late by so much more than the last look. */
const fillsBackMs = 300_000
/** A transaction of before a look is over so much later. */
const marksBackMs = 3_600_000
/** A transfer that a venue refused may turn out to have left for so long. */
const doubtfulMs = 3_600_000

const sightingOf = ({ asset, amount, sightings, since }: StoredSighting): Sighting => ({
  asset,
  amount: parseDecimal(amount),
  sightings,
  since: new Date(since),
})
export const storedSighting = ({ asset, amount, sightings, since }: Sighting): StoredSighting => ({
  asset,
  amount: format(amount),
  sightings,
  since: since.toISOString(),
})

export const standingOf = (row: Selectable<ReconcileTables['venue_looks']>): Standing => ({
  venue: row.venue,
  state: row.state,
  reason: row.reason ?? undefined,
  lookedAt: row.looked_at ?? undefined,
  agreedAt: row.agreed_at ?? undefined,
  differences: row.differences.map(sightingOf),
  foreignOrders: row.foreign_orders,
})

/** The same as long as no execution with orders on this venue, and no transfer from it or to it, does anything. */
export async function markOf(db: Kysely<Tables>, { mode, venue }: Place): Promise<string> {
  const { rows } = await sql<{ mark: string }>`
    select concat_ws(' ', traded.mark, moved.mark) as mark
    from (
      select concat_ws(' ', count(*), sum(version)) as mark from executions
      where mode = ${mode}
        and (changed_at > clock_timestamp() - ${marksBackMs} * interval '1 millisecond'
          or state not in ('done', 'settled-with-diff', 'aborted'))
        and exists (select from orders where execution = executions.id and venue = ${venue})
    ) traded, (
      select concat_ws(' ', count(*), sum(step)) as mark from transfers
      where mode = ${mode} and ${venue} in (from_venue, to_venue)
    ) moved`.execute(db)
  return rows[0]?.mark ?? ''
}

/** What a transfer may take from here or bring here at this moment; what is stuck does not come back by itself. */
async function coinsUnderWay(db: Database, { mode, venue }: Place): Promise<readonly string[]> {
  const { rows } = await sql<{ asset: string }>`
    select distinct asset from transfers
    where mode = ${mode}
      and ((from_venue = ${venue} and state in ('sending', 'unknown', 'in-transit'))
        or (to_venue = ${venue} and state in ('sending', 'unknown', 'in-transit', 'stuck'))
        or (${venue} in (from_venue, to_venue) and state in ('rejected', 'returned')
          and sent_at > clock_timestamp() - ${doubtfulMs} * interval '1 millisecond'))`.execute(db)
  return rows.map(({ asset }) => asset)
}

/**
 * Assets that an order under way may move: those of its market, and all that fees were ever taken in. An
 * exposed execution whose orders have all ended waits for a person, and moves nothing.
 */
async function inFlightOn(db: Database, { mode, venue }: Place): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ base: string; quote: string }>`
    select distinct market->>'base' as base, market->>'quote' as quote
    from orders join executions on executions.id = orders.execution
    where executions.mode = ${mode} and orders.venue = ${venue} and orders.sent_at is not null
      and executions.state not in ('done', 'settled-with-diff', 'aborted')
      and (executions.state <> 'exposed'
        or orders.state in ('sending', 'unknown', 'acked', 'cancelling', 'escalated'))`.execute(db)
  const moved = await coinsUnderWay(db, { mode, venue })
  if (rows.length === 0) return new Set(moved)
  const fees = await db
    .selectFrom('prints')
    .select('fee_asset')
    .distinct()
    .where('venue', '=', venue)
    .execute()
  return new Set([
    ...moved,
    ...rows.flatMap(({ base, quote }) => [base, quote]),
    ...fees.map(({ fee_asset }) => fee_asset),
  ])
}

/** Markets whose fills may still come: of executions under way, and of orders since the last look. */
async function recentMarkets(
  db: Database,
  { mode, venue }: Place,
  lookedAt: Date,
): Promise<{ readonly markets: readonly Market[]; readonly since: Date }> {
  const from = new Date(lookedAt.getTime() - fillsBackMs)
  const { rows } = await sql<{ market: object; since: Date }>`
    select distinct on (orders.symbol) orders.market,
      min(orders.sent_at) over () as since
    from orders join executions on executions.id = orders.execution
    where executions.mode = ${mode} and orders.venue = ${venue} and orders.sent_at is not null
      and (orders.sent_at >= ${from}
        or executions.state not in ('done', 'settled-with-diff', 'aborted'))
    order by orders.symbol, orders.sent_at desc`.execute(db)
  const least = Math.min(lookedAt.getTime(), ...rows.map(({ since }) => since.getTime()))
  return {
    markets: rows.map(({ market }) => decodeMarket(market)),
    since: new Date(least - fillsBackMs),
  }
}

/** The mark is taken first: whatever happens while the rest is read shows in a later one. */
export async function booksOf(db: Database, place: Place): Promise<VenueBooks> {
  const { mode, venue } = place
  const mark = await markOf(db, place)
  const [{ rows }, balances, inFlight, standing, accepted] = await Promise.all([
    sql<{ at: Date }>`select clock_timestamp() as at`.execute(db),
    db
      .selectFrom('balances')
      .select(['asset', 'free', 'reserved'])
      .where('mode', '=', mode)
      .where('venue', '=', venue)
      .execute(),
    inFlightOn(db, place),
    db
      .selectFrom('venue_looks')
      .selectAll()
      .where('mode', '=', mode)
      .where('venue', '=', venue)
      .executeTakeFirst(),
    db
      .selectFrom('breaker_trips')
      .select((select) => select.fn.max('reset_at').as('at'))
      .where('mode', '=', mode)
      .where('breaker', '=', 'unexplained-balance')
      .executeTakeFirst(),
  ])
  const at = rows[0]?.at ?? new Date()
  const recent = await recentMarkets(db, place, standing?.looked_at ?? at)
  return {
    at,
    mark,
    balances: balances.map(({ asset, free, reserved }) => ({
      asset,
      amount: parseDecimal(free) + parseDecimal(reserved),
    })),
    inFlight,
    ...recent,
    standing: standing && standingOf(standing),
    acceptedAt: accepted?.at ?? undefined,
  }
}

export async function knownOf(
  db: Database,
  { mode, venue }: Place,
  {
    orderIds,
    clientIds,
    flows,
  }: {
    readonly orderIds: readonly string[]
    readonly clientIds: readonly string[]
    readonly flows: readonly string[]
  },
): Promise<Known> {
  const [orders, prints, strays, booked] = await Promise.all([
    sql<{ id: string; order_id: string | null; execution: string }>`
      select id, order_id, execution from orders
      where venue = ${venue}
        and (order_id = any(${orderIds}::text[]) or id = any(${clientIds}::text[]))`.execute(db),
    sql<{ symbol: string; trade_id: string }>`
      select symbol, trade_id from prints
      where venue = ${venue} and order_id = any(${orderIds}::text[])`.execute(db),
    sql<{ order_id: string; kind: 'orphan' | 'foreign' }>`
      select order_id, kind from stray_orders
      where mode = ${mode} and venue = ${venue}
        and order_id = any(${orderIds}::text[])`.execute(db),
    sql<{ flow_key: string }>`
      select flow_key from deposits
      where mode = ${mode} and venue = ${venue} and flow_key = any(${flows}::text[])
      union all
      select 'withdrawal ' || withdrawal_id from transfers
      where mode = ${mode} and from_venue = ${venue}
        and 'withdrawal ' || withdrawal_id = any(${flows}::text[])
      union all
      select 'deposit ' || deposit_id from transfers
      where mode = ${mode} and to_venue = ${venue}
        and 'deposit ' || deposit_id = any(${flows}::text[])`.execute(db),
  ])
  return {
    byOrderId: new Map(
      orders.rows.flatMap(({ order_id, execution }) =>
        order_id === null ? [] : [[order_id, execution] as const],
      ),
    ),
    byClientId: new Map(orders.rows.map(({ id, execution }) => [id, execution])),
    prints: new Set(prints.rows.map(({ symbol, trade_id }) => printKey(symbol, trade_id))),
    strays: new Map(strays.rows.map(({ order_id, kind }) => [order_id, kind])),
    flows: new Set(booked.rows.map(({ flow_key }) => flow_key)),
  }
}
