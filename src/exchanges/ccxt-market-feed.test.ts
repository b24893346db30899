import { expect, onTestFinished, test } from 'vitest'
import {
  createScriptedSource,
  scriptedMarket,
  type ScriptedSource,
} from '../../test/scripted-source.ts'
import { bestAsk, bestBid, sideOf, type Books } from '../market/books.ts'
import type { Market, MarketId, VenueId } from '../market/market.ts'
import type { StreamState } from '../market/market-feed.ts'
import { createMemoryRequestBudget } from '../market/memory-request-budget.ts'
import { startVenueServers } from '../simulator/venue-servers.ts'
import { openCcxtMarketFeed } from './ccxt-market-feed.ts'
import { openCcxtMarketRest } from './ccxt-market-rest.ts'

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function until(what: string, holds: () => boolean, withinMs = 15_000): Promise<void> {
  const endMs = performance.now() + withinMs
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`not within ${withinMs} ms: ${what}`)
    await sleep(10)
  }
}

type Said = { venue: VenueId; state: StreamState; reason: string }

/** Venue servers over a scripted world, and a feed over all of its markets. */
async function openFeed(symbols: Readonly<Record<VenueId, readonly string[]>>) {
  const markets = Object.entries(symbols).map(
    ([venue, names]) => [venue, names.map((name) => scriptedMarket(name))] as const,
  )
  const source = createScriptedSource(Object.fromEntries(markets))
  const servers = await startVenueServers({ source })
  const budget = createMemoryRequestBudget(() => undefined)
  const venues = Object.keys(symbols).map((venue) => {
    const access = { venue, market: { kind: 'servers', url: servers.url } } as const
    return { access, rest: openCcxtMarketRest({ access, budget }) }
  })
  const universe: Market[] = []
  for (const { rest } of venues) {
    const listing = await rest.list()
    if (listing.outcome === 'failed') throw new Error(listing.detail)
    universe.push(...listing.markets)
  }
  const idOf = (venue: VenueId, symbol: string): MarketId =>
    universe.findIndex((market) => market.venue === venue && market.symbol === symbol)
  const said: Said[] = []
  const updates = new Float64Array(universe.length)
  const feed = openCcxtMarketFeed({
    universe,
    venues,
    budget,
    listener: {
      book: (id) => void (updates[id] as number)++,
      venue: (venue, state, reason) => said.push({ venue, state, reason }),
    },
  })
  onTestFinished(async () => {
    await feed.close()
    await Promise.all(venues.map(({ rest }) => rest.close()))
    await servers.close()
  })
  return { feed, books: feed.books, source, servers, universe, idOf, said, updates }
}

/** True when the feed shows the best levels that the venue serves. */
function inStep(books: Books, id: MarketId, source: ScriptedSource, { venue, symbol }: Market) {
  const { bids, asks } = source.book(venue, symbol)
  const depth = 5
  return (
    JSON.stringify(sideOf(books, id, 'bid').slice(0, depth)) ===
      JSON.stringify(bids.slice(0, depth)) &&
    JSON.stringify(sideOf(books, id, 'ask').slice(0, depth)) ===
      JSON.stringify(asks.slice(0, depth))
  )
}

const manySymbols = (count: number) => Array.from({ length: count }, (_, k) => `C${k}/USDT`)

/** Moves every market now and then, until stopped. */
function keepMoving(
  source: ScriptedSource,
  venue: VenueId,
  symbols: readonly string[],
  everyMs = 5,
) {
  let step = 0
  const timer = setInterval(() => {
    const symbol = symbols[step % symbols.length] as string
    source.change(
      venue,
      symbol,
      [[100 - (step % 7) / 100, 1 + (step % 5)]],
      [[101, 2 + (step % 3)]],
    )
    step++
  }, everyMs)
  const stop = () => clearInterval(timer)
  onTestFinished(stop)
  return stop
}

test('150 KuCoin books over two connections stay in step with the venue', async () => {
  const symbols = manySymbols(150)
  const { feed, books, source, servers, universe, said } = await openFeed({ kucoin: symbols })
  feed.watch(universe.map((_, id) => id))
  const stop = keepMoving(source, 'kucoin', symbols, 1)
  await until('all books fill', () => universe.every((_, id) => bestBid(books, id) > 0))
  expect(servers.stats().sockets).toBe(2)
  stop()
  await until('all books agree', () =>
    universe.every((market, id) => inStep(books, id, source, market)),
  )
  expect(said.at(-1)).toMatchObject({ venue: 'kucoin', state: 'live' })
})
