// Kraken spot: REST version 0, public side only.
import type { SourceMarket, SourceTicker } from '../market-source.ts'
import type { RestCall, VenueContext, VenueDialect } from '../venue-dialect.ts'
import { joinedId, marketsById } from '../venue-rows.ts'
import { amountText, levelTexts, plainText, priceText } from '../wire-text.ts'
import { restOnly } from './rest-only.ts'

const result = (value: unknown) => ({ error: [], result: value })
const unknownPair = { error: ['EQuery:Unknown asset pair'] }

const percent = (share: number) => Number((share * 100).toPrecision(12))

const pairRow = (market: SourceMarket) => ({
  altname: joinedId(market),
  wsname: `${market.base}/${market.quote}`,
  aclass_base: 'currency',
  base: market.base,
  aclass_quote: 'currency',
  quote: market.quote,
  lot: 'unit',
  pair_decimals: market.priceDecimals,
  cost_decimals: market.priceDecimals,
  lot_decimals: market.amountDecimals,
  lot_multiplier: 1,
  leverage_buy: [],
  leverage_sell: [],
  fees: [[0, percent(market.takerFee)]],
  fees_maker: [[0, percent(market.takerFee)]],
  fee_volume_currency: 'ZUSD',
  ordermin: plainText(market.amountMin),
  costmin: plainText(market.notionalMin),
  status: market.active ? 'online' : 'cancel_only',
})

function tickerRow(market: SourceMarket, row: SourceTicker) {
  const side = (price: number, size: number | undefined) => [
    priceText(market, price),
    String(Math.floor(size ?? 0)),
    amountText(market, size ?? 0),
  ]
  const twice = (text: string) => [text, text]
  return {
    a: side(row.ask, row.askSize),
    b: side(row.bid, row.bidSize),
    c: [priceText(market, row.last), amountText(market, row.bidSize ?? 0)],
    v: twice(plainText(row.baseVolume)),
    p: twice(priceText(market, (row.high + row.low) / 2)),
    t: [0, 0],
    l: twice(priceText(market, row.low)),
    h: twice(priceText(market, row.high)),
    o: priceText(market, row.open),
  }
}

/** Rows by pair id, all of them unless pairs are named; a row carries no id of its own. */
function ticker(call: RestCall, { market }: VenueContext) {
  const bySymbol = new Map(market.markets.map((one) => [one.symbol, one]))
  const wanted = call.query.get('pair')?.split(',')
  const rows = market.tickers().flatMap((row): (readonly [string, unknown])[] => {
    const one = bySymbol.get(row.symbol)
    if (one !== undefined) return [[joinedId(one), row.recorded ?? tickerRow(one, row)]]
    return row.recorded === undefined ? [] : [[row.symbol, row.recorded]]
  })
  return result(
    Object.fromEntries(wanted === undefined ? rows : rows.filter(([id]) => wanted.includes(id))),
  )
}

function depth(call: RestCall, { market }: VenueContext) {
  const id = call.query.get('pair') ?? ''
  const one = marketsById(market, joinedId).get(id)
  const book = one && market.book(one.symbol)
  if (one === undefined || book === undefined) return unknownPair
  const count = Number(call.query.get('count') ?? 100)
  const timed = (levels: typeof book.bids) =>
    levelTexts(one, levels, count).map((level) => [...level, Math.floor(book.timeMs / 1000)])
  return result({ [id]: { asks: timed(book.asks), bids: timed(book.bids) } })
}

const routes: Readonly<Record<string, (call: RestCall, context: VenueContext) => unknown>> = {
  '/0/public/Time': (_, { now }) => result({ unixtime: Math.floor(now() / 1000) }),
  '/0/public/SystemStatus': () => result({ status: 'online' }),
  // Kraken tells of deposits and withdrawals to its customers only.
  '/0/public/Assets': (_, { market }) =>
    result(
      Object.fromEntries(
        market.assets.map(({ asset }) => [
          asset,
          { aclass: 'currency', altname: asset, decimals: 10, status: 'enabled' },
        ]),
      ),
    ),
  '/0/public/AssetPairs': (_, { market }) =>
    result(Object.fromEntries(market.markets.map((one) => [joinedId(one), pairRow(one)]))),
  '/0/public/Ticker': ticker,
  '/0/public/Depth': depth,
}

export const kraken: VenueDialect = {
  venue: 'kraken',
  hosts: ['api.kraken.com'],
  answer: (call, context) => routes[call.path]?.(call, context),
  connect: restOnly,
}
