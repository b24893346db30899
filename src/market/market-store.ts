// PORT: what the desk knows of venues, markets and assets, and which symbols deserve a websocket.
import type { VenueAsset } from './asset.ts'
import type { Market, VenueId } from './market.ts'

export type VenueState = 'up' | 'degraded' | 'refused'

export type VenueStatus = {
  readonly venue: VenueId
  readonly state: VenueState
  /** One line for people: why it is not up. */
  readonly reason: string
  readonly sweptAt: Date | undefined
  readonly markets: number
  readonly sweepMs: number
}

/** Facts about a market that only many sweeps can tell. */
export type MarketFacts = {
  /** 24 h volume in USDT worth; undefined where the venue does not say. */
  readonly volumeUsdt: number | undefined
  /** How long bid and ask have not moved while others' did, ms. */
  readonly frozenMs: number
}

/** One book that one shard has to watch. */
export type WatchlistEntry = {
  readonly shard: string
  readonly venue: VenueId
  readonly symbol: string
  /** 1 is the best. */
  readonly rank: number
  /** Expected profit × share of the last hour the gap lasted, in USDT; ranking only. */
  readonly score: number
  readonly facts: MarketFacts
  readonly listedAt: Date
}

export type MarketStore = {
  /** Replaces one venue's markets and assets. Ids are not kept: (venue, symbol) names a market. */
  saveListing(
    venue: VenueId,
    markets: readonly Market[],
    assets: readonly VenueAsset[],
  ): Promise<void>
  markets(venues?: readonly VenueId[]): Promise<readonly Market[]>
  assets(): Promise<readonly VenueAsset[]>
  /** Replaces the whole watchlist; entries keep their listedAt. */
  saveWatchlist(entries: readonly Omit<WatchlistEntry, 'listedAt'>[]): Promise<void>
  watchlist(shard?: string): Promise<readonly WatchlistEntry[]>
  saveStatus(status: VenueStatus): Promise<void>
  statuses(): Promise<readonly VenueStatus[]>
  /** What one unit of an asset brings in USDT at executable rates; for limits and ranking. */
  saveValues(values: ReadonlyMap<string, number>): Promise<void>
  /** Without those that nobody saved again for ten minutes: an old value says nothing about now. */
  values(): Promise<ReadonlyMap<string, number>>
}
