// What may happen to the frames of a book on their way: changed, doubled, reordered, lost, or far too many.
import { expect, onTestFinished, test } from 'vitest'
import { openFrameRelay, type Mangle } from '../../test/frame-relay.ts'
import { createScriptedSource, scriptedMarket } from '../../test/scripted-source.ts'
import { bestBid, createBooks, sideOf, type Books } from '../market/books.ts'
import { createMemoryRequestBudget } from '../market/memory-request-budget.ts'
import { startVenueServers } from '../simulator/venue-servers.ts'
import { beginBook, createBookHealth } from './book-health.ts'
import { breakBook, takeUpdate, tend } from './book-tender.ts'
import type { VenueAccess } from './ccxt-client.ts'
import { openCcxtMarketFeed } from './ccxt-market-feed.ts'
import { openCcxtMarketRest } from './ccxt-market-rest.ts'
import { knownExchange, type KnownExchange, type StreamFacts } from './known-exchanges.ts'
import { createVenueConnector } from './venue-connector.ts'

const symbol = 'A/USDT'
const levels = 5
const patient = { timeout: 15_000, interval: 5 }
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const unlimited = () => createMemoryRequestBudget(() => undefined)

async function openVenue(venue: string) {
  const source = createScriptedSource({ [venue]: [scriptedMarket(symbol)] })
  const servers = await startVenueServers({ source })
  const relay = await openFrameRelay(servers.url.replace('http', 'ws'))
  onTestFinished(async () => {
    await relay.close()
    await servers.close()
  })
  // The addresses by hand are taken where a venue is real: its frames go over the relay.
  const access: VenueAccess = {
    venue,
    market: { kind: 'live' },
    restUrl: servers.url,
    wsUrl: relay.url,
  }
  const top = () => {
    const { bids, asks } = source.book(venue, symbol)
    return JSON.stringify([bids.slice(0, levels), asks.slice(0, levels)])
  }
  const truths = new Set([top()])
  let step = 0
  const move = () => {
    step++
    // Now and then the best bid goes, so that a lost removal would show.
    const price = step % 4 === 0 ? 100 : 90 + (step % 9)
    source.change(venue, symbol, [[price, step % 8 === 0 ? 0 : step]], [[101 + (step % 9), step]])
    truths.add(top())
  }
  return { relay, access, move, top, truths }
}

const topOf = (books: Books) =>
  JSON.stringify([
    sideOf(books, 0, 'bid').slice(0, levels),
    sideOf(books, 0, 'ask').slice(0, levels),
  ])

/** A feed over one market, and every book that it ever showed. */
async function openFeed(access: VenueAccess) {
  const rest = openCcxtMarketRest({ access, budget: unlimited() })
  const listing = await rest.list()
  if (listing.outcome === 'failed') throw new Error(listing.detail)
  const shown: string[] = []
  let updates = 0
  const feed = openCcxtMarketFeed({
    universe: listing.markets,
    venues: [{ access, rest }],
    budget: unlimited(),
    listener: {
      book: () => {
        updates++
        if (bestBid(feed.books, 0) > 0) shown.push(topOf(feed.books))
      },
      venue: () => undefined,
    },
  })
  onTestFinished(async () => {
    await feed.close()
    await rest.close()
  })
  feed.watch([0])
  return { feed, books: feed.books, shown, updates: () => updates }
}

/** Doubles some frames and lets others arrive after their successor, by a fixed pattern. */
function disorder(): Mangle {
  let count = 0
  let held: string | undefined
  return (frame) => {
    if (!frame.includes('A')) return [frame]
    count++
    const late = held === undefined ? [] : [held]
    held = undefined
    if (count % 7 === 0) {
      held = frame
      return late
    }
    return count % 5 === 0 ? [frame, ...late, frame] : [frame, ...late]
  }
}

const streamed = ['kucoin', 'binance', 'okx', 'bybit', 'bitget'] as const

test.each(streamed)(
  '%s: C8 frames that come doubled or in another order never make a book that the venue did not have',
  async (venue) => {
    const { relay, access, move, top, truths } = await openVenue(venue)
    const { books, shown } = await openFeed(access)
    const moving = setInterval(move, 15)
    onTestFinished(() => clearInterval(moving))
    await expect.poll(() => bestBid(books, 0), patient).toBeGreaterThan(0)
    relay.mangle(disorder())
    await sleep(1_200)
    relay.mangle(undefined)
    await sleep(200)
    clearInterval(moving)
    await expect.poll(() => topOf(books), patient).toBe(top())
    expect(shown.length).toBeGreaterThan(3)
    expect(shown.filter((book) => !truths.has(book))).toEqual([])
  },
)

