// Balances and what trades hold of them, as rows. Everything that moves money is here, and moves it
// under row locks taken in one order, so that two trades never wait for each other.
import { sql, type Transaction } from 'kysely'
import { format, parseDecimal } from '../money.ts'
import type { VenueId } from '../market/market.ts'
import type { Move, Reservation } from '../trade/reservation.ts'
import type { Tables } from './tables.ts'

type Mode = 'paper' | 'live'
type Place = { readonly venue: VenueId; readonly asset: string }
type Trx = Transaction<Tables>

const venuesOf = (places: readonly Place[]) => places.map(({ venue }) => venue)
const assetsOf = (places: readonly Place[]) => places.map(({ asset }) => asset)

/** Locks these balances until the transaction ends; those that do not exist are left out. */
async function lockBalances(trx: Trx, mode: Mode, places: readonly Place[]) {
  const { rows } = await sql<{ venue: string; asset: string; free: string }>`
    select venue, asset, free - withheld as free from balances
    where mode = ${mode} and (venue, asset) in
      (select * from unnest(${venuesOf(places)}::text[], ${assetsOf(places)}::text[]))
    order by venue, asset
    for update`.execute(trx)
  return rows
}

/** 'fact': it has happened already, so it is booked whatever it leaves; a deficit is marked as one. */
export type Kind = 'wish' | 'fact'

/** Moves money between free and reserved, and in and out. A balance may be new. */
export async function moveBalances(
  trx: Trx,
  mode: Mode,
  moves: readonly Move[],
  kind: Kind = 'wish',
): Promise<void> {
  if (moves.length === 0) return
  const venues = venuesOf(moves)
  const assets = assetsOf(moves)
  const free = moves.map((move) => format(move.free))
  const reserved = moves.map((move) => format(move.reserved))
  await sql`
    insert into balances (mode, venue, asset, free)
    select ${mode}, venue, asset, 0
    from unnest(${venues}::text[], ${assets}::text[]) place (venue, asset)
    order by venue, asset
    on conflict do nothing`.execute(trx)
  await lockBalances(trx, mode, moves)
  await sql`
    update balances set
      free = balances.free + move.free,
      reserved = balances.reserved + move.reserved,
      overdrawn = balances.free + move.free < 0 and (balances.overdrawn or ${kind === 'fact'}),
      changed_at = clock_timestamp()
    from unnest(${venues}::text[], ${assets}::text[], ${free}::numeric[], ${reserved}::numeric[])
      move (venue, asset, free, reserved)
    where balances.mode = ${mode} and balances.venue = move.venue
      and balances.asset = move.asset`.execute(trx)
}

/** Applies moves of one trade to the balances and to what it holds. */
export async function applyMoves(
  trx: Trx,
  mode: Mode,
  trade: string,
  moves: readonly Move[],
  kind: Kind = 'wish',
): Promise<void> {
  await moveBalances(trx, mode, moves, kind)
  const venues = venuesOf(moves)
  const assets = assetsOf(moves)
  const reserved = moves.map((move) => format(move.reserved))
  // Two steps, for the row proposed by an upsert is checked before the conflict is seen.
  await sql`
    insert into reservations (trade, venue, asset, held)
    select ${trade}, venue, asset, 0
    from unnest(${venues}::text[], ${assets}::text[], ${reserved}::numeric[])
      move (venue, asset, reserved)
    where reserved <> 0
    on conflict do nothing`.execute(trx)
  await sql`
    update reservations set held = reservations.held + move.reserved
    from unnest(${venues}::text[], ${assets}::text[], ${reserved}::numeric[])
      move (venue, asset, reserved)
    where reservations.trade = ${trade} and reservations.venue = move.venue
      and reservations.asset = move.asset`.execute(trx)
}

/** Sets aside what a trade will spend, all or nothing; answers the first place that has too little. */
export async function reserve(
  trx: Trx,
  mode: Mode,
  trade: string,
  wanted: readonly Reservation[],
): Promise<Place | undefined> {
  const rows = await lockBalances(trx, mode, wanted)
  const moves: Move[] = []
  for (const { venue, asset, amount } of wanted) {
    const row = rows.find((balance) => balance.venue === venue && balance.asset === asset)
    const free = row === undefined ? 0n : parseDecimal(row.free)
    if (free < amount) return { venue, asset }
    moves.push({ venue, asset, free: -amount, reserved: amount })
  }
  await applyMoves(trx, mode, trade, moves)
  return undefined
}

export type Held = Place & { readonly held: bigint }

/** What a trade still holds. Its own row must be locked, or the answer is old at once. */
export async function heldBy(trx: Trx, trade: string): Promise<readonly Held[]> {
  const rows = await trx
    .selectFrom('reservations')
    .select(['venue', 'asset', 'held'])
    .where('trade', '=', trade)
    .execute()
  return rows.map((row) => ({ ...row, held: parseDecimal(row.held) }))
}

/** Everything a trade still holds is free again. */
export async function release(trx: Trx, mode: Mode, trade: string): Promise<void> {
  const holdings = await heldBy(trx, trade)
  const moves = holdings
    .filter(({ held }) => held > 0n)
    .map(({ venue, asset, held }): Move => ({ venue, asset, free: held, reserved: -held }))
  await applyMoves(trx, mode, trade, moves)
}
