// PORT: what the desk knows of venues, markets and assets, and which symbols deserve a websocket.
import type { VenueAsset } from './asset.ts'
import type { Market, VenueId } from './market.ts'

export type VenueState = 'up' | 'degraded' | 'refused'

/** What one sweep found a venue to be. */
export type VenueReport = {
  readonly venue: VenueId
  readonly state: VenueState
  /** One line for people: why it is not up. */
  readonly reason: string
  readonly sweptAt: Date | undefined
  readonly markets: number
  readonly sweepMs: number
}

export type VenueStatus = VenueReport & {
  /** When a sweep last said so; venue-now.ts tells what it is worth now. */
  readonly checkedAt: Date
}

/** Facts about a market that only many sweeps can tell. */
export type MarketFacts = {
  /** 24 h volume in USDT worth; undefined where the venue does not say. */
  readonly volumeUsdt: number | undefined
  /** How long bid and ask have not moved while others' did, ms. */
  readonly frozenMs: number
}

/**
 * Why a book is watched: people wanted it; a gap shows there; we hold its coins on both venues; it comes
 * close to paying; or it was listed a moment ago and stays so that the list does not flutter.
 */
export const listedBecause = ['added', 'gap', 'held', 'near', 'stays'] as const
export type ListedBecause = (typeof listedBecause)[number]

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
  readonly because?: ListedBecause
  readonly listedAt: Date
}

export type LastValue = { readonly usdt: number; readonly at: Date }

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
  /** Replaces them all: a venue that this run does not ask is forgotten. The newest sweptAt stays. */
  saveStatuses(reports: readonly VenueReport[]): Promise<void>
  statuses(): Promise<readonly VenueStatus[]>
  /** What one unit of an asset brings in USDT at executable rates; for limits and ranking. */
  saveValues(values: ReadonlyMap<string, number>): Promise<void>
  /** Without those that nobody saved again for ten minutes: an old value says nothing about now. */
  values(): Promise<ReadonlyMap<string, number>>
  /** However old, for telling people what something was last worth; never for a decision. */
  lastValues(): Promise<ReadonlyMap<string, LastValue>>
}
