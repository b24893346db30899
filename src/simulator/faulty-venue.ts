// A SourceVenue that can be told to misbehave: books that fall silent, lose a change or stand crossed.
import type { BookChange, BookListener, Level, SourceBook, SourceVenue } from './market-source.ts'

export type FaultyVenue = SourceVenue & {
  /** The symbol's present streams go silent; a new subscription is served again. */
  stall(symbol: string): void
  /** The symbol's next change reaches nobody, so the one after it leaves a hole in the sequence. */
  skip(symbol: string): void
  /** Puts a bid 1 % above the best ask, until `heal`. */
  cross(symbol: string): void
  heal(symbol?: string): void
}

type Stream = {
  readonly symbol: string
  readonly listener: BookListener
  stalled: boolean
  skip: boolean
}

/** Crossing adds changes of its own, so every later sequence of that symbol moves on by `added`. */
type Overlay = { added: number; bid: Level | undefined }

export function createFaultyVenue(inner: SourceVenue): FaultyVenue {
  const streams = new Map<string, Set<Stream>>()
  const overlays = new Map<string, Overlay>()

  const streamsOf = (symbol: string) => streams.get(symbol) ?? new Set<Stream>()

  const deliver = (stream: Stream, change: BookChange) => {
    if (stream.stalled) return
    if (stream.skip) {
      stream.skip = false
      return
    }
    stream.listener(change)
  }

  const shifted = (change: BookChange): BookChange => {
    const added = overlays.get(change.symbol)?.added ?? 0
    if (added === 0) return change
    return {
      ...change,
      previousSequence: change.previousSequence + added,
      sequence: change.sequence + added,
    }
  }

  /** One change of our own on top of the present book. */
  const inject = (symbol: string, bid: Level, overlay: Overlay) => {
    const book = inner.book(symbol)
    if (book === undefined) return
    const sequence = book.sequence + overlay.added
    const change = { symbol, previousSequence: sequence - 1, sequence, timeMs: book.timeMs }
    for (const stream of streamsOf(symbol)) deliver(stream, { ...change, bids: [bid], asks: [] })
  }

  const healOne = (symbol: string) => {
    const overlay = overlays.get(symbol)
    if (overlay?.bid !== undefined) {
      const [price] = overlay.bid
      overlay.bid = undefined
      overlay.added += 1
      inject(symbol, [price, 0], overlay)
    }
  }

  return {
    venue: inner.venue,
    markets: inner.markets,
    assets: inner.assets,
    // Recorded frames pass: a fault acts on what is written from the books.
    ...(inner.recorded !== undefined && { recorded: inner.recorded }),
    onRestart: (listener) => inner.onRestart?.(listener) ?? (() => undefined),
    tickers: () => inner.tickers(),
    ticker: (symbol) => inner.ticker(symbol),
    book(symbol): SourceBook | undefined {
      const book = inner.book(symbol)
      const overlay = overlays.get(symbol)
      if (book === undefined || overlay === undefined) return book
      const bids = overlay.bid === undefined ? book.bids : [overlay.bid, ...book.bids]
      return { ...book, bids, sequence: book.sequence + overlay.added }
    },
    subscribe(symbol, listener) {
      const stream: Stream = { symbol, listener, stalled: false, skip: false }
      const stop = inner.subscribe(symbol, (change) => deliver(stream, shifted(change)))
      const all = streamsOf(symbol).add(stream)
      streams.set(symbol, all)
      return () => {
        stop()
        all.delete(stream)
        if (all.size === 0) streams.delete(symbol)
      }
    },
    stall(symbol) {
      for (const stream of streamsOf(symbol)) stream.stalled = true
    },
    skip(symbol) {
      for (const stream of streamsOf(symbol)) stream.skip = true
    },
    cross(symbol) {
      const ask = inner.book(symbol)?.asks[0]
      if (ask === undefined) return
      const overlay = overlays.get(symbol) ?? { added: 0, bid: undefined }
      if (overlay.bid !== undefined) return
      overlay.added += 1
      overlay.bid = [Number((ask[0] * 1.01).toPrecision(6)), ask[1]]
      overlays.set(symbol, overlay)
      inject(symbol, overlay.bid, overlay)
    },
    heal(symbol) {
      const symbols =
        symbol === undefined ? [...new Set([...overlays.keys(), ...streams.keys()])] : [symbol]
      for (const one of symbols) {
        healOne(one)
        for (const stream of streamsOf(one)) {
          stream.stalled = false
          stream.skip = false
        }
      }
    },
  }
}
