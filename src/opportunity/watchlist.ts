// Which books deserve a websocket: routes are ranked and their books listed, all legs of a route or none,
// until a venue has no topic left.
import type { MarketFacts, WatchlistEntry } from '../market/market-store.ts'
import { marketKey, type VenueId } from '../market/market.ts'
import type { Route } from '../market/route.ts'
import { shardOf } from './shards.ts'

export type ListedMarket = { readonly venue: VenueId; readonly symbol: string }

/** A route that might be worth watching. */
export type Prospect = {
  readonly route: Route
  readonly markets: readonly ListedMarket[]
  /** What the gap would bring now, in USDT; 0 without a gap. */
  readonly profitUsdt: number
  /** Share of the last hour the gap was open, 0 to 1. */
  readonly openShare: number
  /** Net share at the best prices; below 0 it says how far from paying. */
  readonly net: number
  /** Every account the route spends from holds something. */
  readonly funded: boolean
  /** 24 h volume of its thinnest market, in USDT. */
  readonly volumeUsdt: number
}

export type WatchlistInput = {
  readonly prospects: readonly Prospect[]
  /** How many books may be watched on a venue, over all shards. */
  readonly topicsMax: (venue: VenueId) => number
  readonly previous: readonly WatchlistEntry[]
  readonly now: Date
  readonly stayMsMin: number
  readonly crossShards: number
  readonly factsOf: (venue: VenueId, symbol: string) => MarketFacts
}

export type RankedEntry = Omit<WatchlistEntry, 'listedAt'>

/** A gap seen for the first time has no history; it is not worth nothing for that. */
const openShareMin = 0.01
/** At most this part of a venue's topics goes to coins we hold while no gap asks for them. */
const heldShareMax = 0.5
/** The rest is kept for new gaps: what is listed stays for a while, and a full list takes none in. */
const idleShareMax = 0.8

export const scoreOf = ({ profitUsdt, openShare }: Prospect): number =>
  Math.max(0, profitUsdt) * Math.max(openShareMin, openShare)

/** Funded first, then by score, then closest to paying, then by volume. */
function byRank(a: Prospect, b: Prospect): number {
  if (a.funded !== b.funded) return a.funded ? -1 : 1
  return scoreOf(b) - scoreOf(a) || b.net - a.net || b.volumeUsdt - a.volumeUsdt
}

type Slot = ListedMarket & { readonly shard: string; readonly score: number }

/** The books taken so far; a book wanted by two shards is two topics. */
function createPage(topicsMax: (venue: VenueId) => number) {
  const slots = new Map<string, Slot>()
  const used = new Map<VenueId, number>()
  const keyOf = (shard: string, { venue, symbol }: ListedMarket) =>
    `${shard} ${marketKey(venue, symbol)}`

  function put(shard: string, market: ListedMarket, score: number): void {
    const key = keyOf(shard, market)
    const known = slots.get(key)
    if (known === undefined) used.set(market.venue, (used.get(market.venue) ?? 0) + 1)
    if (known === undefined || known.score < score)
      slots.set(key, { venue: market.venue, symbol: market.symbol, shard, score })
  }

  return {
    slots,
    put,
    /** Takes the whole route, or nothing when a venue's share of topics would be passed. */
    offer(prospect: Prospect, shard: string, share: number): void {
      const fresh = prospect.markets.filter((market) => !slots.has(keyOf(shard, market)))
      const wanted = Map.groupBy(fresh, ({ venue }) => venue)
      for (const [venue, markets] of wanted)
        if ((used.get(venue) ?? 0) + markets.length > topicsMax(venue) * share) return
      for (const market of prospect.markets) put(shard, market, scoreOf(prospect))
    },
  }
}

/**
 * The whole new watchlist, rank 1 first. A book listed less than `stayMsMin` ago stays, so that the list
 * does not flutter; cross routes whose coins we hold are listed before any gap shows.
 */
export function rankWatchlist(input: WatchlistInput): readonly RankedEntry[] {
  const { previous, now, stayMsMin, crossShards, factsOf } = input
  const page = createPage(input.topicsMax)
  const prospects = input.prospects.toSorted(byRank)
  const stays = ({ venue, shard, listedAt }: WatchlistEntry): boolean => {
    const [kind, number] = shard.split(':')
    const exists = kind === 'cycle' || Number(number) < crossShards
    return exists && input.topicsMax(venue) > 0 && now.getTime() - listedAt.getTime() < stayMsMin
  }
  for (const entry of previous) if (stays(entry)) page.put(entry.shard, entry, 0)
  for (const prospect of prospects)
    if (prospect.funded && prospect.route.kind === 'cross')
      page.offer(prospect, shardOf(prospect.route, crossShards), heldShareMax)
  for (const prospect of prospects) {
    const share = scoreOf(prospect) > 0 ? 1 : idleShareMax
    page.offer(prospect, shardOf(prospect.route, crossShards), share)
  }

  return [...page.slots.values()]
    .toSorted((a, b) => b.score - a.score)
    .map(({ shard, venue, symbol, score }, k) => ({
      shard,
      venue,
      symbol,
      rank: k + 1,
      score,
      facts: factsOf(venue, symbol),
    }))
}
