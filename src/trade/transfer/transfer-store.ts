// PORT: transfers as the database keeps them, with the money that each of them holds or has moved.
import type { VenueId } from '../../market/market.ts'
import type { AssetAmount } from '../../money.ts'
import type { Destination, Observation, Transfer, TransferOrder } from './transfer.ts'

export type TransferCaps = {
  /** Amount and fee of one transfer, in USDT worth. */
  readonly usdtMax: number
  /** Of all that left in a UTC day. */
  readonly dayUsdtMax: number
}

/** What both venues and the machine's list say of a transfer before the database is asked. */
export type Admitted =
  | { readonly outcome: 'ready'; readonly to: Destination; readonly caps: TransferCaps }
  | { readonly outcome: 'refused'; readonly reason: string }

export type Requested =
  | { readonly outcome: 'requested' }
  /** Less is free at the sender. */
  | { readonly outcome: 'short'; readonly free: bigint }

export type Leave =
  | { readonly outcome: 'left'; readonly at: Date; readonly to: Destination }
  /** It did not leave, and never will. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** Nothing leaves now; it is asked about again. */
  | { readonly outcome: 'waits' }
  /** Another process let it go, or it is over. */
  | { readonly outcome: 'gone' }

/** What is on its way, or may be: counted once, in no venue's balance. */
export type InTransit = AssetAmount & {
  readonly id: string
  readonly from: VenueId
  readonly to: VenueId
  readonly state: 'in-transit' | 'stuck'
}

export type TransferStore = {
  /** Sets amount and fee aside at the sender, or changes nothing. */
  request(order: TransferOrder): Promise<Requested>
  /**
   * Lets a requested transfer go, once in its life: whoever hears 'left' makes the one call. Refuses, for
   * good, what was not admitted, is too late, too large, or asked of a killed desk. The money of a trade
   * that goes home waits for a killed desk instead, and has no caps: they were asked when the trade began.
   */
  leave(id: string, admitted: Admitted): Promise<Leave>
  /** Joins what was heard to what is known, and moves the money accordingly, in one transaction. */
  observe(id: string, observed: Observation): Promise<Transfer>
  /** What was asked for and has not left in time never does: it is free again. */
  expire(): Promise<void>
  /** A person says that an unknown one never left: it is free again. Undefined: it is not unknown. */
  declareAbsent(id: string, by: string): Promise<Transfer | undefined>
  find(id: string): Promise<Transfer | undefined>
  /** Newest first; those of one trade where it is named. */
  list(filter: { readonly limit: number; readonly trade?: string }): Promise<readonly Transfer[]>
  /** Those that something may still become of, oldest first. */
  open(): Promise<readonly Transfer[]>
  /** Ids of withdrawals from, and deposits at, that venue which belong to other transfers. */
  taken(
    id: string,
    venue: VenueId,
  ): Promise<{ readonly withdrawals: ReadonlySet<string>; readonly deposits: ReadonlySet<string> }>
  inTransit(): Promise<readonly InTransit[]>
  /** What left since midnight UTC, in USDT worth. */
  usedTodayUsdt(): Promise<number>
}
