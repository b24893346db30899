// Binance spot for its customers: api/v3 orders, trades and balances, signed with the query's HMAC.
import { format } from '../../money.ts'
import type { SourceMarket } from '../market-source.ts'
import type { Account } from '../accounts/account.ts'
import {
  cancels,
  listedOrders,
  looksUp,
  numberOf,
  pastPrints,
  type PastPrint,
  places,
  reads,
  routeTable,
} from '../accounts/private-routes.ts'
import {
  sentAmount,
  sentPrice,
  type PrivateDialect,
  type PrivateRequest,
  type VenueAnswer,
} from '../accounts/private-side.ts'
import type { SpotDesk } from '../accounts/spot-desk.ts'
import { type OrderRef, type Refusal } from '../accounts/spot-order.ts'
import type { RestCall } from '../venue-dialect.ts'
import { findMarket, joinedId } from '../venue-rows.ts'
import { fails, okay, parametersOf } from './binance-answers.ts'
import { binanceFillRows, binanceOrderRow, binanceTradeRow } from './binance-order-rows.ts'
import { binanceSigner } from './binance-signer.ts'
import { binanceWalletRoutes } from './binance-wallet.ts'

const refusals: Readonly<Record<Refusal, VenueAnswer>> = {
  'bad-client-id': fails(-1100, "Illegal characters found in parameter 'newClientOrderId'."),
  'duplicate-client-id': fails(-2010, 'Duplicate order sent.'),
  halted: fails(-1013, 'Market is closed.'),
  'price-step': fails(-1013, 'Filter failure: PRICE_FILTER'),
  'amount-step': fails(-1013, 'Filter failure: LOT_SIZE'),
  'amount-min': fails(-1013, 'Filter failure: LOT_SIZE'),
  'notional-min': fails(-1013, 'Filter failure: NOTIONAL'),
  insufficient: fails(-2010, 'Account has insufficient balance for requested action.'),
}

const unknownSymbol = fails(-1121, 'Invalid symbol.')

function place(request: PrivateRequest): VenueAnswer {
  const { call, desk, account, context } = request
  const sent = parametersOf(call)
  const market = findMarket(context.market, joinedId, sent.get('symbol'))
  if (market === undefined) return unknownSymbol
  const timeInForce = sent.get('timeInForce')
  if (sent.get('type') !== 'LIMIT' || !/^(GTC|IOC|FOK)$/.test(timeInForce ?? ''))
    return fails(-1116, 'Invalid orderType.')
  const price = sentPrice(sent.get('price') ?? '')
  const amount = sentAmount(sent.get('quantity') ?? '')
  if (price === undefined || amount === undefined)
    return fails(
      -1102,
      "Mandatory parameter 'quantity' was not sent, was empty/null, or malformed.",
    )
  const placed = desk.place(account, {
    market,
    side: sent.get('side') === 'BUY' ? 'buy' : 'sell',
    price,
    amount,
    timeInForce: timeInForce as 'GTC',
    clientId: sent.get('newClientOrderId') ?? '',
  })
  if (placed.outcome === 'refused') return refusals[placed.refusal]
  const { order } = placed
  const { symbol, orderId, orderListId, clientOrderId, ...row } = binanceOrderRow(order)
  const acknowledged = {
    symbol,
    orderId,
    orderListId,
    clientOrderId,
    transactTime: order.updatedMs,
  }
  if (sent.get('newOrderRespType') === 'ACK') return okay(acknowledged)
  return okay({ ...acknowledged, ...row, fills: binanceFillRows(order) })
}

const refOf = (sent: URLSearchParams): OrderRef => {
  const id = sent.get('orderId')
  return id === null ? { clientId: sent.get('origClientOrderId') ?? '' } : { id }
}

