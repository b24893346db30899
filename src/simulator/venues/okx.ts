// OKX spot: REST v5.
import type { SourceAsset, SourceMarket } from '../market-source.ts'
import type { RestCall, VenueContext, VenueDialect } from '../venue-dialect.ts'
import { answeredRows, dashedId, findMarket } from '../venue-rows.ts'
import { levelTexts, plainText, stepText } from '../wire-text.ts'
import { okxAccount } from './okx-account.ts'
import { chainOf, failure, okay } from './okx-answers.ts'
import { connectOkx, okxTicker } from './okx-socket.ts'

function instrumentRow(market: SourceMarket) {
  return {
    instType: 'SPOT',
    instId: dashedId(market),
    instFamily: '',
    uly: '',
    settleCcy: '',
    ctVal: '',
    baseCcy: market.base,
    quoteCcy: market.quote,
    lotSz: stepText(market.amountDecimals),
    minSz: plainText(market.amountMin),
    tickSz: stepText(market.priceDecimals),
    maxLmtSz: '999999999999',
    maxMktSz: '1000000',
    maxLmtAmt: '20000000',
    maxMktAmt: '1000000',
    lever: '',
    listTime: '1546300800000',
    state: market.active ? 'live' : 'suspend',
    ruleType: 'normal',
  }
}

const currencyRows = ({ asset, name, networks }: SourceAsset) =>
  networks.map(({ network, deposit, withdraw, contract, withdrawFee }) => ({
    ccy: asset,
    name,
    chain: chainOf(asset, network),
    ctAddr: contract ?? '',
    canDep: deposit,
    canWd: withdraw,
    canInternal: true,
    mainNet: contract === undefined,
    needTag: false,
    fee: plainText(withdrawFee),
    minFee: plainText(withdrawFee),
    maxFee: plainText(withdrawFee),
    minWd: plainText(withdrawFee * 2),
    maxWd: '1000000000',
    minDep: '0',
    wdTickSz: '8',
  }))

function books(call: RestCall, { market }: VenueContext) {
  const one = findMarket(market, dashedId, call.query.get('instId'))
  const book = one && market.book(one.symbol)
  if (one === undefined || book === undefined)
    return failure('51001', "Instrument ID doesn't exist.")
  const count = Number(call.query.get('sz') ?? 1)
  // The last two columns: a deprecated zero and the number of orders at the price.
  const levels = (side: typeof book.bids) =>
    levelTexts(one, side, count).map((level) => [...level, '0', '1'])
  return okay([
    {
      asks: levels(book.asks),
      bids: levels(book.bids),
      ts: String(book.timeMs),
      seqId: book.sequence,
    },
  ])
}

const isSpot = ({ query }: RestCall) => query.get('instType') === 'SPOT'

const routes: Readonly<Record<string, (call: RestCall, context: VenueContext) => unknown>> = {
  '/api/v5/public/time': (_, { now }) => okay([{ ts: String(now()) }]),
  '/api/v5/system/status': () => okay([]),
  '/api/v5/public/instruments': (call, { market }) =>
    okay(isSpot(call) ? market.markets.map(instrumentRow) : []),
  '/api/v5/market/tickers': (call, { market }) =>
    okay(isSpot(call) ? answeredRows(market, okxTicker) : []),
  '/api/v5/market/books': books,
  '/api/v5/market/books-full': books,
  '/api/v5/asset/currencies': (_, { market }) => okay(market.assets.flatMap(currencyRows)),
  '/api/v5/account/instruments': () => okay([]),
  '/api/v5/account/config': () => okay([{ uid: '1', acctLv: '2' }]),
}

export const okx: VenueDialect = {
  venue: 'okx',
  hosts: ['www.okx.com', 'ws.okx.com:8443'],
  answer: (call, context) => routes[call.path]?.(call, context),
  connect: connectOkx,
  account: okxAccount,
}
