// Bitget spot: REST v2.
import type { SourceAsset, SourceMarket, SourceTicker } from '../market-source.ts'
import type { RestCall, VenueContext, VenueDialect } from '../venue-dialect.ts'
import { answeredRows, findMarket, joinedId } from '../venue-rows.ts'
import { levelTexts, plainText, priceText } from '../wire-text.ts'
import { bitgetAccount } from './bitget-account.ts'
import { chainOf, success } from './bitget-answers.ts'
import { connectBitget, bitgetTicker } from './bitget-socket.ts'

function symbolRow(market: SourceMarket) {
  return {
    symbol: joinedId(market),
    baseCoin: market.base,
    quoteCoin: market.quote,
    minTradeAmount: plainText(market.amountMin),
    maxTradeAmount: '900000000000',
    takerFeeRate: String(market.takerFee),
    makerFeeRate: String(market.takerFee),
    pricePrecision: String(market.priceDecimals),
    quantityPrecision: String(market.amountDecimals),
    quotePrecision: '8',
    minTradeUSDT: plainText(market.notionalMin),
    status: market.active ? 'online' : 'halt',
    buyLimitPriceRatio: '0.05',
    sellLimitPriceRatio: '0.05',
    orderQuantity: '200',
  }
}

/** The venue tells no long name: two coins of one ticker differ by their contracts only. */
const coinRow = ({ asset, networks }: SourceAsset, i: number) => ({
  coinId: String(i + 1),
  coin: asset,
  transfer: 'true',
  chains: networks.map(({ network, deposit, withdraw, contract, withdrawFee }) => ({
    chain: chainOf(network),
    needTag: 'false',
    withdrawable: String(withdraw),
    rechargeable: String(deposit),
    withdrawFee: plainText(withdrawFee),
    extraWithdrawFee: '0',
    depositConfirm: '12',
    withdrawConfirm: '12',
    minDepositAmount: '0',
    minWithdrawAmount: plainText(withdrawFee * 2),
    contractAddress: contract ?? '',
    withdrawMinScale: '8',
  })),
})

const restTicker = (market: SourceMarket, row: SourceTicker) => ({
  symbol: joinedId(market),
  ...bitgetTicker(market, row),
  usdtVolume: plainText(row.quoteVolume),
  open: priceText(market, row.open),
})

function orderBook(call: RestCall, context: VenueContext) {
  const { market } = context
  const one = findMarket(market, joinedId, call.query.get('symbol'))
  const book = one && market.book(one.symbol)
  if (one === undefined || book === undefined)
    return { code: '40034', msg: 'Parameter symbol does not exist', data: null }
  const count = Number(call.query.get('limit') ?? 150)
  return success(
    {
      asks: levelTexts(one, book.asks, count),
      bids: levelTexts(one, book.bids, count),
      ts: String(book.timeMs),
    },
    context,
  )
}

const routes: Readonly<Record<string, (call: RestCall, context: VenueContext) => unknown>> = {
  '/api/v2/public/time': (_, context) => success({ serverTime: String(context.now()) }, context),
  '/api/v2/spot/public/symbols': (_, context) =>
    success(context.market.markets.map(symbolRow), context),
  '/api/v2/spot/public/coins': (_, context) => success(context.market.assets.map(coinRow), context),
  '/api/v2/margin/currencies': (_, context) => success([], context),
  '/api/v2/mix/market/contracts': (_, context) => success([], context),
  '/api/v2/spot/market/tickers': (_, context) =>
    success(answeredRows(context.market, restTicker), context),
  '/api/v2/spot/market/orderbook': orderBook,
  // Asked as soon as ccxt holds keys; this is the answer of an account that is not unified.
  '/api/v3/account/settings': () => ({ code: '40085', msg: 'classic account', data: null }),
}

export const bitget: VenueDialect = {
  venue: 'bitget',
  hosts: ['api.bitget.com', 'ws.bitget.com'],
  answer: (call, context) => routes[call.path]?.(call, context),
  connect: connectBitget,
  account: bitgetAccount,
}
