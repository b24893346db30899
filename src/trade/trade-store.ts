// PORT: trades, balances and the numbers risk rules need, as the database keeps them. What becomes of a
// trade is written with its execution.
import type { VenueId } from '../market/market.ts'
import type { AssetAmount } from '../money.ts'
import type { LegPlan } from '../opportunity/opportunity.ts'
import type { Tripping } from './breakers.ts'
import type { Declaration, Redeclared } from './deposit.ts'
import type { Unexplained } from './ledger.ts'
import type { Trade } from './trade.ts'
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

/** A plan on the prices of the click: what is traded, which may be less than what was approved. */
export type TradedPlan = {
  readonly plan: readonly LegPlan[]
  readonly net: bigint
  /** What the first leg is to spend, in the asset of the trade and in USDT. */
  readonly notional: bigint
  readonly notionalUsdt: number
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
  find(id: string): Promise<Trade | undefined>
  /** Newest first. */
  list(
    filter: TradeFilter & { readonly limit: number; readonly offset: number },
  ): Promise<readonly Trade[]>
  /** When it was re-priced and its first order could leave; undefined when it never got that far. */
  begunAt(id: string): Promise<Date | undefined>
  /** Trades that ended with an open position, newest first. */
  listExposed(limit: number): Promise<readonly Trade[]>
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
