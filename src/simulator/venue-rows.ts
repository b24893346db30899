// What every REST dialect needs of a venue: its rows with their markets, and a market by the venue's id.
import type { SourceMarket, SourceTicker, SourceVenue } from './market-source.ts'

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

export const findMarket = (
  venue: SourceVenue,
  idOf: IdOf,
  id: string | null,
): SourceMarket | undefined => venue.markets.find((market) => idOf(market) === id)