function lookUp({ call, desk, account, context }: PrivateRequest): VenueAnswer {
  const sent = parametersOf(call)
  const market = findMarket(context.market, joinedId, sent.get('symbol'))
  if (market === undefined) return unknownSymbol
  const order = desk.find(account, refOf(sent))
  return order === undefined || order.market.symbol !== market.symbol
    ? fails(-2013, 'Order does not exist.')
    : okay(binanceOrderRow(order))
}

function cancel({ call, desk, account }: PrivateRequest): VenueAnswer {
  const sent = parametersOf(call)
  const done = desk.cancel(account, refOf(sent))
  if (done.outcome !== 'cancelled') return fails(-2011, 'Unknown order sent.')
  const { clientOrderId, ...row } = binanceOrderRow(done.order)
  return okay({ ...row, origClientOrderId: clientOrderId, clientOrderId: `cancel${row.orderId}` })
}

const symbolOf = ({ call, context }: PrivateRequest): SourceMarket | undefined =>
  findMarket(context.market, joinedId, call.query.get('symbol'))

function trades(request: PrivateRequest): VenueAnswer {
  const { call } = request
  const market = symbolOf(request)
  if (market === undefined) return unknownSymbol
  const rows = pastPrints(request, {
    symbol: market.symbol,
    orderId: call.query.get('orderId') ?? undefined,
    sinceMs: numberOf(call, 'startTime'),
  })
  const limit = Math.min(1000, numberOf(call, 'limit') ?? 500)
  const from = call.query.get('fromId')
  // From an id or a moment on the oldest come first, else the newest.
  const isFrom = ({ print }: PastPrint) => from === null || BigInt(print.id) >= BigInt(from)
  const isAnchored = from !== null || call.query.get('startTime') !== null
  const page = isAnchored ? rows.filter(isFrom).slice(0, limit) : rows.slice(-limit)
  return okay(page.map(binanceTradeRow))
}

const balances = ({ desk, account, context }: PrivateRequest): VenueAnswer =>
  okay({
    makerCommission: 10,
    takerCommission: 10,
    canTrade: account.permissions.includes('trade'),
    canWithdraw: account.permissions.includes('withdraw'),
    canDeposit: true,
    updateTime: context.now(),
    accountType: 'SPOT',
    balances: desk
      .balances(account)
      .map(({ asset, free, held }) => ({ asset, free: format(free), locked: format(held) })),
    permissions: ['SPOT'],
    uid: 1,
  })

function authorise(call: RestCall, desk: SpotDesk, nowMs: number): Account | VenueAnswer {
  const signed = `${call.target.split('?')[1] ?? ''}${call.body}`
  const sent = parametersOf(call)
  return binanceSigner(desk, nowMs, {
    apiKey: call.header('x-mbx-apikey'),
    text: signed.replace(/&?signature=[^&]*$/, ''),
    signature: sent.get('signature') ?? '',
    timestamp: Number(sent.get('timestamp') ?? Number.NaN),
    windowMs: Number(sent.get('recvWindow') ?? desk.habits.recvWindowMs),
  })
}

export const binanceAccount: PrivateDialect = {
  authorise,
  denied: fails(-2015, 'Invalid API-key, IP, or permissions for action.', 401),
  route: routeTable({
    'POST /api/v3/order': places(
      (call) => [parametersOf(call).get('newClientOrderId') ?? ''],
      place,
    ),
    'GET /api/v3/order': looksUp(lookUp),
    'DELETE /api/v3/order': cancels(cancel),
    'GET /api/v3/openOrders': reads((request) =>
      okay(
        listedOrders(request, { symbol: symbolOf(request)?.symbol, isOpen: true }).map(
          binanceOrderRow,
        ),
      ),
    ),
    'GET /api/v3/allOrders': reads((request) =>
      okay(listedOrders(request, { symbol: symbolOf(request)?.symbol }).map(binanceOrderRow)),
    ),
    'GET /api/v3/myTrades': reads(trades),
    'GET /api/v3/account': reads(balances),
    ...binanceWalletRoutes,
  }),
}
