// PORT: trades, balances and the numbers risk rules need, as the database keeps them.
import type { VenueId } from '../market/market.ts'
import type { AssetAmount } from '../money.ts'
import type { LegPlan } from '../opportunity/opportunity.ts'
import type { LegFill, Trade } from './trade.ts'

export type Balance = {
  readonly venue: VenueId
  readonly asset: string
  /** Free to use: total minus what open trades reserved. */
  readonly free: bigint
  readonly reserved: bigint
}

/** What is already at risk, read right before anything is sent. */
export type Exposure = {
  readonly openTrades: number
  readonly openRoutes: readonly string[]
  /** Since midnight UTC, in USDT. */
  readonly notionalTodayUsdt: number
  readonly realisedTodayUsdt: number
}

export type Claim =
  | { readonly outcome: 'claimed'; readonly trade: Trade; readonly epoch: number }
  /** Finished, or another worker holds it. */
  | { readonly outcome: 'not-yours' }
  | { readonly outcome: 'unknown' }

export type AddedFill =
  | { readonly outcome: 'added' }
  /** This order id was booked before: nothing moved. */
  | { readonly outcome: 'known' }
  /** The epoch is old or the trade is over: nothing moved. */
  | { readonly outcome: 'lost' }

export type TradeEnd =
  | {
      readonly state: 'settled' | 'exposed'
      readonly realisedNet: bigint
      readonly realisedUsdt: number
      readonly residual: readonly AssetAmount[]
      readonly reason: string
    }
  | {
      readonly state: 'abandoned'
      readonly reason: string
      readonly foundNet: bigint | undefined
    }

export type TradeStore = {
  /**
   * One worker at a time: each claim raises the epoch, and writes with an older one change nothing.
   * A live lease is nobody's to take, not even its own worker's: the same job may run there twice.
   */
  claim(id: string, worker: string, leaseMs: number): Promise<Claim>
  /**
   * Moves an approved trade to 'executing' with the re-priced plan and reserves what its legs spend,
   * all or nothing. 'short' names what is missing.
   */
  begin(
    id: string,
    epoch: number,
    plan: readonly LegPlan[],
    expectedNet: bigint,
  ): Promise<
    | { readonly outcome: 'begun' }
    | { readonly outcome: 'short'; readonly venue: VenueId; readonly asset: string }
    | { readonly outcome: 'lost' }
  >
  /** Appends one fill and moves its money between balances, once per venue and order id. */
  addFill(id: string, epoch: number, fill: LegFill): Promise<AddedFill>
  /**
   * Ends a trade, releases its reservations and returns it as it now stands; undefined when the epoch
   * is old. Ending it again the same way changes nothing and returns the same. Its notification is
   * posted in the same transaction: no trade ends without a word.
   */
  finish(id: string, epoch: number, end: TradeEnd): Promise<Trade | undefined>
  find(id: string): Promise<Trade | undefined>
  /** Newest first. */
  list(filter: { readonly limit: number; readonly offset: number }): Promise<readonly Trade[]>
  /** Approved or executing, with no live lease: what a boot has to pick up. */
  listUnfinished(): Promise<readonly string[]>
  /**
   * For judging one trade, it leaves out that trade and those approved after it: were each counted
   * against the others, trades approved together would all be refused.
   */
  exposure(judged?: string): Promise<Exposure>
  balances(): Promise<readonly Balance[]>
  /** Declares paper balances for venues that have none yet; returns the venues it filled. */
  declareBalances(
    balances: readonly { readonly venue: VenueId; readonly asset: string; readonly free: bigint }[],
  ): Promise<readonly VenueId[]>
}
