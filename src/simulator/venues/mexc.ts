// MEXC spot: REST api/v3.
import type { SourceAsset, SourceMarket, SourceTicker } from '../market-source.ts'
import type { RestCall, VenueContext, VenueDialect } from '../venue-dialect.ts'
import { answeredRows, findMarket, joinedId, tickerRows } from '../venue-rows.ts'
import { amountText, levelTexts, plainText, priceText } from '../wire-text.ts'
import { connectMexc } from './mexc-socket.ts'

/** MEXC's short and long network names by ccxt's network code. */
const networkNames: Readonly<Record<string, readonly [short: string, long: string]>> = {
  ERC20: ['ETH', 'Ethereum(ERC20)'],
  TRC20: ['TRX', 'Tron(TRC20)'],
  BEP20: ['BSC', 'BNB Smart Chain(BEP20)'],
}

function symbolRow(market: SourceMarket) {
  return {
    symbol: joinedId(market),
    status: market.active ? '1' : '2',
    baseAsset: market.base,
    baseAssetPrecision: market.amountDecimals,
    quoteAsset: market.quote,
    quotePrecision: market.priceDecimals,
    quoteAssetPrecision: market.priceDecimals,
    baseCommissionPrecision: market.amountDecimals,
    quoteCommissionPrecision: market.priceDecimals,
    orderTypes: ['LIMIT', 'MARKET', 'LIMIT_MAKER'],
    isSpotTradingAllowed: market.active,
    isMarginTradingAllowed: false,
    quoteAmountPrecision: plainText(market.notionalMin),
    baseSizePrecision: plainText(market.amountMin),
    permissions: ['SPOT'],
    filters: [],
    maxQuoteAmount: '2000000',
    makerCommission: '0',
    takerCommission: String(market.takerFee),
    st: false,
  }
}

const coinRow = ({ asset, name, networks }: SourceAsset) => ({
  coin: asset,
  name,
  networkList: networks.map(({ network, deposit, withdraw, contract, withdrawFee }) => {
    const [short, long] = networkNames[network] ?? [network, network]
    return {
      coin: asset,
      name,
      network: long,
      netWork: short,
      depositEnable: deposit,
      withdrawEnable: withdraw,
      minConfirm: 12,
      withdrawFee: plainText(withdrawFee),
      withdrawMin: plainText(withdrawFee * 2),
      withdrawMax: '100000000',
      sameAddress: false,
      contract: contract ?? '',
    }
  }),
})

const bookTickerRow = (market: SourceMarket, row: SourceTicker) => ({
  symbol: joinedId(market),
  bidPrice: priceText(market, row.bid),
  bidQty: amountText(market, row.bidSize ?? 0),
  askPrice: priceText(market, row.ask),
  askQty: amountText(market, row.askSize ?? 0),
})

const dayRow = (market: SourceMarket, row: SourceTicker) => ({
  ...bookTickerRow(market, row),
  priceChange: priceText(market, row.last - row.open),
  priceChangePercent: (row.last / row.open - 1).toFixed(4),
  prevClosePrice: priceText(market, row.open),
  lastPrice: priceText(market, row.last),
  openPrice: priceText(market, row.open),
  highPrice: priceText(market, row.high),
  lowPrice: priceText(market, row.low),
  volume: plainText(row.baseVolume),
  quoteVolume: plainText(row.quoteVolume),
  openTime: row.timeMs - 86_400_000,
  closeTime: row.timeMs,
  count: null,
})

const unknownSymbol = { msg: 'invalid symbol', code: -1121 }

function rows(
  call: RestCall,
  { market }: VenueContext,
  row: (one: SourceMarket, ticker: SourceTicker) => unknown,
): unknown {
  const id = call.query.get('symbol')
  if (id === null) return tickerRows(market, row)
  const one = findMarket(market, joinedId, id)
  const ticker = one && market.ticker(one.symbol)
  return one === undefined || ticker === undefined ? unknownSymbol : row(one, ticker)
}

function depth(call: RestCall, { market }: VenueContext) {
  const one = findMarket(market, joinedId, call.query.get('symbol'))
  const book = one && market.book(one.symbol)
  if (one === undefined || book === undefined) return unknownSymbol
  const count = Number(call.query.get('limit') ?? 100)
  return {
    lastUpdateId: book.sequence,
    bids: levelTexts(one, book.bids, count),
    asks: levelTexts(one, book.asks, count),
    timestamp: book.timeMs,
  }
}

const routes: Readonly<Record<string, (call: RestCall, context: VenueContext) => unknown>> = {
  '/api/v3/ping': () => ({}),
  '/api/v3/time': (_, { now }) => ({ serverTime: now() }),
  '/api/v3/exchangeInfo': (_, { market, now }) => ({
    timezone: 'CST',
    serverTime: now(),
    rateLimits: [],
    exchangeFilters: [],
    symbols: market.markets.map(symbolRow),
  }),
  '/api/v3/ticker/24hr': (call, context) =>
    call.query.has('symbol')
      ? rows(call, context, (one, row) => row.recorded ?? dayRow(one, row))
      : answeredRows(context.market, dayRow),
  '/api/v3/ticker/bookTicker': (call, context) => rows(call, context, bookTickerRow),
  '/api/v3/depth': depth,
  '/api/v3/capital/config/getall': (_, { market }) => market.assets.map(coinRow),
  '/api/v1/contract/detail': () => ({ success: true, code: 0, data: [] }),
}

export const mexc: VenueDialect = {
  venue: 'mexc',
  hosts: ['api.mexc.com', 'wbs-api.mexc.com'],
  answer: (call, context) => routes[call.path]?.(call, context),
  connect: connectMexc,
}
