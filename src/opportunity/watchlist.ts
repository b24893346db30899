// Which books deserve a websocket: routes are ranked and their books listed, all legs of a route or none,
// until a venue has no topic left.
import {
  listedBecause,
  type ListedBecause,
  type MarketFacts,
  type WatchlistEntry,
} from '../market/market-store.ts'
import { marketKey, type VenueId } from '../market/market.ts'
import type { Route } from '../market/route.ts'
import { shardOf } from './shards.ts'
import type { AddedBooks, Blocks } from './watch-wish.ts'

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
  /** What people want listed before anything else, and never. */
  readonly added?: readonly AddedBooks[]
  readonly blocks?: Blocks
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

type Slot = ListedMarket & {
  readonly shard: string
  readonly score: number
  readonly because: ListedBecause
}

/** Reasons are listed the most telling first. */
const moreTelling = (a: ListedBecause, b: ListedBecause): ListedBecause =>
  listedBecause.indexOf(a) <= listedBecause.indexOf(b) ? a : b

/** The books taken so far; a book wanted by two shards is two topics. */
function createPage(topicsMax: (venue: VenueId) => number) {
  const slots = new Map<string, Slot>()
  const used = new Map<VenueId, number>()
  const keyOf = (shard: string, { venue, symbol }: ListedMarket) =>
    `${shard} ${marketKey(venue, symbol)}`

  function put(
    shard: string,
    { venue, symbol }: ListedMarket,
    score: number,
    because: ListedBecause,
  ): void {
    const key = keyOf(shard, { venue, symbol })
    const known = slots.get(key)
    if (known === undefined) used.set(venue, (used.get(venue) ?? 0) + 1)
    slots.set(key, {
      venue,
      symbol,
      shard,
      score: Math.max(known?.score ?? 0, score),
      because: known === undefined ? because : moreTelling(known.because, because),
    })
  }

  return {
    slots,
    /** Takes all of these, or nothing when a venue's share of topics would be passed. */
    offer(markets: readonly ListedMarket[], shard: string, { share, score, because }: Offer): void {
      const fresh = markets.filter((market) => !slots.has(keyOf(shard, market)))
      const wanted = Map.groupBy(fresh, ({ venue }) => venue)
      for (const [venue, books] of wanted)
        if ((used.get(venue) ?? 0) + books.length > topicsMax(venue) * share) return
      for (const market of markets) put(shard, market, score, because)
    },
  }
}

type Offer = {
  readonly share: number
  readonly score: number
  readonly because: ListedBecause
}

const isAdded = ({ because }: Slot): number => (because === 'added' ? 1 : 0)

/**
 * The whole new watchlist, rank 1 first. A book listed less than `stayMsMin` ago stays, so that the list
 * does not flutter; cross routes whose coins we hold are listed before any gap shows.
 */
export function rankWatchlist(input: WatchlistInput): readonly RankedEntry[] {
  const { previous, now, stayMsMin, crossShards, factsOf } = input
  const page = createPage(input.topicsMax)
  const prospects = input.prospects.toSorted(byRank)
  const stays = ({ venue, symbol, shard, listedAt }: WatchlistEntry): boolean => {
    const [kind, number] = shard.split(':')
    const exists = kind === 'cycle' || Number(number) < crossShards
    const isYoung = now.getTime() - listedAt.getTime() < stayMsMin
    return exists && isYoung && input.blocks?.market(venue, symbol) === undefined
  }
  for (const { markets, shard } of input.added ?? [])
    page.offer(markets, shard, { share: 1, score: 0, because: 'added' })
  for (const entry of previous)
    if (stays(entry)) page.offer([entry], entry.shard, { share: 1, score: 0, because: 'stays' })
  for (const prospect of prospects)
    if (prospect.funded && prospect.route.kind === 'cross')
      page.offer(prospect.markets, shardOf(prospect.route, crossShards), {
        share: heldShareMax,
        score: scoreOf(prospect),
        because: 'held',
      })
  for (const prospect of prospects) {
    const score = scoreOf(prospect)
    page.offer(prospect.markets, shardOf(prospect.route, crossShards), {
      share: score > 0 ? 1 : idleShareMax,
      score,
      because: score > 0 ? 'gap' : 'near',
    })
  }

  return [...page.slots.values()]
    .toSorted((a, b) => isAdded(b) - isAdded(a) || b.score - a.score)
    .map(({ shard, venue, symbol, score, because }, k) => ({
      shard,
      venue,
      symbol,
      rank: k + 1,
      score,
      because,
      facts: factsOf(venue, symbol),
    }))
}
