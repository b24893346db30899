// What we know of each venue, as data. A new venue is one more entry; nothing else names one.
import { rate, type Rate } from '../money.ts'
import type { BudgetRate } from '../market/budget-math.ts'
import type { TakerFee, VenueId } from '../market/market.ts'

/** How a venue's order books are streamed through ccxt. Proven over sockets; absent means REST only. */
export type StreamFacts = {
  /** ccxt files the update of a book under this prefix and the symbol. */
  readonly bookHash: string
  /** 'for-symbols': watchOrderBookForSymbols, many to a frame. 'per-symbol': watchOrderBook, one each. */
  readonly call: 'for-symbols' | 'per-symbol'
  /**
   * ccxt's `limit` argument, which picks the channel. Channels that repeat the whole book are
   * preferred where one is deep enough: they cannot drift after a lost frame.
   */
  readonly limit?: number
  readonly symbolsPerCallMax: number
  readonly topicsPerConnectionMax: number
  readonly connectionsMax: number
  /** Venues count dials and messages per second; both are spread by these, ms. */
  readonly connectSpacingMs: number
  readonly callSpacingMs: number
  /** Binance cuts every connection after 24 h; we renew earlier, at a moment of our choice, ms. */
  readonly connectionAgeMsMax: number
  /** A subscription is answered with the whole book at once, also on a market where nothing moves. */
  readonly snapshotFirst: boolean
  /** ccxt opens a socket for every call, unless its choice of a stream number is taken from it. */
  readonly socketPerCall?: boolean
  /** The venue hands out a token by REST before it takes a connection. */
  readonly tokenFirst?: boolean
  /** Deltas ccxt collects before it fetches its snapshot; its default makes quiet books wait long. */
  readonly snapshotAfterDeltas?: number
}

/** What one call of ours costs, in the venue's own units; a list is several requests on most. */
type CallWeights = {
  readonly list: number
  readonly sweep: number
  readonly book: number
  /** Asking the time, or for a websocket token. */
  readonly small: number
}

export type KnownExchange = {
  readonly venue: VenueId
  readonly name: string
  /** What we allow ourselves by IP address: below the published limit, for the orders' sake. */
  readonly requestRate: BudgetRate
  readonly weights: CallWeights
  /** Depths its REST book takes; the smallest that is enough is asked for. Empty: it takes none. */
  readonly restBookLevels: readonly number[]
  /** Base tier of the public schedule: used where the market itself does not say. */
  readonly takerFee: Rate
  readonly feePaidIn: TakerFee['paidIn']
  /** The market list carries each market's own taker fee. */
  readonly feeInMarketList: boolean
  /** ccxt's `fetchMarkets.types` for spot alone, where it is not the usual list of names. */
  readonly spotMarketsOnly?: Readonly<Record<string, boolean>>
  readonly stream?: StreamFacts
}

const day = 24 * 60 * 60 * 1000
const streamDefaults = {
  call: 'for-symbols',
  connectSpacingMs: 300,
  callSpacingMs: 150,
  connectionAgeMsMax: 0.95 * day,
} as const

