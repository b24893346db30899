// A SourceVenue that can be told to misbehave: books that fall silent, lose a change or stand crossed,
// markets that halt and wallets that close.
import { createFaultyStreams } from './faulty-streams.ts'
import type {
  BookChange,
  Level,
  SourceAsset,
  SourceBook,
  SourceMarket,
  SourceVenue,
} from './market-source.ts'
import type { MarketState, WalletGate } from './venue-faults.ts'

export type FaultyVenue = SourceVenue & {
  /** The symbol's present streams go silent; a new subscription is served again. */
  stall(symbol: string): void
  /** The symbol's next change reaches nobody, so the one after it leaves a hole in the sequence. */
  skip(symbol: string): void
  /** Puts a bid 1 % above the best ask, until `heal`. */
  cross(symbol: string): void
  stop(symbol: string, state: MarketState): void
  shut(asset: string, gate: WalletGate): void
  heal(): void
}

/** Crossing adds changes of its own, so every later sequence of that symbol moves on by `added`. */
type Overlay = { added: number; bid: Level | undefined }

function shifted(change: BookChange, { added }: Overlay): BookChange {
  const previousSequence = change.previousSequence + added
  return { ...change, previousSequence, sequence: change.sequence + added }
}

function covered(book: SourceBook, { added, bid }: Overlay): SourceBook {
  const bids = bid === undefined ? book.bids : [bid, ...book.bids]
  return { ...book, bids, sequence: book.sequence + added }
}

/** The lists of the venue, with what was halted, delisted or shut. */
function createListing(inner: SourceVenue) {
  const states = new Map<string, MarketState>()
  const gates = new Map<string, WalletGate>()
  const market = (one: SourceMarket): SourceMarket[] => {
    switch (states.get(one.symbol) ?? 'open') {
      case 'open':
        return [one]
      case 'halted':
        return [{ ...one, active: false }]
      case 'delisted':
        return []
    }
  }
  const asset = (one: SourceAsset): SourceAsset => {
    const gate = gates.get(one.asset)
    if (gate === undefined) return one
    const { network: only, deposit, withdraw } = gate
    const networks = one.networks.map((network) =>
      network.network === (only ?? network.network) ? { ...network, deposit, withdraw } : network,
    )
    return { ...one, networks }
  }
  return {
    states,
    gates,
    markets: () => (states.size === 0 ? inner.markets : inner.markets.flatMap(market)),
    assets: () => (gates.size === 0 ? inner.assets : inner.assets.map(asset)),
  }
}

export function createFaultyVenue(inner: SourceVenue): FaultyVenue {
  const streams = createFaultyStreams()
  const listing = createListing(inner)
  const overlays = new Map<string, Overlay>()
  const overlayOf = (symbol: string): Overlay =>
    overlays.get(symbol) ?? { added: 0, bid: undefined }

  /** One change of our own on top of the present book. */
  const inject = (symbol: string, overlay: Overlay, level: Level) => {
    overlay.added += 1
    const book = inner.book(symbol)
    if (book === undefined) return
    const sequence = book.sequence + overlay.added
    const change = { symbol, previousSequence: sequence - 1, sequence, timeMs: book.timeMs }
    streams.tellAll({ ...change, bids: [level], asks: [] })
  }

  return {
    venue: inner.venue,
    get markets() {
      return listing.markets()
    },
    get assets() {
      return listing.assets()
    },
    // Recorded frames pass: a fault acts on what is written from the books.
    ...(inner.recorded !== undefined && { recorded: inner.recorded }),
    onRestart: (listener) => inner.onRestart?.(listener) ?? (() => undefined),
    tickers: () => inner.tickers(),
    ticker: (symbol) => inner.ticker(symbol),
    book(symbol) {
      const book = inner.book(symbol)
      return book && covered(book, overlayOf(symbol))
    },
    subscribe(symbol, listener) {
      const stream = streams.open(symbol, listener)
      const stop = inner.subscribe(symbol, (change) =>
        stream.tell(shifted(change, overlayOf(symbol))),
      )
      return () => {
        stop()
        stream.end()
      }
    },
    stall: (symbol) => streams.stall(symbol),
    skip: (symbol) => streams.skip(symbol),
    cross(symbol) {
      const ask = inner.book(symbol)?.asks[0]
      const overlay = overlayOf(symbol)
      if (ask === undefined || overlay.bid !== undefined) return
      overlay.bid = [Number((ask[0] * 1.01).toPrecision(6)), ask[1]]
      overlays.set(symbol, overlay)
      inject(symbol, overlay, overlay.bid)
    },
    stop: (symbol, state) => void listing.states.set(symbol, state),
    shut: (asset, gate) => void listing.gates.set(asset, gate),
    heal() {
      streams.heal()
      listing.states.clear()
      listing.gates.clear()
      for (const [symbol, overlay] of overlays) {
        if (overlay.bid === undefined) continue
        const [price] = overlay.bid
        overlay.bid = undefined
        inject(symbol, overlay, [price, 0])
      }
    },
  }
}
