// One execution of one granted approval, from the click to the books.
import type { VenueId } from '../market/market.ts'
import type { Route } from '../market/route.ts'
import type { AssetAmount, BaseAmount, Price } from '../money.ts'
import type { LegPlan } from '../opportunity/opportunity.ts'
import type { TransferPlan } from '../opportunity/transfer-plan.ts'
import type { Exposure } from './exposure.ts'
import type { TransferOrder, TransferState } from './transfer/transfer.ts'

/** A leg as it was done. Expected numbers stay in the plan it came from. */
export type LegFill = {
  readonly venue: VenueId
  readonly symbol: string
  readonly side: LegPlan['side']
  readonly orderId: string
  readonly filled: BaseAmount
  readonly average: Price
  readonly fee: AssetAmount
  readonly spent: AssetAmount
  readonly received: AssetAmount
  readonly sentAt: Date
  readonly filledAt: Date
  /** An order that no plan had: it completed one that stayed undone, or took one back. */
  readonly role?: 'hedge' | 'unwind'
}

/** A transfer of a transfer trade, as far as it has come. */
export type TradeSend = Pick<
  TransferOrder,
  'id' | 'asset' | 'network' | 'from' | 'to' | 'amount' | 'fee' | 'etaMs'
> & {
  readonly state: TransferState
  readonly leftAt: Date | undefined
  readonly changedAt: Date
  /** What the receiver credited. */
  readonly arrived: bigint | undefined
  readonly reason: string | undefined
}

export type Trade = {
  readonly id: string
  readonly opportunity: string
  readonly approval: string
  readonly route: string
  readonly kind: Route['kind']
  readonly mode: 'paper' | 'live'
  readonly asset: string
  /** As approved; after the re-price, of the plan that is traded. */
  readonly expectedNet: bigint
  readonly notional: bigint
  readonly notionalUsdt: number
  /** What of the shown size was approved: 1, 0.5 or 0.25. */
  readonly share: number
  readonly createdAt: Date
  /** The plan that was approved; after the re-price, the plan that is traded. */
  readonly plan: readonly LegPlan[]
  readonly fills: readonly LegFill[]
  /** Of a transfer trade, and of no other: what was agreed to, and what has become of it. */
  readonly transfer?: TransferPlan
  readonly sends?: readonly TradeSend[]
  /** The last open position that a person was asked about. */
  readonly exposure?: Exposure
} & TradeState

export type TradeState =
  | { readonly state: 'approved' }
  /** Re-priced and reserved; legs are being sent. */
  | { readonly state: 'executing' }
  | {
      readonly state: 'settled'
      readonly at: Date
      readonly realisedNet: bigint
      /** What the legs left over beyond the plan: rounding dust, an unfilled remainder. */
      readonly residual: readonly AssetAmount[]
    }
  /** Nothing was filled. `foundNet` is what the re-price found, where it got that far. */
  | {
      readonly state: 'abandoned'
      readonly at: Date
      readonly reason: string
      readonly foundNet: bigint | undefined
    }
  /** A leg failed after another had filled: the residual is an open position that a person must see. */
  | {
      readonly state: 'exposed'
      readonly at: Date
      readonly reason: string
      readonly residual: readonly AssetAmount[]
      readonly realisedNet: bigint
    }
