// CEX.IO Spot Trading: every public call is a POST with a JSON body.
import type { SourceAsset, SourceMarket, SourceTicker } from '../market-source.ts'
import type { RestCall, VenueContext, VenueDialect } from '../venue-dialect.ts'
import { answeredRows, dashedId, findMarket } from '../venue-rows.ts'
import {
  jsonObject,
  levelTexts,
  plainText,
  priceText,
  stepText,
  textOf,
  textsOf,
} from '../wire-text.ts'
import { restOnly } from './rest-only.ts'

const okay = (data: unknown) => ({ ok: 'ok', data })

const pairRow = (market: SourceMarket) => ({
  base: market.base,
  quote: market.quote,
  baseMin: plainText(market.amountMin),
  baseMax: '1000000000',
  baseLotSize: stepText(market.amountDecimals),
  quoteMin: plainText(market.notionalMin),
  quoteMax: '100000000',
  quoteLotSize: '0.00000001',
  basePrecision: String(market.amountDecimals),
  quotePrecision: '8',
  pricePrecision: String(market.priceDecimals),
  minPrice: stepText(market.priceDecimals),
  maxPrice: '1000000000',
})

const currencyRow = ({ asset, networks }: SourceAsset) => ({
  currency: asset,
  fiat: false,
  precision: '8',
  walletPrecision: '8',
  walletDeposit: networks.some(({ deposit }) => deposit),
  walletWithdrawal: networks.some(({ withdraw }) => withdraw),
})

const state = (open: boolean) => (open ? 'enabled' : 'disabled')

const processingRow = ({ asset, name, networks }: SourceAsset) => ({
  name,
  type: 'crypto',
  blockchains: Object.fromEntries(
    networks.map(({ network, deposit, withdraw, withdrawFee }) => [
      network.toLowerCase(),
      {
        type: asset,
        deposit: state(deposit),
        withdrawal: state(withdraw),
        minDeposit: '0',
        minWithdrawal: plainText(withdrawFee * 2),
        withdrawalFee: plainText(withdrawFee),
      },
    ]),
  ),
})

const tickerRow = (market: SourceMarket, row: SourceTicker) => ({
  id: dashedId(market),
  bestBid: priceText(market, row.bid),
  bestAsk: priceText(market, row.ask),
  bestBidChange: '0',
  bestAskChange: '0',
  low: priceText(market, row.low),
  high: priceText(market, row.high),
  volume: plainText(row.baseVolume),
  quoteVolume: plainText(row.quoteVolume),
  last: priceText(market, row.last),
  priceChange: priceText(market, row.last - row.open),
  priceChangePercentage: ((row.last / row.open - 1) * 100).toFixed(2),
})

/** Rows by pair, all of them unless pairs are named. */
function ticker(call: RestCall, { market }: VenueContext) {
  const wanted = textsOf(jsonObject(call.body)?.['pairs'])
  const rows = (answeredRows(market, tickerRow) as { readonly id: string }[]).map(
    (row) => [row.id, row] as const,
  )
  return okay(
    Object.fromEntries(wanted.length === 0 ? rows : rows.filter(([id]) => wanted.includes(id))),
  )
}

function orderBook(call: RestCall, { market }: VenueContext) {
  const one = findMarket(market, dashedId, textOf(jsonObject(call.body)?.['pair']))
  const book = one && market.book(one.symbol)
  if (one === undefined || book === undefined) return { error: 'Pair is not found' }
  return okay({
    timestamp: book.timeMs,
    currency1: one.base,
    currency2: one.quote,
    bids: levelTexts(one, book.bids),
    asks: levelTexts(one, book.asks),
  })
}

const place = '/api/spot/rest-public'

const routes: Readonly<Record<string, (call: RestCall, context: VenueContext) => unknown>> = {
  [`${place}/get_server_time`]: (_, { now }) => okay({ timestamp: now() }),
  [`${place}/get_currencies_info`]: (_, { market }) => okay(market.assets.map(currencyRow)),
  [`${place}/get_processing_info`]: (_, { market }) =>
    okay(Object.fromEntries(market.assets.map((asset) => [asset.asset, processingRow(asset)]))),
  [`${place}/get_pairs_info`]: (_, { market }) => okay(market.markets.map(pairRow)),
  [`${place}/get_ticker`]: ticker,
  [`${place}/get_order_book`]: orderBook,
}

export const cex: VenueDialect = {
  venue: 'cex',
  hosts: ['trade.cex.io'],
  answer: (call, context) => routes[call.path]?.(call, context),
  connect: restOnly,
}
