// Binance spot: REST api/v3 and the wallet routes of sapi, which is where deposits and withdrawals show.
import type { SourceAsset, SourceMarket, SourceTicker } from '../market-source.ts'
import type { RestCall, VenueContext, VenueDialect } from '../venue-dialect.ts'
import { answeredRows, findMarket, joinedId, tickerRows } from '../venue-rows.ts'
import { amountText, levelTexts, plainText, priceText, stepText } from '../wire-text.ts'
import { binanceAccount } from './binance-account.ts'
import { networkIds } from './binance-answers.ts'
import { connectBinance } from './binance-socket.ts'

function symbolRow(market: SourceMarket) {
  return {
    symbol: joinedId(market),
    status: market.active ? 'TRADING' : 'BREAK',
    baseAsset: market.base,
    baseAssetPrecision: 8,
    quoteAsset: market.quote,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET'],
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: [
      {
        filterType: 'PRICE_FILTER',
        minPrice: stepText(market.priceDecimals),
        maxPrice: '1000000.00',
        tickSize: stepText(market.priceDecimals),
      },
      {
        filterType: 'LOT_SIZE',
        minQty: plainText(market.amountMin),
        maxQty: '9000000000',
        stepSize: stepText(market.amountDecimals),
      },
      {
        filterType: 'NOTIONAL',
        minNotional: plainText(market.notionalMin),
        applyMinToMarket: true,
      },
    ],
    permissions: ['SPOT'],
    permissionSets: [['SPOT']],
  }
}

function coinRow({ asset, name, networks }: SourceAsset) {
  return {
    coin: asset,
    depositAllEnable: networks.some(({ deposit }) => deposit),
    withdrawAllEnable: networks.some(({ withdraw }) => withdraw),
    name,
    free: '0',
    locked: '0',
    isLegalMoney: false,
    trading: true,
    networkList: networks.map(({ network, deposit, withdraw, contract, withdrawFee }, i) => ({
      network: networkIds[network] ?? network,
      coin: asset,
      withdrawIntegerMultiple: '0.00000001',
      isDefault: i === 0,
      depositEnable: deposit,
      withdrawEnable: withdraw,
      name: network,
      withdrawFee: plainText(withdrawFee),
      withdrawMin: plainText(withdrawFee * 2),
      withdrawMax: '9999999999',
      minConfirm: 12,
      unLockConfirm: 0,
      contractAddress: contract ?? '',
    })),
  }
}

function bookTickerRow(market: SourceMarket, row: SourceTicker) {
  return {
    symbol: joinedId(market),
    bidPrice: priceText(market, row.bid),
    bidQty: amountText(market, row.bidSize ?? 0),
    askPrice: priceText(market, row.ask),
    askQty: amountText(market, row.askSize ?? 0),
  }
}

function dayRow(market: SourceMarket, row: SourceTicker) {
  return {
    ...bookTickerRow(market, row),
    priceChange: priceText(market, row.last - row.open),
    priceChangePercent: ((row.last / row.open - 1) * 100).toFixed(3),
    weightedAvgPrice: priceText(market, (row.high + row.low) / 2),
    prevClosePrice: priceText(market, row.open),
    lastPrice: priceText(market, row.last),
    lastQty: amountText(market, row.bidSize ?? 0),
    openPrice: priceText(market, row.open),
    highPrice: priceText(market, row.high),
    lowPrice: priceText(market, row.low),
    volume: plainText(row.baseVolume),
    quoteVolume: plainText(row.quoteVolume),
    openTime: row.timeMs - 86_400_000,
    closeTime: row.timeMs,
    firstId: 1,
    lastId: row.baseVolume > 0 ? 1_000_000 : 1,
    count: row.baseVolume > 0 ? 1_000_000 : 0,
  }
}

/** All rows, those of `symbols`, or the one of `symbol`, as the venue answers each. */
function rows(
  call: RestCall,
  { market }: VenueContext,
  row: (one: SourceMarket, ticker: SourceTicker) => unknown,
): unknown {
  const symbol = call.query.get('symbol')
  const wanted = call.query.get('symbols')
  const ids = wanted === null ? undefined : new Set(JSON.parse(wanted) as string[])
  const found = tickerRows(market, (one, ticker) => {
    const id = joinedId(one)
    const asked = symbol === null ? ids === undefined || ids.has(id) : id === symbol
    return asked ? row(one, ticker) : undefined
  }).filter((one) => one !== undefined)
  if (symbol === null) return found
  return found[0] ?? { code: -1121, msg: 'Invalid symbol.' }
}

function depth(call: RestCall, { market }: VenueContext) {
  const one = findMarket(market, joinedId, call.query.get('symbol'))
  const book = one && market.book(one.symbol)
  if (one === undefined || book === undefined) return { code: -1121, msg: 'Invalid symbol.' }
  const count = Number(call.query.get('limit') ?? 100)
  return {
    lastUpdateId: book.sequence,
    bids: levelTexts(one, book.bids, count),
    asks: levelTexts(one, book.asks, count),
  }
}

const noContracts = ({ now }: VenueContext) => ({ timezone: 'UTC', serverTime: now(), symbols: [] })

const routes: Readonly<Record<string, (call: RestCall, context: VenueContext) => unknown>> = {
  '/api/v3/ping': () => ({}),
  '/api/v3/time': (_, { now }) => ({ serverTime: now() }),
  '/api/v3/exchangeInfo': (_, { market, now }) => ({
    timezone: 'UTC',
    serverTime: now(),
    rateLimits: [],
    exchangeFilters: [],
    symbols: market.markets.map(symbolRow),
  }),
  '/api/v3/ticker/24hr': (call, context) =>
    call.query.has('symbol') || call.query.has('symbols')
      ? rows(call, context, (one, row) => row.recorded ?? dayRow(one, row))
      : answeredRows(context.market, dayRow),
  '/api/v3/ticker/bookTicker': (call, context) => rows(call, context, bookTickerRow),
  '/api/v3/depth': depth,
  '/sapi/v1/system/status': () => ({ status: 0, msg: 'normal' }),
  '/sapi/v1/capital/config/getall': (_, { market }) => market.assets.map(coinRow),
  '/sapi/v1/margin/allPairs': () => [],
  '/sapi/v1/margin/isolated/allPairs': () => [],
  '/fapi/v1/exchangeInfo': (_, context) => noContracts(context),
  '/dapi/v1/exchangeInfo': (_, context) => noContracts(context),
}

export const binance: VenueDialect = {
  venue: 'binance',
  hosts: [
    'api.binance.com',
    'fapi.binance.com',
    'dapi.binance.com',
    'stream.binance.com:9443',
    'ws-api.binance.com:443',
  ],
  answer: (call, context) => routes[call.path]?.(call, context),
  connect: connectBinance,
  account: binanceAccount,
}
