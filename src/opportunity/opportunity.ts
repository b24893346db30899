// A price gap that survived fees, depth, rounding and every filter: what a person is asked about.
import type { FeeSource, VenueId } from '../market/market.ts'
import type { Route } from '../market/route.ts'
import type { AssetAmount, BaseAmount, Price, QuoteAmount, Rate } from '../money.ts'
import type { TransferPlan } from './transfer-plan.ts'

export type Side = 'buy' | 'sell'

/** One order to place, sized exactly. `limit` is the worst level it may touch; `average` what it should pay. */
export type LegPlan = {
  readonly venue: VenueId
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly side: Side
  readonly amount: BaseAmount
  readonly limit: Price
  readonly average: Price
  /** Before fees: the cost of a buy, the proceeds of a sell. */
  readonly notional: QuoteAmount
  readonly fee: AssetAmount
  readonly feeRate: Rate
  readonly feeSource: FeeSource
  /** What leaves and what arrives in the account, fees included. */
  readonly spends: AssetAmount
  readonly receives: AssetAmount
  /** Age of the book it was sized on, in ms. */
  readonly bookAgeMs: number
}

/** How sure we are that one ticker is one coin on all legs; best first. */
export type Identity = 'same-market' | 'contract' | 'reviewed' | 'price' | 'unverified' | 'conflict'

/** Whether the coin can be moved between the legs' venues. A cycle moves nothing. */
export type Wallet = 'not-needed' | 'open' | 'unknown' | 'shut'

export type Opportunity = {
  readonly id: string
  readonly kind: Route['kind']
  /** routeName() of market/route.ts: one gap on one route gives one card. */
  readonly route: string
  readonly venues: readonly VenueId[]
  readonly legs: readonly LegPlan[]
  /** How the coin and the money travel: of a transfer trade, and of no other. */
  readonly transfer?: TransferPlan
  /** The asset that profit is counted in: the quote of a cross, the start of a cycle. */
  readonly asset: string
  /** Put in, gross profit, all fees (of networks, too) and net profit, in `asset`: net = gross − fees. */
  readonly notional: bigint
  readonly gross: bigint
  readonly fees: bigint
  readonly net: bigint
  /** net / notional × 100. */
  readonly netPercent: number
  /** Net profit and notional in USDT at executable rates, for limits that span assets. */
  readonly netUsdt: number
  readonly notionalUsdt: number
  /** Net share at the best prices alone, 0.012 for 1.2 %: what the size costs shows beside netPercent. */
  readonly netAtTop: number
  readonly identity: Identity
  readonly wallet: Wallet
  /** Between the oldest and the youngest leg, ms. */
  readonly legSkewMs: number
  readonly firstSeenAt: Date
  readonly detectedAt: Date
  /** Why it is suspicious, a phrase each; left out where it is not. */
  readonly doubts?: readonly string[]
}