test('C3 a digit that was changed on its way empties the book at once, by its checksum, until it is whole again', async () => {
  const { relay, access, move, top } = await openVenue('bitget')
  // Without a depth Bitget sends changes with a checksum over 25 levels.
  const known = knownExchange('bitget') as KnownExchange
  const { limit: _limit, ...facts } = known.stream as StreamFacts
  const connector = createVenueConnector(access, facts, unlimited())
  onTestFinished(() => connector.close())
  const books = createBooks(1)
  const tender = { books, health: createBookHealth(1), told: () => undefined }
  beginBook(tender.health, 0, performance.now())
  const broken: string[] = []
  const connected = await connector.connect({
    book: (id, book, atMs) => takeUpdate(tender, id, book, atMs, 0),
    broken: (id, reason) => {
      broken.push(reason)
      breakBook(tender, id)
    },
    opened: () => undefined,
    lost: (reason) => broken.push(reason),
  })
  if (connected.outcome === 'failed') throw new Error(connected.detail)
  const { connection } = connected
  onTestFinished(() => connection.close())
  connection.subscribe([[0, symbol]])
  const moving = setInterval(move, 20)
  onTestFinished(() => clearInterval(moving))
  await expect.poll(() => bestBid(books, 0), patient).toBeGreaterThan(0)
  expect(broken).toEqual([])

  let changed = 0
  relay.mangle((frame) => {
    const wrong = frame.replace(
      /("bids":\[\["[\d.]+",")(\d)/,
      (_, before: string, digit: string) => {
        changed++
        return `${before}${(Number(digit) + 1) % 10}`
      },
    )
    return [changed > 1 ? frame : wrong]
  })
  await expect.poll(() => broken.length, patient).toBeGreaterThan(0)
  expect(broken[0]).toMatch(/checksum/i)
  expect(bestBid(books, 0)).toBe(0)
  relay.mangle(undefined)
  await expect
    .poll(() => tend(tender, 0, connection.lastFrameMs, performance.now()), patient)
    .toBe('renewal')
  connection.renew(0, symbol)
  await expect.poll(() => bestBid(books, 0), patient).toBeGreaterThan(0)
  clearInterval(moving)
  await expect.poll(() => topOf(books), patient).toBe(top())
})

test('C10 of a flood the newest book is left, in memory that does not grow', async () => {
  const { access, move, top } = await openVenue('okx')
  const { books, updates } = await openFeed(access)
  await expect.poll(() => bestBid(books, 0), patient).toBeGreaterThan(0)
  const before = { updates: updates(), sizes: books.bidPrice.length, version: books.version[0] }
  // Thousands of changes while this process does nothing else: they all wait in the socket.
  for (let k = 0; k < 2_000; k++) move()
  await expect.poll(() => topOf(books), patient).toBe(top())
  expect(updates()).toBeGreaterThan(before.updates)
  expect(books.version[0]).toBeGreaterThan(before.version ?? 0)
  expect(books.bidPrice).toHaveLength(before.sizes)
})

test.each([
  ['crossed', 100.5],
  ['locked', 100],
])('C4 a %s book decides nothing, and is subscribed to anew when it stays so', (_, bid) => {
  const books = createBooks(1)
  const tender = { books, health: createBookHealth(1), told: () => undefined }
  beginBook(tender.health, 0, 0)
  const show = (bids: readonly [number, number][], atMs: number) =>
    takeUpdate(tender, 0, { bids, asks: [[100, 5]], timestamp: undefined }, atMs, 0)
  show([[99, 1]], 100)
  expect(bestBid(books, 0)).toBe(99)
  show([[bid, 1]], 200)
  expect(bestBid(books, 0)).toBe(0)
  expect(tend(tender, 0, 2_000, 2_100)).not.toBe('renewal')
  show([[bid, 2]], 2_150)
  expect(tend(tender, 0, 2_250, 2_250)).toBe('renewal')
  expect(bestBid(books, 0)).toBe(0)
  show([[99.5, 1]], 2_400)
  expect(bestBid(books, 0)).toBe(99.5)
})

test.each(streamed)(
  '%s: C7 numbers that are none, wherever they come in a frame, never become a level',
  async (venue) => {
    const { relay, access, move, top } = await openVenue(venue)
    const { books } = await openFeed(access)
    const moving = setInterval(move, 10)
    onTestFinished(() => clearInterval(moving))
    await expect.poll(() => bestBid(books, 0), patient).toBeGreaterThan(0)
    const odd = ['"NaN"', '"-1"', '"1,5"', 'null', '"1e999"', '"Infinity"', '{}', '""', '1e-400']
    let count = 0
    relay.mangle((frame) => {
      count++
      const word = odd[count % odd.length] as string
      return [count % 2 === 0 ? frame : frame.replaceAll(/(?<=\[)"\d[\d.]*"/g, word)]
    })
    for (let look = 0; look < 60; look++) {
      await sleep(10)
      for (const side of ['bid', 'ask'] as const)
        for (const [price, size] of sideOf(books, 0, side))
          expect([price > 0 && price < Infinity, size > 0 && size < Infinity]).toEqual([true, true])
    }
    relay.mangle(undefined)
    await sleep(100)
    clearInterval(moving)
    await expect.poll(() => topOf(books), { timeout: 25_000, interval: 20 }).toBe(top())
  },
)
