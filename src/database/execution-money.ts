// What an execution sets aside and what its fills moved, on the balances.
import { sql, type Transaction } from 'kysely'
import { marketKey, type VenueId } from '../market/market.ts'
import { format } from '../money.ts'
import type { Execution } from '../trade/engine/execution.ts'
import type { LedgerEntry } from '../trade/engine/ledger.ts'
import type { Move } from '../trade/reservation.ts'
import type { LedgerEntry as LedgerLine } from '../trade/ledger.ts'
import { applyMoves, heldBy, reserve } from './balance-rows.ts'
import { writeLedger } from './ledger-rows.ts'
import type { Tables } from './tables.ts'

type Trx = Transaction<Tables>
type Place = { readonly venue: VenueId; readonly asset: string }

/** All of it or nothing; answers the first place that has too little free. */
export const setAside = (trx: Trx, { id, mode, held }: Execution): Promise<Place | undefined> =>
  reserve(trx, mode, id, held)

/** Those that were not written before. */
async function writeEntries(
  trx: Trx,
  { id, mode }: Execution,
  entries: readonly LedgerEntry[],
): Promise<readonly LedgerEntry[]> {
  if (entries.length === 0) return []
  const venueOf = ({ account }: LedgerEntry) => (account.type === 'venue' ? account.venue : null)
  const { rows } = await sql<{ key: string }>`
    insert into entries (key, transaction, execution, mode, venue, asset, amount)
    select key, transaction, ${id}, ${mode}, venue, asset, amount
    from unnest(${entries.map(({ key }) => key)}::text[],
      ${entries.map(({ transaction }) => transaction)}::text[],
      ${entries.map(venueOf)}::text[],
      ${entries.map(({ asset }) => asset)}::text[],
      ${entries.map(({ amount }) => format(amount))}::numeric[])
      entry (key, transaction, venue, asset, amount)
    on conflict do nothing
    returning key`.execute(trx)
  return entries.filter(({ key }) => rows.some((row) => row.key === key))
}

/** The account's side of an entry, as the ledger of all money has it; the third flow of a print is its fee. */
function lineOf(
  trade: string,
  { key, transaction, account, asset, amount }: LedgerEntry,
): LedgerLine[] {
  if (account.type !== 'venue') return []
  const isFee = key === `${transaction} 2 in`
  const kind = isFee ? 'fee' : amount < 0n ? 'spent' : 'received'
  return [{ txn: transaction, venue: account.venue, asset, amount, kind, trade, key }]
}

/**
 * Moves the accounts by what is new among the entries, and what is set aside to what the execution says.
 * Never refused: it has happened.
 */
export async function moveMoney(
  trx: Trx,
  execution: Execution,
  entries: readonly LedgerEntry[],
): Promise<void> {
  const { id, mode, held } = execution
  const fresh = await writeEntries(trx, execution, entries)
  await writeLedger(
    trx,
    mode,
    fresh.flatMap((entry) => lineOf(id, entry)),
  )
  const moves = new Map<string, Move>()
  const move = ({ venue, asset }: Place, total: bigint, reserved: bigint) => {
    const key = marketKey(venue, asset)
    const sum = moves.get(key) ?? { venue, asset, free: 0n, reserved: 0n }
    const change = { free: sum.free + total - reserved, reserved: sum.reserved + reserved }
    moves.set(key, { venue, asset, ...change })
  }
  for (const { account, asset, amount } of fresh)
    if (account.type === 'venue') move({ venue: account.venue, asset }, amount, 0n)
  for (const one of await heldBy(trx, id)) move(one, 0n, -one.held)
  for (const one of held) move(one, 0n, one.amount)
  const real = [...moves.values()].filter(({ free, reserved }) => free !== 0n || reserved !== 0n)
  if (real.length > 0) await applyMoves(trx, mode, id, real, 'fact')
}
