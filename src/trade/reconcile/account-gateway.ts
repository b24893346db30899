// PORT: a whole venue account as the reconciler reads it: what others did there, too. Nothing here opens
// an order.
import type { Market, VenueId } from '../../market/market.ts'
import type { Side } from '../../opportunity/opportunity.ts'
import type { OrderGateway, Read, VenueOrder } from '../engine/order-gateway.ts'

/** `symbol` is the venue's own name where it is no spot market of its list. */
export type AccountOrder = VenueOrder & { readonly symbol: string; readonly side: Side }

/** Coins that came from elsewhere, or went there. */
export type AccountTransfer = {
  readonly kind: 'deposit' | 'withdrawal'
  /** The venue's own, unique for its kind. */
  readonly id: string
  readonly asset: string
  /** What the balance moved by, fees included: below zero for a withdrawal. */
  readonly amount: bigint
  readonly at: Date
}

export type AccountGateway = Pick<OrderGateway, 'fills' | 'balances' | 'cancel'> & {
  /** Every open order of the account, whoever sent it. */
  accountOrders(venue: VenueId): Promise<Read<readonly AccountOrder[]>>
  /** By the venue's own id; undefined: the venue knows no such order. */
  orderById(market: Market, orderId: string): Promise<Read<AccountOrder | undefined>>
  /** What moved since then; what failed or was sent back is left out. */
  transfers(venue: VenueId, since: Date): Promise<Read<readonly AccountTransfer[]>>
}
