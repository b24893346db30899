// PORT: the world behind the venue servers. The seeded simulation and the player of recordings both
// fill it; the servers turn it into each venue's own protocol and know nothing of where it comes from.
import type { VenueId } from '../market/market.ts'

/** One price level; size in base units. In a change, size 0 means that the level is gone. */
export type Level = readonly [price: number, size: number]

export type SourceMarket = {
  /** Unified, "BASE/QUOTE"; the dialect makes the venue's own id from base and quote. */
  readonly symbol: string
  readonly base: string
  readonly quote: string
  /** The price step is 10^-priceDecimals quote units, the amount step 10^-amountDecimals base units. */
  readonly priceDecimals: number
  readonly amountDecimals: number
  /** Least order, in base units and in quote units. */
  readonly amountMin: number
  readonly notionalMin: number
  /** Share of the notional: 0.001 is ten basis points. */
  readonly takerFee: number
  readonly active: boolean
}

export type SourceNetwork = {
  /** ccxt's unified code such as "ERC20"; the dialect writes the venue's own. */
  readonly network: string
  readonly deposit: boolean
  readonly withdraw: boolean
  /** Contract address in lower case; the chain's own coin has none. */
  readonly contract?: string
  /** In units of the asset. */
  readonly withdrawFee: number
}

export type SourceAsset = {
  readonly asset: string
  /** The venue's long name, which tells two coins of one ticker apart. */
  readonly name: string
  readonly networks: readonly SourceNetwork[]
}

export type SourceTicker = {
  readonly symbol: string
  readonly bid: number
  readonly ask: number
  /** Base units at the best price, where the venue tells. */
  readonly bidSize?: number
  readonly askSize?: number
  readonly last: number
  readonly open: number
  readonly high: number
  readonly low: number
  /** Traded in the last 24 hours, in base and in quote units. */
  readonly baseVolume: number
  readonly quoteVolume: number
  /** The venue's own time of this row, ms since 1970. */
  readonly timeMs: number
  /** The venue's own item where it was recorded: answered as it is instead of being written anew. */
  readonly recorded?: Readonly<Record<string, unknown>>
}

export type SourceBook = {
  readonly sequence: number
  /** The venue's own time of the last change, ms since 1970. */
  readonly timeMs: number
  /** Best first. */
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

export type BookChange = {
  readonly symbol: string
  /** The sequence this change builds on: the sequence of the change before it. */
  readonly previousSequence: number
  readonly sequence: number
  readonly timeMs: number
  /** Changed levels only. */
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

export type BookListener = (change: BookChange) => void

/** Frames that a venue sent when it was recorded. They go out as they are, on the topic they came on. */
export type RecordedFrames = {
  /** `topic` is the venue's own name of a stream, as its clients write it. */
  has(topic: string): boolean
  subscribe(topic: string, listener: (frame: string) => void): () => void
}

export type SourceVenue = {
  readonly venue: VenueId
  readonly markets: readonly SourceMarket[]
  readonly assets: readonly SourceAsset[]
  /** One row for every market that has one. */
  tickers(): readonly SourceTicker[]
  ticker(symbol: string): SourceTicker | undefined
  /** The whole book as of its last change; undefined for an unknown symbol. */
  book(symbol: string): SourceBook | undefined
  /** Calls back on every change of one book until the returned function is called. */
  subscribe(symbol: string, listener: BookListener): () => void
  /** Topics in it are not written from the books. */
  readonly recorded?: RecordedFrames
  /** Calls back when sequences start over, after which no open connection makes sense any more. */
  onRestart?(listener: () => void): () => void
}

export type MarketSource = {
  readonly venues: readonly SourceVenue[]
  /** The venues' clock, ms since 1970. */
  now(): number
  /** Begins to move; the servers call it once they listen. */
  start(): void
  close(): Promise<void>
}
