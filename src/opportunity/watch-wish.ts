// PORT: symbols and routes that people want watched whatever the ranking says, or never traded.
import { marketKey, type Market, type VenueId } from '../market/market.ts'
import { parseRoute, rotateCycle, routeName, type Route } from '../market/route.ts'
import { crossShard, shardOf } from './shards.ts'

export type WatchWish = {
  /** A symbol such as "BTC/USDT", or a route's name. */
  readonly subject: string
  /** Of a symbol: on this venue alone. A route names its own. */
  readonly venue: VenueId | undefined
  readonly wish: 'add' | 'block'
  readonly by: string
  readonly at: Date
}

/** Wishes are read with every sweep, and each one that adds takes topics away from gaps. */
export const wishesMax = 200

export type WatchWishStore = {
  /** Oldest first. */
  list(): Promise<readonly WatchWish[]>
  /** Takes the place of what was wished of the same before. Undefined when there are too many. */
  wish(wish: Omit<WatchWish, 'at'>): Promise<WatchWish | undefined>
  /** What was wished of it; undefined when nothing was. */
  forget(subject: string, venue: VenueId | undefined): Promise<WatchWish | undefined>
}

/** One directed cycle has as many names as assets; people may give any of them. */
const keyOf = (route: Route): string =>
  routeName(route.kind !== 'cycle' ? route : { ...route, path: rotateCycle(route.path, []) })

/** "cycle kucoin ETH>BTC>USDT" as every wish about it is called. */
export const wishedRoute = keyOf

/** Why something is blocked, "blocked by discord:ann"; undefined when it is not. */
export type Blocks = {
  readonly market: (venue: VenueId, symbol: string) => string | undefined
  readonly route: (route: Route) => string | undefined
}

const noBlocks: Blocks = Object.freeze({ market: () => undefined, route: () => undefined })

export function blocksOf(wishes: readonly WatchWish[]): Blocks {
  const blocks = wishes.filter(({ wish }) => wish === 'block')
  if (blocks.length === 0) return noBlocks
  const reasons = new Map(
    blocks.map(({ subject, venue, by }) => [
      venue === undefined ? subject : marketKey(venue, subject),
      `blocked by ${by}`,
    ]),
  )
  const hasRoutes = blocks.some(({ subject }) => parseRoute(subject) !== undefined)
  return {
    market: (venue, symbol) => reasons.get(symbol) ?? reasons.get(marketKey(venue, symbol)),
    route: (route) => (hasRoutes ? reasons.get(keyOf(route)) : undefined),
  }
}

/** Books of one wish: all of them are watched, or none. */
export type AddedBooks = {
  readonly shard: string
  readonly markets: readonly { readonly venue: VenueId; readonly symbol: string }[]
}

type Listed = Pick<Market, 'venue' | 'symbol' | 'base' | 'quote' | 'active'>

/** The markets of a cycle in turn, whichever way round each is listed. */
function booksOfCycle(
  { venue, path }: Extract<Route, { kind: 'cycle' }>,
  listed: readonly Listed[],
): readonly (Listed | undefined)[] {
  const own = listed.filter((market) => market.venue === venue)
  return path.map((from, i) => {
    const to = path[(i + 1) % path.length]
    return own.find(
      ({ base, quote }) => (base === from && quote === to) || (base === to && quote === from),
    )
  })
}

function booksOfRoute(route: Route, listed: readonly Listed[]): readonly (Listed | undefined)[] {
  if (route.kind === 'cycle') return booksOfCycle(route, listed)
  return [route.buy, route.sell].map((venue) =>
    listed.find((market) => market.venue === venue && market.symbol === route.symbol),
  )
}

/** What the wishes add to the watchlist: books that are listed, open and not blocked, oldest wish first. */
export function addedBooks(
  wishes: readonly WatchWish[],
  markets: readonly Listed[],
  crossShards: number,
): readonly AddedBooks[] {
  const blocks = blocksOf(wishes)
  const listed = markets.filter(
    ({ active, venue, symbol }) => active && blocks.market(venue, symbol) === undefined,
  )
  return wishes.flatMap(({ subject, venue, wish }): readonly AddedBooks[] => {
    if (wish === 'block') return []
    const route = parseRoute(subject)
    if (route === undefined)
      return listed
        .filter((market) => market.symbol === subject && (venue ?? market.venue) === market.venue)
        .map((market) => ({ shard: crossShard(subject, crossShards), markets: [market] }))
    const books = booksOfRoute(route, listed)
    const known = books.filter((book) => book !== undefined)
    if (known.length < books.length || blocks.route(route) !== undefined) return []
    return [{ shard: shardOf(route, crossShards), markets: known }]
  })
}
