// HTX spot: REST v1 and v2, public side only.
import type { SourceAsset, SourceMarket, SourceTicker } from '../market-source.ts'
import type { RestCall, VenueContext, VenueDialect } from '../venue-dialect.ts'
import { answeredRows, findMarket, rowsTimeMs } from '../venue-rows.ts'
import { plainText } from '../wire-text.ts'
import { restOnly } from './rest-only.ts'

const htxId = ({ base, quote }: SourceMarket) => `${base}${quote}`.toLowerCase()

const symbolRow = (market: SourceMarket) => ({
  'base-currency': market.base.toLowerCase(),
  'quote-currency': market.quote.toLowerCase(),
  'price-precision': market.priceDecimals,
  'amount-precision': market.amountDecimals,
  'value-precision': 8,
  'symbol-partition': 'main',
  symbol: htxId(market),
  state: market.active ? 'online' : 'offline',
  'min-order-amt': market.amountMin,
  'max-order-amt': 1e9,
  'min-order-value': market.notionalMin,
  'api-trading': 'enabled',
})

const allowed = (open: boolean) => (open ? 'allowed' : 'prohibited')

const currencyRow = ({ asset, name, networks }: SourceAsset) => ({
  currency: asset.toLowerCase(),
  assetType: 1,
  instStatus: 'normal',
  fullName: name,
  chains: networks.map(({ network, deposit, withdraw, contract, withdrawFee }) => ({
    chain: `${network}${asset}`.toLowerCase(),
    displayName: network,
    baseChain: network,
    baseChainProtocol: network,
    contractAddress: contract ?? '',
    depositStatus: allowed(deposit),
    withdrawStatus: allowed(withdraw),
    withdrawFeeType: 'fixed',
    transactFeeWithdraw: plainText(withdrawFee),
    minDepositAmt: '0',
    minWithdrawAmt: plainText(withdrawFee * 2),
    maxWithdrawAmt: '1000000000',
    withdrawPrecision: 8,
  })),
})

const tickerRow = (market: SourceMarket, row: SourceTicker) => ({
  symbol: htxId(market),
  open: row.open,
  high: row.high,
  low: row.low,
  close: row.last,
  amount: row.baseVolume,
  vol: row.quoteVolume,
  count: 0,
  bid: row.bid,
  bidSize: row.bidSize ?? 0,
  ask: row.ask,
  askSize: row.askSize ?? 0,
})

function depth(call: RestCall, { market, now }: VenueContext) {
  const one = findMarket(market, htxId, call.query.get('symbol'))
  const book = one && market.book(one.symbol)
  if (one === undefined || book === undefined)
    return { status: 'error', 'err-code': 'invalid-parameter', 'err-msg': 'invalid symbol' }
  const count = Number(call.query.get('depth') ?? 150)
  return {
    ch: `market.${htxId(one)}.depth.step0`,
    status: 'ok',
    ts: now(),
    tick: {
      bids: book.bids.slice(0, count),
      asks: book.asks.slice(0, count),
      version: book.sequence,
      ts: book.timeMs,
    },
  }
}

const okay = (data: unknown) => ({ status: 'ok', data })

const routes: Readonly<Record<string, (call: RestCall, context: VenueContext) => unknown>> = {
  '/v1/common/timestamp': (_, { now }) => okay(now()),
  '/v1/common/symbols': (_, { market }) => okay(market.markets.map(symbolRow)),
  '/v2/reference/currencies': (_, { market }) => ({
    code: 200,
    data: market.assets.map(currencyRow),
  }),
  '/market/tickers': (_, context) => ({
    ...okay(answeredRows(context.market, tickerRow)),
    ts: rowsTimeMs(context),
  }),
  '/market/depth': depth,
}

export const htx: VenueDialect = {
  venue: 'htx',
  hosts: ['api.huobi.pro'],
  answer: (call, context) => routes[call.path]?.(call, context),
  connect: restOnly,
}
