// One venue's recorded ticker rows as markets and rows that a venue server can answer again.
import type { Level, SourceMarket, SourceTicker } from '../market-source.ts'
import { recordedMarket } from './market-rules.ts'
import type { RecordedRow, RecordedVenue } from './recorded-venues.ts'

export type TickerRow = {
  /** Undefined where the venue did not say; then the whole answer's time stands in. */
  readonly timeMs: number | undefined
  readonly ticker: Omit<SourceTicker, 'timeMs' | 'recorded'>
  /** The venue's own item, times as recorded. */
  readonly answer: Readonly<Record<string, unknown>>
  /** Empty where no size was recorded: a price of unknown depth is no depth. */
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

export type TickerRecording = {
  readonly recorded: RecordedVenue
  readonly markets: readonly SourceMarket[]
  /** Rows of `markets` and those that name no market the venue lists, which it answers all the same. */
  readonly rows: readonly TickerRow[]
  /** The middle of its rows' times, ms; undefined where no row carries one. */
  readonly momentMs: number | undefined
}

// Names with a space are markets too: ccxt gave them to namesakes at that time.
const spotSymbol = /^[^/:]+\/[^/:]+$/

const told = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const level = (price: number, size: number | undefined): Level[] =>
  price > 0 && size !== undefined && size > 0 ? [[price, size]] : []

function readRow(recorded: RecordedVenue, row: RecordedRow): TickerRow {
  const { ticker, symbol } = row
  const [bidSize, askSize] = (
    recorded.sizesOf?.(row) ?? [ticker['bidVolume'], ticker['askVolume']]
  ).map(told)
  const bid = told(ticker['bid']) ?? 0
  const ask = told(ticker['ask']) ?? 0
  // Read by channels that are written anew; what was not recorded shows no movement and no volume.
  const last = told(ticker['last']) ?? (bid > 0 ? bid : ask)
  const open = told(ticker['open']) ?? last
  return {
    timeMs: told(ticker['timestamp']),
    ticker: {
      symbol,
      bid,
      ask,
      ...(bidSize !== undefined && { bidSize }),
      ...(askSize !== undefined && { askSize }),
      last,
      open,
      high: told(ticker['high']) ?? Math.max(last, open),
      low: told(ticker['low']) ?? Math.min(last, open),
      baseVolume: told(ticker['baseVolume']) ?? 0,
      quoteVolume: told(ticker['quoteVolume']) ?? 0,
    },
    answer: recorded.answerOf(row),
    bids: level(bid, bidSize),
    asks: level(ask, askSize),
  }
}

function readMarket(
  recorded: RecordedVenue,
  row: RecordedRow,
  { ticker }: TickerRow,
): SourceMarket | undefined {
  const pair = spotSymbol.test(row.symbol) ? recorded.pairOf(row) : undefined
  if (pair === undefined) return undefined
  const { bid, ask, last, open, high, low, bidSize, askSize, baseVolume } = ticker
  const fee = recorded.feeOf?.(row) ?? recorded.takerFee
  return recordedMarket({
    symbol: row.symbol,
    base: pair[0],
    quote: pair[1],
    takerFee: fee > 0 ? fee : recorded.takerFee,
    // A row without any price is all that is left of a market that has ended.
    active: bid > 0 || ask > 0,
    prices: [bid, ask, last, open, high, low],
    amounts: [bidSize, askSize, baseVolume],
  })
}

/**
 * Reads the text of one dump file: `{"tickers": {SYMBOL: ccxt unified ticker}}`. Contracts are left
 * out. Throws for a text that is no such JSON.
 */
export function readTickerRecording(recorded: RecordedVenue, text: string): TickerRecording {
  const parsed: unknown = JSON.parse(text)
  const tickers = isRecord(parsed) ? parsed['tickers'] : undefined
  if (!isRecord(tickers)) throw new Error('it holds no "tickers" object')
  const markets: SourceMarket[] = []
  const rows: TickerRow[] = []
  for (const [symbol, ticker] of Object.entries(tickers)) {
    if (!isRecord(ticker) || symbol.includes(':')) continue
    const raw = { symbol, ticker, info: isRecord(ticker['info']) ? ticker['info'] : {} }
    const row = readRow(recorded, raw)
    const market = readMarket(recorded, raw, row)
    if (market !== undefined) markets.push(market)
    rows.push(row)
  }
  const times = rows.flatMap(({ timeMs }) => timeMs ?? []).toSorted((a, b) => a - b)
  return { recorded, markets, rows, momentMs: times[times.length >> 1] }
}
