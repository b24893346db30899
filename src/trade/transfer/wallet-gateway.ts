// PORT: the wallets of our accounts at venues. One call of withdraw() sends one request, and never another.
import type { VenueId } from '../../market/market.ts'
import type { VenueAsset } from '../../market/asset.ts'
import type { DepositRow, WithdrawalRow } from './find-transfer.ts'
import type { Destination, TransferOrder } from './transfer.ts'

export type Withdrawn =
  | { readonly outcome: 'accepted'; readonly withdrawalId: string }
  /** A definite no: it never left, or the venue refused it with a code that means that. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** Anything else, silence first of all: it may be under way. */
  | { readonly outcome: 'unknown'; readonly reason: string }

export type WalletRead<T> =
  | { readonly outcome: 'ok'; readonly value: T }
  | { readonly outcome: 'failed'; readonly reason: string }

export type WalletGateway = {
  /** Undefined: it may be asked to withdraw; else why not, in a sentence without its full stop. */
  ready(venue: VenueId): Promise<string | undefined>
  /** Never throws. Refuses to send what is late by `notAfter`. */
  withdraw(order: TransferOrder, to: Destination, notAfter: Date): Promise<Withdrawn>
  withdrawals(
    venue: VenueId,
    asset: string,
    since: Date,
  ): Promise<
    WalletRead<{ readonly rows: readonly WithdrawalRow[]; readonly tellsClientIds: boolean }>
  >
  deposits(venue: VenueId, asset: string, since: Date): Promise<WalletRead<readonly DepositRow[]>>
  /** Where the venue itself says that our account is. */
  address(venue: VenueId, asset: string, network: string): Promise<WalletRead<Destination>>
  /** The coin as the venue has it at this moment: fees, minimums, and whether its wallets are open. */
  asset(venue: VenueId, asset: string): Promise<WalletRead<VenueAsset | undefined>>
  close(): Promise<void>
}
