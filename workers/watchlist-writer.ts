// Writes the watchlist that a sweep leads to, and knows which routes the loop watches whole.
import { topicsMax } from '../src/exchanges/known-exchanges.ts'
import type { HistoryStore } from '../src/history/history-store.ts'
import type { FactsTracker } from '../src/market/facts.ts'
import type { MarketStore } from '../src/market/market-store.ts'
import type { Market } from '../src/market/market.ts'
import type { FilterLimits } from '../src/opportunity/filters.ts'
import { prospectOf } from '../src/opportunity/prospect.ts'
import { shardOf } from '../src/opportunity/shards.ts'
import type { NearRoute, Sweep } from '../src/opportunity/sweep.ts'
import { addedBooks, blocksOf, type WatchWish } from '../src/opportunity/watch-wish.ts'
import { rankWatchlist, type RankedEntry } from '../src/opportunity/watchlist.ts'
import type { Settings } from '../src/settings/settings.ts'
import type { TradeStore } from '../src/trade/trade-store.ts'
import { holdingsOf } from './holdings.ts'

export type WatchlistWiring = {
  readonly markets: MarketStore
  readonly history: Pick<HistoryStore, 'openShares'>
  readonly trades: Pick<TradeStore, 'balances'>
  readonly facts: FactsTracker
  /** Markets of the venues that are swept: what people added must be among them. */
  readonly listed: readonly Market[]
  readonly wishes: readonly WatchWish[]
  /** Wakes the shards: a book came onto the list, or left it. */
  readonly onChange: () => Promise<void>
}

export type Watched = {
  readonly books: number
  /** Names of the routes all of whose books are listed: the loop records their gaps, not the sweep. */
  readonly routes: ReadonlySet<string>
}

/** How far from paying a route may be and still get a topic that nobody else wants. */
const nearNetMin = -0.02
const nearCount = 600

function watchedRoutes(
  near: readonly NearRoute[],
  entries: readonly RankedEntry[],
  crossShards: number,
): ReadonlySet<string> {
  const listed = new Set(entries.map(nameOf))
  const whole = near.filter(({ candidate: { route, legs } }) => {
    const shard = shardOf(route, crossShards)
    return legs.every(({ venue, symbol }) => listed.has(nameOf({ shard, venue, symbol })))
  })
  return new Set(whole.map(({ name }) => name))
}

type Listed = Pick<RankedEntry, 'shard' | 'venue' | 'symbol'>
const nameOf = ({ shard, venue, symbol }: Listed) => `${shard} ${venue} ${symbol}`

function hasChanged(previous: readonly Listed[], entries: readonly Listed[]): boolean {
  const before = new Set(previous.map(nameOf))
  return before.size !== entries.length || entries.some((entry) => !before.has(nameOf(entry)))
}

export async function writeWatchlist(
  { markets, history, trades, facts, listed, wishes, onChange }: WatchlistWiring,
  sweep: Sweep,
  limits: FilterLimits,
  values: ReadonlyMap<string, number>,
  settings: Settings,
  wallMs: number,
): Promise<Watched> {
  const [previous, openShares, balances] = await Promise.all([
    markets.watchlist(),
    history.openShares(),
    trades.balances(),
  ])
  const near = sweep.near(wallMs, limits, {
    netMin: nearNetMin,
    count: nearCount,
    holds: holdingsOf(balances, values),
  })
  const notionalUsdtMax = settings['trading.notional_usdt_max']
  const crossShards = settings['loop.cross_shards']
  const entries = rankWatchlist({
    prospects: near.map((route) => prospectOf(route, { openShares, values, notionalUsdtMax })),
    topicsMax: (venue) => Math.min(topicsMax(venue), settings['watchlist.topics_max']),
    previous,
    now: new Date(wallMs),
    stayMsMin: settings['watchlist.stay_ms_min'],
    crossShards,
    factsOf: (venue, symbol) => facts.of(venue, symbol),
    added: addedBooks(wishes, listed, crossShards),
    blocks: blocksOf(wishes),
  })
  await markets.saveWatchlist(entries)
  if (hasChanged(previous, entries)) await onChange()
  return { books: entries.length, routes: watchedRoutes(near, entries, crossShards) }
}
