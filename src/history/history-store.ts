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

/** What the recorded minutes of one route add up to; shares as in GapRow. */
export type GapStats = {
  readonly route: string
  readonly minutes: number
  readonly samples: number
  /** Of the best net of each minute: half of them reached p50, one in ten p90, one in a hundred p99. */
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly best: number
  readonly openMs: number
  /** How often it opened; openings in neighbouring minutes count as one. */
  readonly openings: number
}

export type GapHour = {
  readonly route: string
  readonly hourUtc: number
  readonly best: number
  readonly openMs: number
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
  /** The same of many; what nobody lists is absent. */
  latestPricesOf(symbols: readonly string[]): Promise<readonly PriceRow[]>
  gaps(route: string, sinceMs: number): Promise<readonly GapRow[]>
  /** Longest open first; of one route, or of those whose name has `part` in it. */
  gapStats(filter: {
    readonly sinceMs: number
    readonly route?: string
    readonly part?: string
    readonly limit: number
  }): Promise<readonly GapStats[]>
  /** By the hour of the UTC day, over all days; hours without any are absent. */
  gapHours(routes: readonly string[], sinceMs: number): Promise<readonly GapHour[]>
  /** The newest recorded book of one market: those on the watchlist are recorded every few seconds. */
  lastBook(venue: VenueId, symbol: string): Promise<BookRow | undefined>
  /** Share of the last hour each route's gap was open, 0 to 1; routes that never opened are absent. */
  openShares(): Promise<ReadonlyMap<string, number>>
  /**
   * Summed over the time; most counted first. Of one route, of all routes through one venue, or of all:
   * then with the detail of the newest.
   */
  refusals(filter: {
    readonly route?: string
    readonly venue?: VenueId
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
