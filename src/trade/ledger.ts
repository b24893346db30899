// The lines that every movement of money leaves behind. A balance is the sum of its lines, or something
// moved money that nobody can explain. Pure.
import type { VenueId } from '../market/market.ts'
import type { AssetAmount } from '../money.ts'
import type { Deposit } from './deposit.ts'

export type LedgerEntry = AssetAmount & {
  /** Entries of one event share it. */
  readonly txn: string
  /** Left out: the venue's own. Else it is no balance: what is on its way from there, or what that cost. */
  readonly account?: 'venue' | 'in-transit' | 'transfer-cost'
  readonly venue: VenueId
  readonly kind: 'deposit' | 'withdrawal' | 'spent' | 'received' | 'fee' | 'transfer'
  readonly trade: string | undefined
  /** The same event written twice has the same key, and the second is refused. */
  readonly key: string
}

/** A balance and the sum of its lines, which differ. */
export type Unexplained = {
  readonly venue: VenueId
  readonly asset: string
  readonly held: bigint
  readonly written: bigint
}

export function depositEntry({
  seq,
  venue,
  asset,
  amount,
}: Deposit & { readonly seq: number }): LedgerEntry {
  const txn = `deposit ${seq}`
  const kind = amount < 0n ? 'withdrawal' : 'deposit'
  return { txn, venue, asset, amount, kind, trade: undefined, key: txn }
}
