// What every REST dialect needs of a venue: its rows with their markets, and a market by the venue's id.
import type { SourceMarket, SourceTicker, SourceVenue } from './market-source.ts'
import type { VenueContext } from './venue-dialect.ts'

export type IdOf = (market: SourceMarket) => string

/** "BTC-USDT" and "BTCUSDT". */
export const dashedId: IdOf = ({ base, quote }) => `${base}-${quote}`
export const joinedId: IdOf = ({ base, quote }) => `${base}${quote}`

export const marketsById = (venue: SourceVenue, idOf: IdOf): ReadonlyMap<string, SourceMarket> =>
  new Map(venue.markets.map((market) => [idOf(market), market]))

export function tickerRows<T>(
  venue: SourceVenue,
  row: (market: SourceMarket, ticker: SourceTicker) => T,
): T[] {
  const bySymbol = new Map(venue.markets.map((market) => [market.symbol, market]))
  return venue.tickers().flatMap((ticker) => {
    const market = bySymbol.get(ticker.symbol)
    return market === undefined ? [] : [row(market, ticker)]
  })
}

/**
 * A whole all-tickers answer: each row as the venue itself wrote it where it was recorded, which covers
 * rows of markets that it does not list, else as `row` writes it.
 */
export function answeredRows(
  venue: SourceVenue,
  row: (market: SourceMarket, ticker: SourceTicker) => unknown,
): unknown[] {
  const bySymbol = new Map(venue.markets.map((market) => [market.symbol, market]))
  return venue.tickers().flatMap((ticker): unknown[] => {
    if (ticker.recorded !== undefined) return [ticker.recorded]
    const market = bySymbol.get(ticker.symbol)
    return market === undefined ? [] : [row(market, ticker)]
  })
}

/** The time of an answer that states one for all its rows: now, or that of its oldest recorded row. */
export function rowsTimeMs({ market, now }: VenueContext): number {
  let oldestMs = Infinity
  for (const { recorded, timeMs } of market.tickers())
    if (recorded !== undefined) oldestMs = Math.min(oldestMs, timeMs)
  return Math.min(oldestMs, now())
}

export const findMarket = (
  venue: SourceVenue,
  idOf: IdOf,
  id: string | null,
): SourceMarket | undefined => venue.markets.find((market) => idOf(market) === id)
