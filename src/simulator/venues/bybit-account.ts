// Bybit spot for its customers: v5 order, execution and account routes of a unified account.
import type { Account } from '../accounts/account.ts'
import {
  cancels,
  listedOrders,
  looksUp,
  numberOf,
  pageOfPrints,
  pastPrints,
  places,
  reads,
  routeTable,
} from '../accounts/private-routes.ts'
import {
  fieldsOf,
  sentAmount,
  sentPrice,
  signature,
  type PrivateDialect,
  type PrivateRequest,
  type VenueAnswer,
} from '../accounts/private-side.ts'
import type { SpotDesk } from '../accounts/spot-desk.ts'
import type { OrderRef, Refusal, SpotOrder, TimeInForce } from '../accounts/spot-order.ts'
import type { RestCall } from '../venue-dialect.ts'
import { findMarket, joinedId } from '../venue-rows.ts'
import { textOf } from '../wire-text.ts'
import { fails, says } from './bybit-answers.ts'
import { bybitCoinRow, bybitExecutionRow, bybitOrderRow } from './bybit-order-rows.ts'
import { bybitWalletRoutes } from './bybit-wallet.ts'

const refusals: Readonly<Record<Refusal, VenueAnswer>> = {
  'bad-client-id': fails(170130, "Data sent for paramter 'orderLinkId' is not valid."),
  'duplicate-client-id': fails(170141, 'Duplicate clientOrderId'),
  halted: fails(170217, 'The trading pair is suspended.'),
  'price-step': fails(170134, 'Order price has too many decimals.'),
  'amount-step': fails(170137, 'Order volume has too many decimals.'),
  'amount-min': fails(170136, 'Order quantity exceeded lower limit.'),
  'notional-min': fails(170140, 'Order value exceeded lower limit.'),
  insufficient: fails(170131, 'Insufficient balance.'),
}

const unknownSymbol = fails(170121, 'Invalid symbol.')
const orderNotFound = fails(170213, 'Order does not exist.')

function place({ call, desk, account, context }: PrivateRequest): VenueAnswer {
  const sent = fieldsOf(call)
  const market = findMarket(context.market, joinedId, textOf(sent['symbol']))
  if (market === undefined || sent['category'] !== 'spot') return unknownSymbol
  const price = sentPrice(textOf(sent['price']))
  const amount = sentAmount(textOf(sent['qty']))
  const timeInForce = textOf(sent['timeInForce']) || 'GTC'
  if (price === undefined || amount === undefined || !/^(GTC|IOC|FOK)$/.test(timeInForce))
    return fails(10001, 'Request parameter error.')
  const placed = desk.place(account, {
    market,
    side: sent['side'] === 'Buy' ? 'buy' : 'sell',
    price,
    amount,
    timeInForce: timeInForce as TimeInForce,
    clientId: textOf(sent['orderLinkId']),
  })
  if (placed.outcome === 'refused') return refusals[placed.refusal]
  return says({ orderId: placed.order.id, orderLinkId: placed.order.clientId }, context)
}

const refOf = (id: string, clientId: string): OrderRef => (id === '' ? { clientId } : { id })

function cancel({ call, desk, account, context }: PrivateRequest): VenueAnswer {
  const sent = fieldsOf(call)
  const done = desk.cancel(account, refOf(textOf(sent['orderId']), textOf(sent['orderLinkId'])))
  if (done.outcome !== 'cancelled') return orderNotFound
  return says({ orderId: done.order.id, orderLinkId: done.order.clientId }, context)
}

const symbolOf = ({ call, context }: PrivateRequest): string | undefined =>
  findMarket(context.market, joinedId, call.query.get('symbol'))?.symbol

/** The order that is named. Other names than these two are ignored, and so everything is listed. */
function named({ call, desk, account }: PrivateRequest): readonly SpotOrder[] | undefined {
  const id = call.query.get('orderId') ?? ''
  const clientId = call.query.get('orderLinkId') ?? ''
  if (id === '' && clientId === '') return undefined
  const order = desk.find(account, refOf(id, clientId))
  return order === undefined ? [] : [order]
}

const list = (isOpen: boolean) =>
  looksUp((request) => {
    const listed = listedOrders(request, { symbol: symbolOf(request), isOpen }).toReversed()
    const orders = named(request) ?? listed.slice(0, numberOf(request.call, 'limit') ?? 20)
    const rows = orders.map(bybitOrderRow)
    return says({ category: 'spot', list: rows, nextPageCursor: '' }, request.context)
  })

const executions = reads((request) => {
  const { call, desk, account, context } = request
  const clientId = call.query.get('orderLinkId')
  const order = clientId === null ? undefined : desk.find(account, { clientId })
  const rows = pastPrints(request, {
    symbol: symbolOf(request),
    orderId: call.query.get('orderId') ?? order?.id ?? (clientId === null ? undefined : ''),
    sinceMs: numberOf(call, 'startTime'),
  })
  const limit = Math.min(100, numberOf(call, 'limit') ?? 50)
  const page = pageOfPrints(rows, { before: call.query.get('cursor'), limit })
  // The cursor is Bybit's own affair: nobody may read anything into it.
  const nextPageCursor = page.length < limit ? '' : (page.at(-1)?.print.id ?? '')
  const shown = page.map(bybitExecutionRow)
  return says({ category: 'spot', list: shown, nextPageCursor }, context)
})

function balances({ call, desk, account, context }: PrivateRequest): VenueAnswer {
  const wanted = call.query.get('coin')?.split(',')
  const coin = desk
    .balances(account)
    .filter(({ asset }) => wanted === undefined || wanted.includes(asset))
    .map(bybitCoinRow)
  return says({ list: [{ accountType: 'UNIFIED', totalEquity: '', coin }] }, context)
}

function authorise(call: RestCall, desk: SpotDesk, nowMs: number): Account | VenueAnswer {
  const account = desk.account(call.header('x-bapi-api-key'))
  if (account === undefined || account.permissions.length === 0)
    return fails(10003, 'API key is invalid.')
  const timestamp = call.header('x-bapi-timestamp')
  const windowText = call.header('x-bapi-recv-window')
  const windowMs = windowText === '' ? desk.habits.recvWindowMs : Number(windowText)
  const ageMs = nowMs - Number(timestamp)
  if (!(ageMs > -1000 && ageMs <= windowMs))
    return fails(10002, 'invalid request, please check your server timestamp or recv_window param')
  const signed = call.method === 'POST' ? call.body : (call.target.split('?')[1] ?? '')
  const text = `${timestamp}${account.key.apiKey}${windowText}${signed}`
  if (call.header('x-bapi-sign') !== signature(account.key.secret, text, 'hex'))
    return fails(10004, 'error sign! origin_string')
  return account
}

export const bybitAccount: PrivateDialect = {
  authorise,
  denied: fails(10005, 'Permission denied, please check your API key permissions.'),
  route: routeTable({
    'POST /v5/order/create': places((call) => [textOf(fieldsOf(call)['orderLinkId'])], place),
    'POST /v5/order/cancel': cancels(cancel),
    'GET /v5/order/realtime': list(true),
    'GET /v5/order/history': list(false),
    'GET /v5/execution/list': executions,
    'GET /v5/account/wallet-balance': reads(balances),
    ...bybitWalletRoutes,
  }),
}
