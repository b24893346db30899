// PORT: one venue account as the engine sees it. Writes have three ends: yes, no, and unknown; reads may
// fail; nothing here retries. Limit IOC only, and every order carries our own id.
import type { Market, VenueId } from '../../market/market.ts'
import type { AssetAmount, BaseAmount, Price } from '../../money.ts'
import type { Side } from '../../opportunity/opportunity.ts'

export type Order = {
  /** Ours, unique for ever, at most 27 letters and digits: submitted once at most. */
  readonly clientOrderId: string
  readonly market: Market
  readonly side: Side
  readonly amount: BaseAmount
  /** The worst acceptable price. */
  readonly limit: Price
  /** Whatever waits longer than this before it leaves (throttle, queue) is not sent at all. */
  readonly notAfter: Date
}

/** How an order is found again: by our id, and only where everything else matches, too. */
export type OrderRef = Pick<Order, 'clientOrderId' | 'market' | 'side' | 'amount'> & {
  /** The venue's own id, once it told us. */
  readonly orderId?: string
}

/** What became of one submit. Whatever is not surely one of the others is 'unknown'. */
export type Submission =
  /** The venue gave it an id. Its fills are read afterwards: an answer's own words about them are not used. */
  | { readonly outcome: 'accepted'; readonly orderId: string }
  /** A definite no, by a reviewed code of this venue. `code` is the venue's own. */
  | { readonly outcome: 'rejected'; readonly code: string; readonly reason: string }
  /** The venue knows our id already: it was probably accepted before, so it is looked up. */
  | { readonly outcome: 'duplicate'; readonly reason: string }
  /** Refused on this machine: provably nothing was sent. */
  | { readonly outcome: 'void'; readonly reason: string }
  /** The order may exist. */
  | { readonly outcome: 'unknown'; readonly reason: string }

/** One print. (venue, symbol, tradeId) is unique; `fee` is a cost when positive, a rebate when negative. */
export type VenueFill = {
  readonly tradeId: string
  readonly orderId: string
  readonly symbol: string
  readonly side: Side
  readonly amount: BaseAmount
  readonly price: Price
  readonly fee: AssetAmount
  readonly at: Date
}

export type VenueOrder = {
  readonly orderId: string
  readonly clientOrderId: string
  readonly state: 'open' | 'closed' | 'cancelled'
  readonly amount: BaseAmount
  /** As the venue sums it up; the sum of the fills is what is booked. */
  readonly filled: BaseAmount
}

/** A read that failed proves nothing; 'absent' proves something only as part of the proof ladder. */
export type Read<T> =
  | { readonly outcome: 'ok'; readonly value: T }
  | { readonly outcome: 'failed'; readonly reason: string }

export type VenueBalance = {
  readonly asset: string
  readonly free: bigint
  /** Free and held by orders. */
  readonly total: bigint
}

/** What a venue promises about orders, reviewed by hand; the engine's waits are made of it. */
export type VenueCard = {
  readonly venue: VenueId
  /** False: no lookup by our id can be trusted, so this venue may not trade live. */
  readonly mayTrade: boolean
  /** A request is dead this long after it was signed; undefined: the venue has no such limit. */
  readonly requestLifeMs: number | undefined
  /** How long the venue's matching may sit on a request that arrived in time. */
  readonly engineTimeoutMs: number
  /** How long a cancelled order, or one without fills, can still be looked up. */
  readonly cancelledKeptMs: number | undefined
}

export type OrderGateway = {
  card(venue: VenueId): VenueCard
  /** Never sends twice, and never throws for anything that may have left the machine. */
  submit(order: Order): Promise<Submission>
  /** undefined: the venue says it knows no such order. An order that matches our id alone is no match. */
  lookup(ref: OrderRef): Promise<Read<VenueOrder | undefined>>
  openOrders(market: Market): Promise<Read<readonly VenueOrder[]>>
  /** Prints of this market since then, ours or not, oldest first. */
  fills(market: Market, since: Date): Promise<Read<readonly VenueFill[]>>
  /** May be repeated. What became of the order is known by lookup alone. */
  cancel(ref: OrderRef): Promise<Read<undefined>>
  balances(venue: VenueId): Promise<Read<readonly VenueBalance[]>>
  /** The venue's clock minus ours, and how far off that may be, ms. */
  clockOffset(
    venue: VenueId,
  ): Promise<Read<{ readonly offsetMs: number; readonly errorMs: number }>>
}
