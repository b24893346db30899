// KuCoin spot: REST v1 to v3 and the classic websocket (topics, acks, level2 deltas by sequence).
import type { SourceAsset, SourceMarket, SourceTicker } from '../market-source.ts'
import type { RestCall, VenueContext, VenueDialect } from '../venue-dialect.ts'
import { answeredRows, dashedId, findMarket, rowsTimeMs } from '../venue-rows.ts'
import { amountText, levelTexts, plainText, priceText, stepText } from '../wire-text.ts'
import { kucoinAccount } from './kucoin-account.ts'
import { chainIdOf, kucoinServers, socketHost, success } from './kucoin-answers.ts'
import { connectKucoin } from './kucoin-socket.ts'

function currencyRow({ asset, name, networks }: SourceAsset) {
  return {
    currency: asset,
    name: asset,
    fullName: name,
    precision: 8,
    confirms: null,
    contractAddress: null,
    isMarginEnabled: false,
    isDebitEnabled: false,
    chains: networks.map(({ network, deposit, withdraw, contract, withdrawFee }) => ({
      chainName: network,
      chainId: chainIdOf(network),
      withdrawalMinSize: plainText(withdrawFee * 2),
      depositMinSize: null,
      withdrawFeeRate: '0',
      withdrawalMinFee: plainText(withdrawFee),
      isWithdrawEnabled: withdraw,
      isDepositEnabled: deposit,
      confirms: 12,
      preConfirms: 12,
      withdrawPrecision: 8,
      maxWithdraw: null,
      maxDeposit: null,
      needTag: false,
      contractAddress: contract ?? '',
    })),
  }
}

function symbolRow(market: SourceMarket) {
  const id = dashedId(market)
  return {
    symbol: id,
    name: id,
    baseCurrency: market.base,
    quoteCurrency: market.quote,
    feeCurrency: market.quote,
    market: market.quote === 'USDT' ? 'USDS' : market.quote,
    baseMinSize: plainText(market.amountMin),
    quoteMinSize: plainText(market.notionalMin),
    baseMaxSize: '10000000000',
    quoteMaxSize: '99999999',
    baseIncrement: stepText(market.amountDecimals),
    quoteIncrement: stepText(8),
    priceIncrement: stepText(market.priceDecimals),
    priceLimitRate: '0.1',
    minFunds: plainText(market.notionalMin),
    isMarginEnabled: false,
    enableTrading: market.active,
  }
}

function tickerRow(market: SourceMarket, ticker: SourceTicker) {
  const id = dashedId(market)
  const size = (value: number | undefined) =>
    value === undefined ? undefined : amountText(market, value)
  return {
    symbol: id,
    symbolName: id,
    buy: priceText(market, ticker.bid),
    bestBidSize: size(ticker.bidSize),
    sell: priceText(market, ticker.ask),
    bestAskSize: size(ticker.askSize),
    changeRate: (ticker.last / ticker.open - 1).toFixed(4),
    changePrice: priceText(market, ticker.last - ticker.open),
    high: priceText(market, ticker.high),
    low: priceText(market, ticker.low),
    vol: plainText(ticker.baseVolume),
    volValue: plainText(ticker.quoteVolume),
    last: priceText(market, ticker.last),
    averagePrice: priceText(market, (ticker.high + ticker.low) / 2),
    takerFeeRate: String(market.takerFee),
    makerFeeRate: String(market.takerFee),
    takerCoefficient: '1',
    makerCoefficient: '1',
  }
}

function orderBook(call: RestCall, context: VenueContext, count: number) {
  const market = findMarket(context.market, dashedId, call.query.get('symbol'))
  const book = market && context.market.book(market.symbol)
  if (market === undefined || book === undefined)
    return { code: '400100', msg: 'This pair is not provided at present' }
  return success({
    sequence: String(book.sequence),
    time: book.timeMs,
    bids: levelTexts(market, book.bids, count),
    asks: levelTexts(market, book.asks, count),
  })
}

const routes: Readonly<Record<string, (call: RestCall, context: VenueContext) => unknown>> = {
  '/api/v1/timestamp': (_, { now }) => success(now()),
  '/api/v1/status': () => success({ status: 'open', msg: '' }),
  '/api/v3/currencies': (_, { market }) => success(market.assets.map(currencyRow)),
  '/api/v2/symbols': (_, { market }) => success(market.markets.map(symbolRow)),
  '/api/v1/market/allTickers': (_, context) =>
    success({ time: rowsTimeMs(context), ticker: answeredRows(context.market, tickerRow) }),
  '/api/v1/market/orderbook/level2_20': (call, context) => orderBook(call, context, 20),
  '/api/v1/market/orderbook/level2_100': (call, context) => orderBook(call, context, 100),
  '/api/v3/market/orderbook/level2': (call, context) => orderBook(call, context, Infinity),
  '/api/v1/bullet-public': (_, context) =>
    success(kucoinServers(context, 'simulator-public-token')),
  '/api/v1/contracts/active': () => success([]),
  // The account's own routes, which ccxt asks for as soon as it holds keys.
  '/api/ua/v1/account/mode': () => success({ selfAccountMode: 'CLASSIC' }),
  '/api/v3/margin/symbols': (_, { now }) => success({ timestamp: now(), items: [] }),
  '/api/v1/isolated/symbols': () => success([]),
  '/api/v1/hf/accounts/opened': () => success(false),
}

export const kucoin: VenueDialect = {
  venue: 'kucoin',
  hosts: ['api.kucoin.com', 'api-futures.kucoin.com', socketHost],
  answer: (call, context) => routes[call.path]?.(call, context),
  connect: connectKucoin,
  account: kucoinAccount,
}