const entries: readonly KnownExchange[] = [
  {
    venue: 'kucoin',
    name: 'KuCoin',
    // 2,000 per 30 s by IP for public calls.
    requestRate: { weightPerSecond: 45, burst: 200 },
    weights: { list: 22, sweep: 15, book: 4, small: 10 },
    restBookLevels: [20, 100],
    takerFee: rate('0.001'),
    feePaidIn: 'quote',
    feeInMarketList: true,
    stream: {
      ...streamDefaults,
      bookHash: 'orderbook:',
      limit: 50,
      snapshotFirst: false,
      tokenFirst: true,
      symbolsPerCallMax: 100,
      topicsPerConnectionMax: 100,
      connectionsMax: 4,
    },
  },
  {
    venue: 'binance',
    name: 'Binance',
    // 6,000 a minute by IP.
    requestRate: { weightPerSecond: 80, burst: 400 },
    weights: { list: 20, sweep: 80, book: 5, small: 1 },
    restBookLevels: [20, 100, 500, 1000],
    takerFee: rate('0.001'),
    feePaidIn: 'received',
    feeInMarketList: false,
    stream: {
      ...streamDefaults,
      bookHash: 'orderbook::',
      // The depth of the snapshot under the deltas: 100 levels weigh 5, ccxt's 1,000 weigh 50.
      limit: 100,
      snapshotFirst: true,
      socketPerCall: true,
      symbolsPerCallMax: 100,
      topicsPerConnectionMax: 200,
      connectionsMax: 3,
      callSpacingMs: 250,
    },
  },
  {
    venue: 'okx',
    name: 'OKX',
    // 20 per 2 s on each route by IP.
    requestRate: { weightPerSecond: 8, burst: 16 },
    weights: { list: 2, sweep: 1, book: 1, small: 1 },
    restBookLevels: [20, 100, 400],
    takerFee: rate('0.001'),
    feePaidIn: 'received',
    feeInMarketList: false,
    stream: {
      ...streamDefaults,
      bookHash: 'books:',
      snapshotFirst: true,
      symbolsPerCallMax: 50,
      topicsPerConnectionMax: 100,
      connectionsMax: 3,
      connectSpacingMs: 400,
    },
  },
  {
    venue: 'bybit',
    name: 'Bybit',
    // 600 per 5 s by IP.
    requestRate: { weightPerSecond: 80, burst: 200 },
    weights: { list: 2, sweep: 1, book: 1, small: 1 },
    restBookLevels: [50, 200],
    takerFee: rate('0.001'),
    feePaidIn: 'received',
    feeInMarketList: false,
    stream: {
      ...streamDefaults,
      bookHash: 'orderbook:',
      limit: 50,
      snapshotFirst: true,
      symbolsPerCallMax: 10,
      topicsPerConnectionMax: 100,
      connectionsMax: 3,
      callSpacingMs: 50,
    },
  },
  {
    venue: 'bitget',
    name: 'Bitget',
    // 20 a second on each route by IP; the coin list 3 a second.
    requestRate: { weightPerSecond: 12, burst: 24 },
    weights: { list: 8, sweep: 1, book: 1, small: 1 },
    restBookLevels: [15, 50, 150],
    takerFee: rate('0.001'),
    feePaidIn: 'received',
    feeInMarketList: true,
    stream: {
      ...streamDefaults,
      bookHash: 'orderbook:',
      limit: 15,
      snapshotFirst: true,
      symbolsPerCallMax: 24,
      topicsPerConnectionMax: 48,
      connectionsMax: 5,
    },
  },
  {
    venue: 'mexc',
    name: 'MEXC',
    // 500 per 10 s by IP.
    requestRate: { weightPerSecond: 35, burst: 120 },
    weights: { list: 10, sweep: 40, book: 1, small: 1 },
    restBookLevels: [20, 100, 1000],
    takerFee: rate('0.0005'),
    feePaidIn: 'received',
    feeInMarketList: true,
    stream: {
      ...streamDefaults,
      bookHash: 'orderbook:',
      call: 'per-symbol',
      snapshotFirst: false,
      symbolsPerCallMax: 1,
      topicsPerConnectionMax: 30,
      connectionsMax: 6,
      callSpacingMs: 110,
      snapshotAfterDeltas: 2,
    },
  },
  {
    venue: 'gate',
    name: 'Gate',
    // 200 per 10 s on each route by IP.
    requestRate: { weightPerSecond: 14, burst: 40 },
    weights: { list: 3, sweep: 1, book: 1, small: 1 },
    restBookLevels: [20, 50, 100],
    takerFee: rate('0.002'),
    feePaidIn: 'received',
    feeInMarketList: true,
  },
  {
    venue: 'htx',
    name: 'HTX',
    requestRate: { weightPerSecond: 8, burst: 20 },
    weights: { list: 3, sweep: 1, book: 1, small: 1 },
    restBookLevels: [5, 10, 20, 150],
    takerFee: rate('0.002'),
    feePaidIn: 'received',
    feeInMarketList: false,
    spotMarketsOnly: { spot: true, linear: false, inverse: false },
  },
  {
    venue: 'kraken',
    name: 'Kraken',
    // One public call a second by IP.
    requestRate: { weightPerSecond: 0.9, burst: 6 },
    weights: { list: 2, sweep: 1, book: 1, small: 1 },
    restBookLevels: [20, 100, 500],
    takerFee: rate('0.004'),
    feePaidIn: 'quote',
    feeInMarketList: true,
  },
  {
    venue: 'btcturk',
    name: 'BtcTurk',
    // 600 per 10 minutes by IP on the ticker.
    requestRate: { weightPerSecond: 0.9, burst: 10 },
    weights: { list: 1, sweep: 1, book: 1, small: 1 },
    restBookLevels: [20, 100],
    takerFee: rate('0.002'),
    feePaidIn: 'quote',
    feeInMarketList: false,
  },
  {
    venue: 'cex',
    name: 'CEX.IO',
    // 200 a minute by IP.
    requestRate: { weightPerSecond: 2.5, burst: 10 },
    weights: { list: 4, sweep: 1, book: 1, small: 1 },
    restBookLevels: [],
    takerFee: rate('0.0025'),
    feePaidIn: 'quote',
    feeInMarketList: false,
  },
]

/** Every venue we know, in the order in which they are shown. */
export const knownExchanges: readonly KnownExchange[] = Object.freeze(entries)

const byVenue = new Map(entries.map((entry) => [entry.venue, entry]))

/** Undefined for a venue that has no entry here. */
export const knownExchange = (venue: VenueId): KnownExchange | undefined => byVenue.get(venue)

/** How many books of one venue can be streamed at once; 0 where only REST is proven. */
export function topicsMax(venue: VenueId): number {
  const stream = byVenue.get(venue)?.stream
  return stream === undefined ? 0 : stream.connectionsMax * stream.topicsPerConnectionMax
}
