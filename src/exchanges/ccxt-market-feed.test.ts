import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test, type TestContext } from 'vitest'
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
import type { VenueAccess } from './ccxt-client.ts'
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

type Cleanup = Pick<TestContext, 'onTestFinished'>

/** Venue servers over a scripted world, and a feed over all of its markets. */
async function openFeed(
  { onTestFinished }: Cleanup,
  symbols: Readonly<Record<VenueId, readonly string[]>>,
  unknown: readonly string[] = [],
  overrides: Partial<VenueAccess> = {},
) {
  const markets = Object.entries(symbols).map(
    ([venue, names]) => [venue, names.map((name) => scriptedMarket(name))] as const,
  )
  const source = createScriptedSource(Object.fromEntries(markets))
  const servers = await startVenueServers({ source })
  const budget = createMemoryRequestBudget(() => undefined)
  const venues = Object.keys(symbols).map((venue) => {
    const access: VenueAccess = {
      venue,
      market: { kind: 'servers', url: servers.url },
      ...overrides,
    }
    return { access, rest: openCcxtMarketRest({ access, budget }) }
  })
  const universe: Market[] = []
  for (const { rest } of venues) {
    const listing = await rest.list()
    if (listing.outcome === 'failed') throw new Error(listing.detail)
    universe.push(...listing.markets)
  }
  for (const symbol of unknown) universe.push({ ...(universe[0] as Market), symbol })
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
  { onTestFinished }: Cleanup,
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

test.concurrent('150 KuCoin books over two connections stay in step with the venue', async (context) => {
  const symbols = manySymbols(150)
  const { feed, books, source, servers, universe, said } = await openFeed(context, {
    kucoin: symbols,
  })
  feed.watch(universe.map((_, id) => id))
  const stop = keepMoving(context, source, 'kucoin', symbols, 1)
  await until('all books fill', () => universe.every((_, id) => bestBid(books, id) > 0))
  expect(servers.stats().sockets).toBe(2)
  stop()
  await until('all books agree', () =>
    universe.every((market, id) => inStep(books, id, source, market)),
  )
  expect(said.at(-1)).toMatchObject({ venue: 'kucoin', state: 'live' })
})

const streamed = ['kucoin', 'binance', 'okx', 'bybit', 'bitget', 'mexc'] as const

test.concurrent.for(streamed)('%s books fill and follow every change', async (venue, context) => {
  const symbols = manySymbols(12)
  const { feed, books, source, universe } = await openFeed(context, { [venue]: symbols })
  feed.watch(universe.map((_, id) => id))
  const stop = keepMoving(context, source, venue, symbols)
  await until('all books fill', () => universe.every((_, id) => bestBid(books, id) > 0))
  await sleep(200)
  stop()
  await until('all books agree', () =>
    universe.every((market, id) => inStep(books, id, source, market)),
  )
  for (const [id] of universe.entries())
    expect(Math.abs((books.venueTimeMs[id] as number) - Date.now())).toBeLessThan(5_000)
})

test.concurrent.for(streamed)(
  '%s: watching other books leaves those that stay alone',
  async (venue, context) => {
    const symbols = manySymbols(6)
    const { feed, books, source, servers, idOf } = await openFeed(context, { [venue]: symbols })
    const ids = symbols.map((symbol) => idOf(venue, symbol))
    const [first, second, third, fourth] = ids as [number, number, number, number]
    feed.watch([first, second, third])
    const stop = keepMoving(context, source, venue, symbols)
    await until('three books fill', () =>
      [first, second, third].every((id) => bestBid(books, id) > 0),
    )
    const version = books.version[first] as number
    feed.watch([first, fourth])
    expect(bestBid(books, second)).toBe(0)
    expect(bestBid(books, first)).toBeGreaterThan(0)
    await until('the new book fills', () => bestBid(books, fourth) > 0)
    expect(bestBid(books, second)).toBe(0)
    expect(books.version[first]).toBeGreaterThan(version)
    stop()

    // The venue sends nothing more of what is no longer watched.
    await sleep(1_000)
    const before = servers.stats().framesSent
    for (let step = 0; step < 10; step++)
      source.change(venue, symbols[1] as string, [[100, 10 + step]], [])
    expect(servers.stats().framesSent).toBe(before)

    feed.watch([first, second])
    source.change(venue, symbols[1] as string, [[100, 50]], [])
    const again = keepMoving(context, source, venue, symbols)
    await until('a book watched again fills', () => bestBid(books, second) > 0)
    again()
  },
)

test.concurrent('watching nothing closes the connections', async (context) => {
  const { feed, servers, source, books } = await openFeed(context, { kucoin: manySymbols(3) })
  feed.watch([0, 1, 2])
  keepMoving(context, source, 'kucoin', manySymbols(3))
  await until('the books fill', () => [0, 1, 2].every((id) => bestBid(books, id) > 0))
  feed.watch([])
  await until('the socket closes', () => servers.stats().sockets === 0)
  expect([0, 1, 2].map((id) => bestAsk(books, id))).toEqual([Infinity, Infinity, Infinity])
})

test.concurrent.for(streamed)(
  '%s: dropped sockets empty their books, and they come back',
  async (venue, context) => {
    const symbols = manySymbols(4)
    const { feed, books, source, servers, universe, said } = await openFeed(context, {
      [venue]: symbols,
      ...(venue === 'kucoin' ? { binance: symbols } : { kucoin: symbols }),
    })
    const other = venue === 'kucoin' ? 'binance' : 'kucoin'
    feed.watch(universe.map((_, id) => id))
    keepMoving(context, source, venue, symbols)
    keepMoving(context, source, other, symbols)
    await until('all books fill', () => universe.every((_, id) => bestBid(books, id) > 0))
    const mine = universe.flatMap((market, id) => (market.venue === venue ? [id] : []))
    const others = universe.flatMap((market, id) => (market.venue === other ? [id] : []))

    servers.faults.refuseSockets(venue, true)
    servers.faults.dropSockets(venue)
    await until('the books are empty', () => mine.every((id) => bestBid(books, id) === 0))
    expect(mine.map((id) => books.provedAtMs[id])).toEqual(mine.map(() => -Infinity))
    expect(others.every((id) => bestBid(books, id) > 0)).toBe(true)
    expect(said.at(-1)).toMatchObject({ venue, state: 'down' })

    servers.faults.refuseSockets(venue, false)
    await until('the books are back', () => mine.every((id) => bestBid(books, id) > 0))
    await until('it is said', () => said.at(-1)?.state === 'live')
  },
)

test.concurrent.for(streamed)(
  '%s: C1 a stalled book is noticed, copied and subscribed to anew',
  async (venue, context) => {
    const symbols = manySymbols(3)
    const { feed, books, source, servers, universe, idOf } = await openFeed(context, {
      [venue]: symbols,
    })
    feed.watch(universe.map((_, id) => id))
    keepMoving(context, source, venue, symbols)
    await until('all books fill', () => universe.every((_, id) => bestBid(books, id) > 0))
    const id = idOf(venue, 'C0/USDT')
    const other = idOf(venue, 'C1/USDT')

    servers.faults.stall(venue, 'C0/USDT')
    source.change(venue, 'C0/USDT', [[100.5, 9]], [])
    expect(bestBid(books, id)).toBeLessThan(100.5)
    let emptied = false
    await until('the truth arrives', () => {
      emptied ||= bestBid(books, other) === 0
      return bestBid(books, id) === 100.5
    })
    // Back on the stream: a change arrives although nobody has asked REST for it.
    for (let tries = 0; ; tries++) {
      expect(tries).toBeLessThan(500)
      const asked = servers.stats().requestsAnswered
      source.change(venue, 'C0/USDT', [[100.6, 10 + tries]], [])
      await sleep(30)
      emptied ||= bestBid(books, other) === 0
      const seen = books.bidSize[id * books.depth] === 10 + tries
      if (seen && servers.stats().requestsAnswered === asked) break
    }
    expect(emptied).toBe(false)
  },
)

test.concurrent.for(streamed)(
  '%s: C4 a crossed book is empty until the venue heals',
  async (venue, context) => {
    const symbols = manySymbols(2)
    const { feed, books, source, servers, universe, idOf } = await openFeed(context, {
      [venue]: symbols,
    })
    feed.watch(universe.map((_, id) => id))
    keepMoving(context, source, venue, symbols)
    await until('all books fill', () => universe.every((_, id) => bestBid(books, id) > 0))
    const id = idOf(venue, 'C0/USDT')
    servers.faults.cross(venue, 'C0/USDT')
    await until('it is empty', () => bestBid(books, id) === 0)
    const endMs = performance.now() + 4_000
    while (performance.now() < endMs) {
      expect(bestBid(books, id)).toBe(0)
      await sleep(20)
    }
    servers.faults.heal(venue)
    await until('it is filled', () => bestBid(books, id) > 0)
    expect(bestBid(books, id)).toBeLessThan(bestAsk(books, id))
  },
)

test.concurrent.for(['binance', 'okx', 'mexc'] as const)(
  '%s: C2 a hole in the sequence empties the book until it is whole again',
  async (venue, context) => {
    const symbols = manySymbols(2)
    const { feed, books, source, servers, universe, idOf } = await openFeed(context, {
      [venue]: symbols,
    })
    feed.watch(universe.map((_, id) => id))
    const stop = keepMoving(context, source, venue, symbols)
    await until('all books fill', () => universe.every((_, id) => bestBid(books, id) > 0))
    const id = idOf(venue, 'C0/USDT')
    stop()
    await until('they agree', () => inStep(books, id, source, universe[id] as Market))
    servers.faults.skip(venue, 'C0/USDT')
    source.change(venue, 'C0/USDT', [[100.7, 5]], [])
    source.change(venue, 'C0/USDT', [], [[101.5, 5]])
    await until('it is empty', () => bestBid(books, id) === 0)
    expect(bestAsk(books, id)).toBe(Infinity)
    keepMoving(context, source, venue, symbols)
    await until('it is whole', () => bestBid(books, id) === 100.7)
  },
)

test.concurrent('more books than the venue takes are left out, and it is said', async (context) => {
  const symbols = manySymbols(190)
  const { feed, books, servers, source, universe, said } = await openFeed(context, {
    mexc: symbols,
  })
  const ids = universe.map((_, id) => id)
  feed.watch(ids)
  keepMoving(context, source, 'mexc', symbols, 1)
  await until('180 books fill', () => ids.slice(0, 180).every((id) => bestBid(books, id) > 0))
  expect(servers.stats().sockets).toBe(6)
  expect(ids.slice(180).map((id) => bestBid(books, id))).toEqual(
    Array.from({ length: 10 }, () => 0),
  )
  expect(said.at(-1)?.reason).toContain('10 books beyond its topic limit')
})

test.concurrent('a market the venue does not know spoils no other', async (context) => {
  const symbols = manySymbols(4)
  const { feed, books, source } = await openFeed(context, { binance: symbols }, ['GHOST/USDT'])
  const [ghost, ...known] = [4, 0, 1, 2, 3]
  feed.watch([ghost, ...known])
  keepMoving(context, source, 'binance', symbols)
  await until('the others fill', () => known.every((id) => bestBid(books, id) > 0))
  expect(bestBid(books, ghost)).toBe(0)
})

test.concurrent('a mass change of the watched books goes over a new connection', async (context) => {
  const symbols = manySymbols(60)
  const { feed, books, source, servers, universe } = await openFeed(context, { kucoin: symbols })
  const ids = universe.map((_, id) => id)
  const [before, after] = [ids.slice(0, 30), ids.slice(25)]
  feed.watch(before)
  keepMoving(context, source, 'kucoin', symbols, 1)
  await until('the first fill', () => before.every((id) => bestBid(books, id) > 0))
  feed.watch(after)
  await until('the others fill', () => after.every((id) => bestBid(books, id) > 0))
  expect(before.filter((id) => !after.includes(id)).some((id) => bestBid(books, id) > 0)).toBe(
    false,
  )
  expect(servers.stats().sockets).toBe(1)
})

test.concurrent('a quiet book is proved by its connection and then by REST', async (context) => {
  const { feed, books, source } = await openFeed(context, { kucoin: ['BUSY/USDT', 'QUIET/USDT'] })
  feed.watch([0, 1])
  keepMoving(context, source, 'kucoin', ['BUSY/USDT'])
  await until('both are filled', () => bestBid(books, 0) > 0 && bestBid(books, 1) > 0)
  const version = books.version[1]
  const first = books.provedAtMs[1] as number
  await until('it is proved again', () => (books.provedAtMs[1] as number) > first)
  await until('it is proved later on', () => (books.provedAtMs[1] as number) > first + 4_000)
  expect(books.version[1]).toBe(version)
})

test.concurrent('a copy asked for proves the book current', async (context) => {
  const { feed, books, source, updates } = await openFeed(context, { binance: ['A/USDT'] })
  feed.watch([0])
  await until('it is filled', () => bestBid(books, 0) > 0)
  const proved = books.provedAtMs[0] as number
  const told = updates[0] as number
  feed.refresh(0)
  await until('it is proved', () => (books.provedAtMs[0] as number) > proved)
  expect(updates[0]).toBeGreaterThan(told)
  expect(inStep(books, 0, source, { venue: 'binance', symbol: 'A/USDT' } as Market)).toBe(true)
})

test.concurrent('a venue that refuses connections from here is told once', async (context) => {
  const { feed, servers, said } = await openFeed(context, { kucoin: ['A/USDT'] })
  servers.faults.rest('kucoin', { status: 451, path: 'bullet' })
  feed.watch([0])
  await until('it is said', () => said.some(({ state }) => state === 'refused'))
  await sleep(1_000)
  expect(said.filter(({ state }) => state === 'refused')).toHaveLength(1)
})

test.concurrent('C9 after a storm of faults every book is in step again', async (context) => {
  const symbols = manySymbols(8)
  const all = Object.fromEntries(streamed.map((venue) => [venue, symbols]))
  const { feed, books, source, servers, universe } = await openFeed(context, all)
  const ids = universe.map((_, id) => id)
  feed.watch(ids)
  const stops = streamed.map((venue) => keepMoving(context, source, venue, symbols, 10))
  await until('all books fill', () => ids.every((id) => bestBid(books, id) > 0))

  const { faults } = servers
  const storm = [
    (venue: VenueId) => faults.dropSockets(venue),
    (venue: VenueId) => faults.stall(venue, 'C1/USDT'),
    (venue: VenueId) => faults.skip(venue, 'C2/USDT'),
    (venue: VenueId) => faults.cross(venue, 'C3/USDT'),
    (venue: VenueId) => faults.rest(venue, { status: 500, times: 3 }),
    (venue: VenueId) => faults.refuseSockets(venue, true),
    (venue: VenueId) => faults.heal(venue),
    () => feed.watch(ids.filter((id) => id % 3 !== 0)),
    () => feed.watch(ids),
  ]
  for (let round = 0; round < 60; round++) {
    storm[(round * 7) % storm.length]?.(streamed[(round * 5) % streamed.length] as VenueId)
    await sleep(100)
  }
  for (const venue of streamed) faults.heal(venue)
  feed.watch(ids)
  await until('all books fill again', () => ids.every((id) => bestBid(books, id) > 0), 25_000)
  await sleep(500)
  for (const stop of stops) stop()
  await until('all books agree', () =>
    universe.every((market, id) => inStep(books, id, source, market)),
  )
  // A venue's server may see the end of a socket a moment after we left it.
  await until('one socket is left to a venue', () => servers.stats().sockets === streamed.length)
  expect(universe.every((market, id) => inStep(books, id, source, market))).toBe(true)
}, 60_000)

test.concurrent('a handshake turned away for the place is a refusal', async (context) => {
  const refusing = createServer()
  refusing.on('upgrade', (_, socket) =>
    socket.end('HTTP/1.1 451 Unavailable For Legal Reasons\r\ncontent-length: 0\r\n\r\n'),
  )
  await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve))
  context.onTestFinished(() => void refusing.close())
  const wsUrl = `ws://127.0.0.1:${(refusing.address() as AddressInfo).port}`
  const { feed, said } = await openFeed(context, { okx: ['A/USDT'] }, [], { wsUrl })
  feed.watch([0])
  await until('it is said', () => said.length > 0)
  expect(said).toMatchObject([{ venue: 'okx', state: 'refused' }])
})

