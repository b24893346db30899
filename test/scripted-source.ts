// A world for tests: the venue servers speak for it, and a test moves its books by hand.
import type { VenueId } from '../src/market/market.ts'
import type {
  BookListener,
  Level,
  MarketSource,
  SourceAsset,
  SourceBook,
  SourceMarket,
  SourceVenue,
} from '../src/simulator/market-source.ts'

export type ScriptedSource = MarketSource & {
  /** Replaces levels by price; size 0 removes one. Everybody subscribed is told. */
  change(venue: VenueId, symbol: string, bids: readonly Level[], asks: readonly Level[]): void
  book(venue: VenueId, symbol: string): SourceBook
}

type MovingBook = { sequence: number; timeMs: number; bids: Level[]; asks: Level[] }

const merge = (side: readonly Level[], changes: readonly Level[], sign: 1 | -1): Level[] => {
  const sizes = new Map(side)
  for (const [price, size] of changes)
    if (size === 0) sizes.delete(price)
    else sizes.set(price, size)
  return [...sizes].toSorted(([a], [b]) => sign * (a - b))
}

export const scriptedMarket = (symbol: string, facts: Partial<SourceMarket> = {}): SourceMarket => {
  const [base = '', quote = ''] = symbol.split('/')
  return {
    symbol,
    base,
    quote,
    priceDecimals: 4,
    amountDecimals: 3,
    amountMin: 0.01,
    notionalMin: 1,
    takerFee: 0.001,
    active: true,
    ...facts,
  }
}

const firstBook = (): MovingBook => ({
  sequence: 1000,
  timeMs: Date.now(),
  bids: Array.from({ length: 30 }, (_, k): Level => [100 - k, 1 + k]),
  asks: Array.from({ length: 30 }, (_, k): Level => [101 + k, 2 + k]),
})

export function createScriptedSource(
  venues: Readonly<Record<VenueId, readonly SourceMarket[]>>,
  assets: readonly SourceAsset[] = [],
): ScriptedSource {
  const books = new Map<string, MovingBook>()
  const listeners = new Map<string, Set<BookListener>>()
  const key = (venue: VenueId, symbol: string) => `${venue} ${symbol}`
  const bookOf = (venue: VenueId, symbol: string): MovingBook => {
    const book = books.get(key(venue, symbol))
    if (book === undefined) throw new Error(`no book ${venue} ${symbol}`)
    return book
  }

  const venueOf = ([venue, markets]: [VenueId, readonly SourceMarket[]]): SourceVenue => {
    for (const { symbol } of markets) {
      books.set(key(venue, symbol), firstBook())
      listeners.set(key(venue, symbol), new Set())
    }
    const ticker = (symbol: string) => {
      const { bids, asks, timeMs } = bookOf(venue, symbol)
      const [bid = 0, bidSize = 0] = bids[0] ?? []
      const [ask = 0, askSize = 0] = asks[0] ?? []
      const still = { last: bid, open: bid, high: ask, low: bid, baseVolume: 10 }
      return { symbol, bid, ask, bidSize, askSize, timeMs, quoteVolume: 1000, ...still }
    }
    return {
      venue,
      markets,
      assets,
      tickers: () => markets.map(({ symbol }) => ticker(symbol)),
      ticker,
      book: (symbol) => books.get(key(venue, symbol)),
      subscribe(symbol, listener) {
        listeners.get(key(venue, symbol))?.add(listener)
        return () => listeners.get(key(venue, symbol))?.delete(listener)
      },
    }
  }

  return {
    venues: Object.entries(venues).map(venueOf),
    now: () => Date.now(),
    start: () => undefined,
    close: async () => listeners.clear(),
    book: bookOf,
    change(venue, symbol, bids, asks) {
      const book = bookOf(venue, symbol)
      const previousSequence = book.sequence
      book.sequence += 1
      book.timeMs = Date.now()
      book.bids = merge(book.bids, bids, -1)
      book.asks = merge(book.asks, asks, 1)
      const { sequence, timeMs } = book
      const change = { symbol, previousSequence, sequence, timeMs, bids, asks }
      for (const listener of listeners.get(key(venue, symbol)) ?? []) listener(change)
    },
  }
}
