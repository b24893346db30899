// The boundary between a ccxt ticker and ours: a row that is no price of a spot market does not pass.
import type { VenueId } from '../market/market.ts'
import { spotSymbol, type Ticker } from '../market/ticker.ts'

const positive = (value: unknown): value is number =>
  typeof value === 'number' && value > 0 && value < Infinity
// A volume or size of zero is knowledge ("nothing on offer"), unlike a missing one.
const told = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value < Infinity

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Reads one row of ccxt's unified `fetchTickers`, recorded or live, filed under `symbol`.
 * Undefined for contracts, for a market of an asset with itself, and for a row without both prices
 * (NaN, null, zero, negative and infinite ones included). A crossed row stays: filters judge it.
 */
function readTickerRow(venue: VenueId, symbol: string, row: unknown): Ticker | undefined {
  if (!isRecord(row) || !spotSymbol.test(symbol)) return undefined
  const { bid, ask, bidVolume, askVolume, quoteVolume, timestamp } = row
  if (!positive(bid) || !positive(ask)) return undefined
  const slash = symbol.indexOf('/')
  const base = symbol.slice(0, slash)
  const quote = symbol.slice(slash + 1)
  if (base === quote) return undefined
  return {
    venue,
    symbol,
    base,
    quote,
    bid,
    ask,
    ...(told(bidVolume) && { bidSize: bidVolume }),
    ...(told(askVolume) && { askSize: askVolume }),
    ...(told(quoteVolume) && { quoteVolume }),
    ...(positive(timestamp) && { venueTimeMs: timestamp }),
  }
}

/** Every usable row of a `fetchTickers` answer, in its own order. */
export function readTickerRows(venue: VenueId, rows: Readonly<Record<string, unknown>>): Ticker[] {
  const tickers: Ticker[] = []
  for (const [symbol, row] of Object.entries(rows)) {
    const ticker = readTickerRow(venue, symbol, row)
    if (ticker !== undefined) tickers.push(ticker)
  }
  return tickers
}