test.concurrent('a venue can be reached at addresses given by hand', async (context) => {
  const servers = await startVenueServers({
    source: createScriptedSource({ binance: [scriptedMarket('A/USDT')] }),
  })
  context.onTestFinished(() => servers.close())
  const { feed, books } = await openFeed(context, { binance: ['A/USDT'] }, [], {
    market: { kind: 'live' },
    restUrl: `${servers.url}/`,
    wsUrl: servers.url.replace('http', 'ws'),
  })
  feed.watch([0])
  await until('it is filled', () => bestBid(books, 0) === 100)
  expect(servers.stats().sockets).toBe(1)
})

test.concurrent('closing leaves no socket and no timer behind', async (context) => {
  const symbols = manySymbols(3)
  const { feed, books, servers, source, universe } = await openFeed(context, {
    kucoin: symbols,
    binance: symbols,
  })
  feed.watch(universe.map((_, id) => id))
  const stops = ['kucoin', 'binance'].map((venue) => keepMoving(context, source, venue, symbols))
  await until('all books fill', () => universe.every((_, id) => bestBid(books, id) > 0))
  await feed.close()
  for (const stop of stops) stop()
  await until('the sockets are gone', () => servers.stats().sockets === 0)
  const version = [...books.version]
  await sleep(500)
  expect([...books.version]).toEqual(version)
})
