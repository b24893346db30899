// PORT: trades, balances and the numbers risk rules need, as the database keeps them.
import type { VenueId } from '../market/market.ts'
import type { AssetAmount } from '../money.ts'
import type { LegPlan } from '../opportunity/opportunity.ts'
import type { Tripping } from './breakers.ts'
import type { Declaration, Redeclared } from './deposit.ts'
import type { Unexplained } from './ledger.ts'
import type { LegFill, Trade } from './trade.ts'
import type { FillShares } from './fill-share.ts'

export type Balance = {
  readonly venue: VenueId
  readonly asset: string
  /** Free to use: total minus what open trades reserved. */
  readonly free: bigint
  readonly reserved: bigint
  /** Of the free money the venue gives out so much less: another's order holds it, or it is not there. */
  readonly withheld?: bigint
}

/** What may be set aside for a new trade. */
export const spendable = ({ free, withheld = 0n }: Balance): bigint =>
  free > withheld ? free - withheld : 0n

/** What is already at risk, read right before anything is sent. */
export type Exposure = {
  readonly openTrades: number
  readonly openRoutes: readonly string[]
  /** Since midnight UTC, in USDT. */
  readonly notionalTodayUsdt: number
  /** As profit.ts means it, of the trades that ended since midnight UTC. */
  readonly realisedTodayUsdt: number
  readonly unvaluedToday: readonly AssetAmount[]
  /** Circuit breakers that nobody has reset. */
  readonly tripped: readonly Tripping[]
  /** Venues that get no new risk, and why. */
  readonly barred: readonly { readonly venue: VenueId; readonly why: string }[]
}

export type Claim =
  | {
      readonly outcome: 'claimed'
      readonly trade: Trade
      readonly epoch: number
      /** By the database's clock. */
      readonly approvedMsAgo: number
    }
  /** Finished, or another worker holds it. */
  | { readonly outcome: 'not-yours' }
  | { readonly outcome: 'unknown' }

/** A plan on the prices of the click: what is traded, which may be less than what was approved. */
export type TradedPlan = {
  readonly plan: readonly LegPlan[]
  readonly net: bigint
  /** What the first leg is to spend, in the asset of the trade and in USDT. */
  readonly notional: bigint
  readonly notionalUsdt: number
}

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

/** Everything left out lets everything pass; what is given must hold together. */
export type TradeFilter = {
  readonly venue?: VenueId
  /** Part of the symbol of some leg, such as "btc". */
  readonly symbol?: string
  readonly state?: Trade['state']
  /** By when the trade was created; `until` itself is outside. */
  readonly since?: Date
  readonly until?: Date
}

export type TradeStore = {
  /**
   * One worker at a time: each claim raises the epoch, and writes with an older one change nothing.
   * A live lease is nobody's to take, not even its own worker's: the same job may run there twice.
   */
  claim(id: string, worker: string, leaseMs: number): Promise<Claim>
  /** Gives back a claim that nothing was done with, so that another worker need not wait for its end. */
  release(id: string, epoch: number): Promise<void>
  /**
   * Moves an approved trade to 'executing' with the plan that is traded and reserves what its legs spend,
   * all or nothing. 'short' names what is missing. People are told in the same transaction.
   */
  begin(
    id: string,
    epoch: number,
    traded: TradedPlan,
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
  list(
    filter: TradeFilter & { readonly limit: number; readonly offset: number },
  ): Promise<readonly Trade[]>
  /** When it was re-priced and its first order could leave; undefined when it never got that far. */
  begunAt(id: string): Promise<Date | undefined>
  /** Trades that ended with an open position, newest first. */
  listExposed(limit: number): Promise<readonly Trade[]>
  /** Approved or executing. */
  listUnfinished(): Promise<readonly string[]>
  /** Approved, and no execution was made of them yet: their job was lost. */
  listGranted(): Promise<readonly string[]>
  /**
   * For judging one trade, it leaves out that trade and those approved after it: were each counted
   * against the others, trades approved together would all be refused.
   */
  exposure(judged?: string): Promise<Exposure>
  /** Of every market that orders were sent to within a day. */
  fillShares(): Promise<readonly FillShares[]>
  balances(): Promise<readonly Balance[]>
  /** Balances that are not the sum of their lines in the ledger: empty, or money was lost or made. */
  unexplained(): Promise<readonly Unexplained[]>
  /** The usual paper balances, for venues that have none yet; returns the venues it filled. */
  declareBalances(
    balances: readonly { readonly venue: VenueId; readonly asset: string; readonly free: bigint }[],
  ): Promise<readonly VenueId[]>
  /** Pays paper money in and out until what was paid is what is declared; what trades brought stays. */
  redeclareBalances(declaration: Declaration): Promise<Redeclared>
}
