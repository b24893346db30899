// Gate spot: REST v4, public side only.
import type { SourceAsset, SourceMarket, SourceTicker } from '../market-source.ts'
import type { RestCall, VenueContext, VenueDialect } from '../venue-dialect.ts'
import { answeredRows, findMarket } from '../venue-rows.ts'
import { amountText, levelTexts, plainText, priceText } from '../wire-text.ts'
import { restOnly } from './rest-only.ts'

const gateId = ({ base, quote }: SourceMarket) => `${base}_${quote}`

const pairRow = (market: SourceMarket) => ({
  id: gateId(market),
  base: market.base,
  quote: market.quote,
  fee: String(Number((market.takerFee * 100).toPrecision(12))),
  min_base_amount: plainText(market.amountMin),
  min_quote_amount: plainText(market.notionalMin),
  amount_precision: market.amountDecimals,
  precision: market.priceDecimals,
  trade_status: market.active ? 'tradable' : 'untradable',
  sell_start: 0,
  buy_start: 0,
})

const currencyRow = ({ asset, name, networks }: SourceAsset) => ({
  currency: asset,
  name,
  delisted: false,
  withdraw_disabled: !networks.some(({ withdraw }) => withdraw),
  deposit_disabled: !networks.some(({ deposit }) => deposit),
  trade_disabled: false,
  chains: networks.map(({ network, deposit, withdraw, contract }) => ({
    name: network,
    addr: contract ?? '',
    withdraw_disabled: !withdraw,
    deposit_disabled: !deposit,
  })),
})

const tickerRow = (market: SourceMarket, row: SourceTicker) => ({
  currency_pair: gateId(market),
  last: priceText(market, row.last),
  lowest_ask: priceText(market, row.ask),
  lowest_size: amountText(market, row.askSize ?? 0),
  highest_bid: priceText(market, row.bid),
  highest_size: amountText(market, row.bidSize ?? 0),
  change_percentage: ((row.last / row.open - 1) * 100).toFixed(2),
  base_volume: plainText(row.baseVolume),
  quote_volume: plainText(row.quoteVolume),
  high_24h: priceText(market, row.high),
  low_24h: priceText(market, row.low),
})

function orderBook(call: RestCall, { market, now }: VenueContext) {
  const one = findMarket(market, gateId, call.query.get('currency_pair'))
  const book = one && market.book(one.symbol)
  if (one === undefined || book === undefined)
    return { label: 'INVALID_CURRENCY_PAIR', message: 'Invalid currency pair' }
  const count = Number(call.query.get('limit') ?? 10)
  return {
    ...(call.query.get('with_id') === 'true' && { id: book.sequence }),
    current: now(),
    update: book.timeMs,
    asks: levelTexts(one, book.asks, count),
    bids: levelTexts(one, book.bids, count),
  }
}

const routes: Readonly<Record<string, (call: RestCall, context: VenueContext) => unknown>> = {
  '/api/v4/spot/time': (_, { now }) => ({ server_time: now() }),
  '/api/v4/spot/currencies': (_, { market }) => market.assets.map(currencyRow),
  '/api/v4/spot/currency_pairs': (_, { market }) => market.markets.map(pairRow),
  '/api/v4/margin/currency_pairs': () => [],
  '/api/v4/spot/tickers': (_, { market }) => answeredRows(market, tickerRow),
  '/api/v4/spot/order_book': orderBook,
}

export const gate: VenueDialect = {
  venue: 'gate',
  hosts: ['api.gateio.ws'],
  answer: (call, context) => routes[call.path]?.(call, context),
  connect: restOnly,
}
