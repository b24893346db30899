// PORT: what happened, per minute: prices, gaps, refusals, books. Written in batches only.
import type { VenueId } from '../market/market.ts'
import type { RefusalReason } from '../opportunity/refusal.ts'

export type PriceRow = {
  readonly venue: VenueId
  readonly symbol: string
  /** The start of the minute. */
  readonly minute: Date
  readonly bid: number
  readonly ask: number
}

/** What was seen of one route in one minute. */
export type GapRow = {
  readonly route: string
  readonly minute: Date
  readonly samples: number
  /** Net shares, 0.012 for 1.2 %. */
  readonly netMax: number
  readonly netMean: number
  /** How long the net was above the minimum, ms. */
  readonly openMs: number
}

export type RefusalRow = {
  readonly route: string
  readonly minute: Date
  readonly reason: RefusalReason
  readonly count: number
  /** The newest detail. */
  readonly detail: string
}

export type BookRow = {
  readonly venue: VenueId
  readonly symbol: string
  readonly at: Date
  /** [price, base size], best first, at most 20. */
  readonly bids: readonly (readonly [number, number])[]
  readonly asks: readonly (readonly [number, number])[]
}

export type HistoryStore = {
  /** The last price of a minute stands. */
  addPrices(rows: readonly PriceRow[]): Promise<void>
  /** Rows of one route and minute from several writers add up. */
  addGaps(rows: readonly GapRow[]): Promise<void>
  addRefusals(rows: readonly RefusalRow[]): Promise<void>
  addBooks(rows: readonly BookRow[]): Promise<void>
  prices(venue: VenueId, symbol: string, sinceMs: number): Promise<readonly PriceRow[]>
  /** The newest price of each market whose symbol matches, one row a venue. */
  latestPrices(symbol: string): Promise<readonly PriceRow[]>
  gaps(route: string, sinceMs: number): Promise<readonly GapRow[]>
  /** Share of the last hour each route's gap was open, 0 to 1; routes that never opened are absent. */
  openShares(): Promise<ReadonlyMap<string, number>>
  /** Summed over the time; most counted first. Without a route: over all routes, detail of the newest. */
  refusals(filter: {
    readonly route?: string
    readonly sinceMs: number
  }): Promise<
    readonly { readonly reason: RefusalReason; readonly count: number; readonly detail: string }[]
  >
  /** Drops what is older than the settings keep; returns how many rows or partitions went. */
  prune(keepDays: {
    readonly prices: number
    readonly books: number
    readonly gaps: number
  }): Promise<number>
}
