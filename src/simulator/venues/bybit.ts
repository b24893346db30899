// Bybit spot: REST v5.
import type { SourceAsset, SourceMarket, SourceTicker } from '../market-source.ts'
import type { RestCall, VenueContext, VenueDialect } from '../venue-dialect.ts'
import { findMarket, joinedId, tickerRows } from '../venue-rows.ts'
import { amountText, levelTexts, plainText, priceText, stepText } from '../wire-text.ts'
import { bybitAccount } from './bybit-account.ts'
import { chainOf, success } from './bybit-answers.ts'
import { connectBybit, bybitTicker } from './bybit-socket.ts'

function instrumentRow(market: SourceMarket) {
  return {
    symbol: joinedId(market),
    baseCoin: market.base,
    quoteCoin: market.quote,
    innovation: '0',
    status: market.active ? 'Trading' : 'PreLaunch',
    marginTrading: 'none',
    lotSizeFilter: {
      basePrecision: stepText(market.amountDecimals),
      quotePrecision: '0.00000001',
      minOrderQty: plainText(market.amountMin),
      maxOrderQty: '1000000000',
      minOrderAmt: plainText(market.notionalMin),
      maxOrderAmt: '4000000',
    },
    priceFilter: { tickSize: stepText(market.priceDecimals) },
  }
}

const coinRow = ({ asset, name, networks }: SourceAsset) => ({
  name,
  coin: asset,
  remainAmount: '1000000',
  chains: networks.map(({ network, deposit, withdraw, contract, withdrawFee }) => ({
    chain: chainOf(network),
    chainType: network,
    confirmation: '12',
    withdrawFee: plainText(withdrawFee),
    depositMin: '0',
    withdrawMin: plainText(withdrawFee * 2),
    chainDeposit: deposit ? '1' : '0',
    chainWithdraw: withdraw ? '1' : '0',
    minAccuracy: '8',
    withdrawPercentageFee: '0',
    contractAddress: contract ?? '',
  })),
})

/** REST rows carry the best prices; the websocket's rows of spot markets do not. */
const restTicker = (market: SourceMarket, row: SourceTicker) => ({
  ...bybitTicker(market, row),
  bid1Price: priceText(market, row.bid),
  bid1Size: amountText(market, row.bidSize ?? 0),
  ask1Price: priceText(market, row.ask),
  ask1Size: amountText(market, row.askSize ?? 0),
})

function orderBook(call: RestCall, context: VenueContext) {
  const { market } = context
  const one = findMarket(market, joinedId, call.query.get('symbol'))
  const book = one && market.book(one.symbol)
  if (one === undefined || book === undefined)
    return {
      retCode: 10001,
      retMsg: 'params error: symbol invalid',
      result: {},
      time: context.now(),
    }
  const count = Number(call.query.get('limit') ?? 1)
  return success(
    {
      s: joinedId(one),
      b: levelTexts(one, book.bids, count),
      a: levelTexts(one, book.asks, count),
      ts: book.timeMs,
      u: book.sequence,
      seq: book.sequence,
      cts: book.timeMs,
    },
    context,
  )
}

const isSpot = ({ query }: RestCall) => query.get('category') === 'spot'

const routes: Readonly<Record<string, (call: RestCall, context: VenueContext) => unknown>> = {
  '/v5/market/time': (_, context) =>
    success(
      {
        timeSecond: String(Math.floor(context.now() / 1000)),
        timeNano: `${Math.floor(context.now())}000000`,
      },
      context,
    ),
  '/v5/market/instruments-info': (call, context) =>
    success(
      {
        category: call.query.get('category'),
        list: isSpot(call) ? context.market.markets.map(instrumentRow) : [],
        nextPageCursor: '',
      },
      context,
    ),
  '/v5/market/tickers': (call, context) =>
    success(
      {
        category: call.query.get('category'),
        list: isSpot(call) ? tickerRows(context.market, restTicker) : [],
      },
      context,
    ),
  '/v5/market/orderbook': orderBook,
  '/v5/asset/coin/query-info': (_, context) =>
    success({ rows: context.market.assets.map(coinRow) }, context),
  '/v5/user/query-api': (_, context) => success({ id: '1', unified: 0, uta: 1 }, context),
  '/v5/account/info': (_, context) => success({ unifiedMarginStatus: 5 }, context),
}

export const bybit: VenueDialect = {
  venue: 'bybit',
  hosts: ['api.bybit.com', 'stream.bybit.com'],
  answer: (call, context) => routes[call.path]?.(call, context),
  connect: connectBybit,
  account: bybitAccount,
}
