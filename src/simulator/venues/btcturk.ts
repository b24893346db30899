// BtcTurk spot: REST v2, public side only.
import type { SourceMarket, SourceTicker } from '../market-source.ts'
import type { RestCall, VenueContext, VenueDialect } from '../venue-dialect.ts'
import { answeredRows, findMarket, joinedId } from '../venue-rows.ts'
import { levelTexts, plainText, priceText, stepText } from '../wire-text.ts'
import { restOnly } from './rest-only.ts'

const success = (data: unknown) => ({ data, success: true, message: null, code: 0 })

const symbolRow = (market: SourceMarket, i: number) => ({
  id: i + 1,
  name: joinedId(market),
  nameNormalized: `${market.base}_${market.quote}`,
  status: market.active ? 'TRADING' : 'HALTED',
  numerator: market.base,
  denominator: market.quote,
  numeratorScale: market.amountDecimals,
  denominatorScale: market.priceDecimals,
  hasFraction: true,
  filters: [
    {
      filterType: 'PRICE_FILTER',
      minPrice: stepText(market.priceDecimals),
      maxPrice: '1000000000',
      tickSize: stepText(market.priceDecimals),
      minExchangeValue: plainText(market.notionalMin),
      minAmount: plainText(market.amountMin),
      maxAmount: null,
    },
  ],
  orderMethods: ['MARKET', 'LIMIT'],
})

const tickerRow = (market: SourceMarket, row: SourceTicker) => ({
  pair: joinedId(market),
  pairNormalized: `${market.base}_${market.quote}`,
  timestamp: row.timeMs,
  last: priceText(market, row.last),
  high: priceText(market, row.high),
  low: priceText(market, row.low),
  bid: priceText(market, row.bid),
  ask: priceText(market, row.ask),
  open: priceText(market, row.open),
  volume: plainText(row.baseVolume),
  average: priceText(market, (row.high + row.low) / 2),
  daily: priceText(market, row.last - row.open),
  dailyPercent: ((row.last / row.open - 1) * 100).toFixed(2),
  denominatorSymbol: market.quote,
  numeratorSymbol: market.base,
})

function orderBook(call: RestCall, { market }: VenueContext) {
  const one = findMarket(market, joinedId, call.query.get('pairSymbol'))
  const book = one && market.book(one.symbol)
  if (one === undefined || book === undefined)
    return { data: null, success: false, message: 'PAIR_NOT_FOUND', code: 1010 }
  const count = Number(call.query.get('limit') ?? 100)
  return success({
    timestamp: book.timeMs,
    bids: levelTexts(one, book.bids, count),
    asks: levelTexts(one, book.asks, count),
  })
}

const routes: Readonly<Record<string, (call: RestCall, context: VenueContext) => unknown>> = {
  '/api/v2/server/time': (_, { now }) => ({ serverTime: now(), serverTime2: new Date(now()) }),
  '/api/v2/server/exchangeinfo': (_, { market, now }) =>
    success({ timeZone: 'UTC', serverTime: now(), symbols: market.markets.map(symbolRow) }),
  '/api/v2/ticker': (_, { market }) => success(answeredRows(market, tickerRow)),
  '/api/v2/orderbook': orderBook,
}

export const btcturk: VenueDialect = {
  venue: 'btcturk',
  hosts: ['api.btcturk.com'],
  answer: (call, context) => routes[call.path]?.(call, context),
  connect: restOnly,
}
