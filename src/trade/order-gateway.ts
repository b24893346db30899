// PORT: sends one order to one venue. Limit IOC only; every order carries our own id.
import type { Market } from '../market/market.ts'
import type { BaseAmount, Price } from '../money.ts'
import type { Side } from '../opportunity/opportunity.ts'
import type { LegFill } from './trade.ts'

export type Order = {
  /** Ours, unique for ever: the same id is never sent twice. */
  readonly clientOrderId: string
  readonly market: Market
  readonly side: Side
  readonly amount: BaseAmount
  /** The worst acceptable price. */
  readonly limit: Price
}

/** A timeout is 'unknown', not a failure: the order may exist. */
export type Placement =
  /** `fill.filled` may be less than ordered: the rest was cancelled, as IOC means. */
  | { readonly outcome: 'filled'; readonly fill: LegFill }
  | { readonly outcome: 'rejected'; readonly reason: string }
  | { readonly outcome: 'unknown'; readonly clientOrderId: string; readonly reason: string }

export type OrderGateway = {
  place(order: Order): Promise<Placement>
}
