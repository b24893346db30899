// The venues whose recorded ticker rows can be answered again, as data: how a row names its market,
// where it keeps its sizes, and what its own answer looked like.
import type { VenueId } from '../../market/market.ts'

/** One entry of a dump: ccxt's unified ticker with the venue's own item in `info`. */
export type RecordedRow = {
  /** What ccxt filed it under: a symbol, or the venue's id where ccxt knew no market. */
  readonly symbol: string
  readonly ticker: Readonly<Record<string, unknown>>
  readonly info: Readonly<Record<string, unknown>>
}

type Pair = readonly [base: string, quote: string]

export type RecordedVenue = {
  readonly venue: VenueId
  /** Its file's name without ".json": ccxt has renamed some venues since. */
  readonly files: readonly string[]
  /** Base tier of the public schedule, where the row does not tell. */
  readonly takerFee: number
  /** The assets in the venue's own codes, as its ids spell them; undefined where that fails. */
  readonly pairOf: (row: RecordedRow) => Pair | undefined
  /** What the venue answers for the row, times still as recorded. */
  readonly answerOf: (row: RecordedRow) => Readonly<Record<string, unknown>>
  /** Where ccxt's unified row of that time does not hold them. */
  readonly sizesOf?: (row: RecordedRow) => readonly [bid: unknown, ask: unknown]
  readonly feeOf?: (row: RecordedRow) => number
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const parted =
  (field: string, separator: string) =>
  ({ info }: RecordedRow): Pair | undefined => {
    const [base, quote, ...rest] = text(info[field]).split(separator)
    return base && quote && rest.length === 0 ? [base, quote] : undefined
  }

/** "HEROUSDT", filed under "Step Hero/USDT": one half is the same in both, the rest is the other. */
const joined =
  (field: string) =>
  ({ info, symbol }: RecordedRow): Pair | undefined => {
    const id = text(info[field])
    const [base = '', quote = ''] = symbol.split('/')
    const upper = id.toUpperCase()
    if (upper.length > quote.length && upper.endsWith(quote.toUpperCase()))
      return [id.slice(0, -quote.length), id.slice(-quote.length)]
    if (upper.length > base.length && upper.startsWith(base.toUpperCase()))
      return [id.slice(0, base.length), id.slice(base.length)]
    return undefined
  }

/** Kraken's rows carry no id; these are the codes in which it differs from ccxt's. */
const krakenCodes: Readonly<Record<string, string>> = {
  BTC: 'XBT',
  DOGE: 'XDG',
  LUNC: 'LUNA',
  LUNA: 'LUNA2',
  USTC: 'UST',
  REP: 'REPV2',
  REPV1: 'REP',
}
const krakenPair = ({ symbol }: RecordedRow): Pair => {
  const [base = '', quote = ''] = symbol.split('/')
  return [krakenCodes[base] ?? base, krakenCodes[quote] ?? quote]
}

const verbatim = ({ info }: RecordedRow) => info

/** ccxt wrote the answer's own time into each row. */
const withoutTime = ({ info }: RecordedRow) => {
  const { time: _, ...row } = info
  return row
}

/** Where the venue's form of today differs from the recorded one: only what was recorded, else left out. */
const todays =
  (fields: Readonly<Record<string, string>>, id: (row: RecordedRow) => object) =>
  (row: RecordedRow) => {
    const told = Object.entries(fields).flatMap(([field, unified]) => {
      const value = row.ticker[unified]
      return typeof value === 'number' ? [[field, String(value)] as const] : []
    })
    return { ...Object.fromEntries(told), ...id(row) }
  }

const cexAnswer = todays(
  {
    bestBid: 'bid',
    bestAsk: 'ask',
    last: 'last',
    high: 'high',
    low: 'low',
    volume: 'baseVolume',
    quoteVolume: 'quoteVolume',
  },
  ({ info }) => ({ id: text(info['pair']).replace(':', '-') }),
)

const bitgetAnswer = todays(
  {
    bidPr: 'bid',
    askPr: 'ask',
    bidSz: 'bidVolume',
    askSz: 'askVolume',
    lastPr: 'last',
    open: 'open',
    high24h: 'high',
    low24h: 'low',
    baseVolume: 'baseVolume',
    quoteVolume: 'quoteVolume',
    ts: 'timestamp',
  },
  ({ info }) => ({ symbol: info['symbol'] }),
)

export const recordedVenues: readonly RecordedVenue[] = [
  {
    venue: 'kucoin',
    files: ['kucoin'],
    takerFee: 0.001,
    pairOf: parted('symbol', '-'),
    answerOf: withoutTime,
    feeOf: ({ info }) => Number(info['takerFeeRate']) * Number(info['takerCoefficient'] ?? 1),
  },
  {
    venue: 'binance',
    files: ['binance'],
    takerFee: 0.001,
    pairOf: joined('symbol'),
    answerOf: verbatim,
  },
  {
    venue: 'okx',
    files: ['okx'],
    takerFee: 0.001,
    pairOf: parted('instId', '-'),
    answerOf: verbatim,
  },
  {
    venue: 'mexc',
    files: ['mexc', 'mexc3'],
    takerFee: 0.0005,
    pairOf: joined('symbol'),
    answerOf: verbatim,
  },
  {
    venue: 'gate',
    files: ['gate', 'gateio'],
    takerFee: 0.002,
    pairOf: parted('currency_pair', '_'),
    answerOf: verbatim,
  },
  {
    venue: 'htx',
    files: ['htx', 'huobi'],
    takerFee: 0.002,
    pairOf: joined('symbol'),
    answerOf: verbatim,
  },
  {
    venue: 'kraken',
    files: ['kraken'],
    takerFee: 0.004,
    pairOf: krakenPair,
    answerOf: verbatim,
    // [price, whole lots, lots] on each side.
    sizesOf: ({ info }) => [[info['b']].flat()[2], [info['a']].flat()[2]],
  },
  {
    venue: 'btcturk',
    files: ['btcturk'],
    takerFee: 0.002,
    pairOf: joined('pair'),
    answerOf: verbatim,
  },
  {
    venue: 'cex',
    files: ['cex'],
    takerFee: 0.0025,
    pairOf: parted('pair', ':'),
    answerOf: cexAnswer,
  },
  {
    venue: 'bitget',
    files: ['bitget'],
    takerFee: 0.001,
    pairOf: joined('symbol'),
    answerOf: bitgetAnswer,
  },
]
