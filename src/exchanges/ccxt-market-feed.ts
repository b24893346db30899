// Live order books of many venues through ccxt's websockets.
import { createBooks } from '../market/books.ts'
import type { Market, MarketId, VenueId } from '../market/market.ts'
import type { FeedListener, MarketFeed } from '../market/market-feed.ts'
import type { MarketRest } from '../market/market-rest.ts'
import type { RequestBudget } from '../market/request-budget.ts'
import { createBookHealth } from './book-health.ts'
import type { VenueAccess } from './ccxt-client.ts'
import { knownExchange } from './known-exchanges.ts'
import { createVenueConnector } from './venue-connector.ts'
import { VenueFeed } from './venue-feed.ts'

/** How often silence is looked at and proofs are renewed; far below any limit on a book's age. */
const tickMs = 200
const lateTickMs = 1_000

export type FeedVenue = {
  readonly access: VenueAccess
  /** Stays the caller's to close. */
  readonly rest: MarketRest
}

/**
 * Opens a feed over `universe`, whose positions are the market ids. Nothing is dialled before
 * `watch`. A market of a venue that is not among `venues` is never watched; throws for a venue that
 * has no entry in known-exchanges.ts.
 */
export function openCcxtMarketFeed(options: {
  universe: readonly Market[]
  venues: readonly FeedVenue[]
  budget: RequestBudget
  listener: FeedListener
  /** Levels kept on each side. */
  depth?: number
}): MarketFeed {
  const { universe, venues, budget, listener, depth = 20 } = options
  const books = createBooks(universe.length, depth)
  const health = createBookHealth(universe.length)
  const told = (id: MarketId, frameMs?: number) => listener.book(id, frameMs)
  const tender = { books, health, told }

  const feeds = new Map<VenueId, VenueFeed>()
  for (const { access, rest } of venues) {
    const { venue } = access
    const known = knownExchange(venue)
    if (known === undefined) throw new Error(`no venue is known as "${venue}"`)
    const { stream: facts } = known
    const stream = facts && { facts, connector: createVenueConnector(access, facts, budget) }
    const announce: FeedListener['venue'] = (...said) => listener.venue(...said)
    feeds.set(venue, new VenueFeed({ venue, rest, stream, tender, announce }))
  }

  let lastTickMs = performance.now()
  const timer = setInterval(() => {
    const nowMs = performance.now()
    const late = nowMs - lastTickMs > lateTickMs
    lastTickMs = nowMs
    // Our own process stood still: the frames that prove the books wait in the sockets.
    if (late) return
    for (const feed of feeds.values()) feed.tick(nowMs)
  }, tickMs)

  return {
    books,
    watch(ids) {
      const wanted = new Map<VenueId, Map<MarketId, string>>()
      for (const venue of feeds.keys()) wanted.set(venue, new Map())
      for (const id of ids) {
        const market = universe[id]
        if (market !== undefined) wanted.get(market.venue)?.set(id, market.symbol)
      }
      for (const [venue, feed] of feeds) feed.watch(wanted.get(venue) ?? new Map())
    },
    refresh(id) {
      const market = universe[id]
      if (market !== undefined) feeds.get(market.venue)?.refresh(id)
    },
    async close() {
      clearInterval(timer)
      for (const feed of feeds.values()) feed.close()
    },
  }
}
