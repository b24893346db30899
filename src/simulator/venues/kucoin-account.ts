// KuCoin spot for its customers: classic and high-frequency orders share one desk here.
import { format } from '../../money.ts'
import type { Account } from '../accounts/account.ts'
import {
  cancels,
  lastSegment,
  listedOrders,
  looksUp,
  numberOf,
  pageOfPrints,
  pastPrints,
  places,
  reads,
  routeTable,
  type PastPrint,
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
import {
  costOf,
  feesOf,
  filledOf,
  type OrderRef,
  type Refusal,
  type SpotOrder,
  type TimeInForce,
} from '../accounts/spot-order.ts'
import type { RestCall } from '../venue-dialect.ts'
import { dashedId, findMarket } from '../venue-rows.ts'
import { textOf } from '../wire-text.ts'
import { fails, okay, page } from './kucoin-answers.ts'
import { bulletRoute } from './kucoin-private-topics.ts'
import { kucoinWalletRoutes } from './kucoin-wallet.ts'

const refusals: Readonly<Record<Refusal, VenueAnswer>> = {
  'bad-client-id': fails('400100', 'clientOid: the parameter is invalid', 400),
  'duplicate-client-id': fails('126044', 'clientOid duplicate'),
  halted: fails('126009', 'Trading pair is suspended from creating orders'),
  'price-step': fails('400100', 'Price increment invalid.', 400),
  'amount-step': fails('400100', 'Order size increment invalid.', 400),
  'amount-min': fails('400100', 'Order size below the minimum requirement.', 400),
  'notional-min': fails('600100', 'Funds below the minimum requirement.'),
  insufficient: fails('200004', 'Balance insufficient!'),
}

const orderNotFound = fails('400100', 'order not exist.', 400)
const unknownSymbol = fails('900001', 'symbol not exists', 400)

function orderRow(order: SpotOrder) {
  const { market, id, clientId, side, price, amount, timeInForce, state, createdMs } = order
  const [fee = { asset: market.quote, amount: 0n }] = feesOf(order)
  return {
    id,
    symbol: dashedId(market),
    opType: 'DEAL',
    type: 'limit',
    side,
    price: format(price),
    size: format(amount),
    funds: '0',
    dealFunds: format(costOf(order)),
    dealSize: format(filledOf(order)),
    fee: format(fee.amount),
    feeCurrency: fee.asset,
    stp: '',
    stop: '',
    stopTriggered: false,
    stopPrice: '0',
    timeInForce,
    postOnly: false,
    hidden: false,
    iceberg: false,
    visibleSize: '0',
    cancelAfter: 0,
    channel: 'API',
    clientOid: clientId,
    remark: null,
    tags: '',
    isActive: state === 'open',
    cancelExist: state === 'cancelled' || state === 'expired',
    createdAt: createdMs,
    lastUpdatedAt: order.updatedMs,
    tradeType: 'TRADE',
  }
}

function place({ call, desk, account, context }: PrivateRequest): VenueAnswer {
  const sent = fieldsOf(call)
  const market = findMarket(context.market, dashedId, textOf(sent['symbol']))
  if (market === undefined) return unknownSymbol
  const price = sentPrice(textOf(sent['price']))
  const amount = sentAmount(textOf(sent['size']))
  const timeInForce = textOf(sent['timeInForce']) || 'GTC'
  if (price === undefined || amount === undefined || !/^(GTC|IOC|FOK)$/.test(timeInForce))
    return fails('400100', 'Parameter error.', 400)
  const placed = desk.place(account, {
    market,
    side: sent['side'] === 'buy' ? 'buy' : 'sell',
    price,
    amount,
    timeInForce: timeInForce as TimeInForce,
    clientId: textOf(sent['clientOid']),
  })
  if (placed.outcome === 'refused') return refusals[placed.refusal]
  return okay({ orderId: placed.order.id, clientOid: placed.order.clientId })
}

function lookUp({ desk, account }: PrivateRequest, ref: OrderRef): VenueAnswer {
  const order = desk.find(account, ref)
  return order === undefined ? orderNotFound : okay(orderRow(order))
}

function cancel({ desk, account }: PrivateRequest, ref: OrderRef): VenueAnswer {
  const done = desk.cancel(account, ref)
  if (done.outcome !== 'cancelled')
    return fails('400100', 'order_not_exist_or_not_allow_to_cancel', 400)
  const { id, clientId } = done.order
  return okay(
    'id' in ref
      ? { cancelledOrderIds: [id] }
      : { cancelledOrderId: id, clientOid: clientId, cancelledOcoOrderIds: null },
  )
}

const byId = ({ call }: PrivateRequest): OrderRef => ({ id: lastSegment(call) })
const byClientId = ({ call }: PrivateRequest): OrderRef => ({ clientId: lastSegment(call) })

const symbolOf = ({ call, context }: PrivateRequest): string | undefined =>
  findMarket(context.market, dashedId, call.query.get('symbol'))?.symbol

function orders(request: PrivateRequest): readonly SpotOrder[] {
  const status = request.call.query.get('status')
  const symbol = symbolOf(request)
  return listedOrders(request, {
    symbol,
    ...(status !== null && { isOpen: status === 'active' }),
  }).toReversed()
}

const tradeRow = ({ order, print }: PastPrint) => ({
  symbol: dashedId(order.market),
  tradeId: print.id,
  orderId: order.id,
  counterOrderId: `${print.id}c`,
  side: order.side,
  liquidity: print.isMaker ? 'maker' : 'taker',
  forceTaker: false,
  price: format(print.price),
  size: format(print.amount),
  funds: format(costOf({ prints: [print], side: order.side })),
  fee: format(print.fee.amount),
  feeRate: String(order.market.takerFee),
  feeCurrency: print.fee.asset,
  stop: '',
  tradeType: 'TRADE',
  type: 'limit',
  createdAt: print.timeMs,
})

function trades(request: PrivateRequest): VenueAnswer {
  const { call } = request
  const rows = pastPrints(request, {
    symbol: symbolOf(request),
    orderId: call.query.get('orderId') ?? undefined,
    sinceMs: numberOf(call, 'startAt'),
  })
  const limit = Math.min(100, numberOf(call, 'limit') ?? 100)
  const items = pageOfPrints(rows, { before: call.query.get('lastId'), limit })
  return okay({ items: items.map(tradeRow), lastId: Number(items.at(-1)?.print.id ?? 0) })
}

function balances({ call, desk, account }: PrivateRequest): VenueAnswer {
  const wanted = call.query.get('currency')
  const type = call.query.get('type') ?? 'trade'
  // All money is on the trading account, from which withdrawals are taken here as well.
  const held = type === 'main' ? [] : desk.balances(account)
  return okay(
    held
      .filter(({ asset }) => wanted === null || wanted === asset)
      .map(({ asset, free, held: holds }, i) => ({
        id: String(i + 1),
        currency: asset,
        type,
        balance: format(free + holds),
        available: format(free),
        holds: format(holds),
      })),
  )
}

function authorise(call: RestCall, desk: SpotDesk, nowMs: number): Account | VenueAnswer {
  const account = desk.account(call.header('kc-api-key'))
  if (account === undefined || account.permissions.length === 0)
    return fails('400003', 'KC-API-KEY not exists', 401)
  const { secret, password } = account.key
  const timestamp = call.header('kc-api-timestamp')
  if (!(Math.abs(nowMs - Number(timestamp)) <= desk.habits.recvWindowMs))
    return fails('400002', 'Invalid KC-API-TIMESTAMP', 400)
  const text = `${timestamp}${call.method}${call.target}${call.body}`
  if (call.header('kc-api-sign') !== signature(secret, text, 'base64'))
    return fails('400005', 'Invalid KC-API-SIGN', 401)
  if (call.header('kc-api-passphrase') !== signature(secret, password, 'base64'))
    return fails('400004', 'Invalid KC-API-PASSPHRASE', 401)
  return account
}

const placing = places((call) => [textOf(fieldsOf(call)['clientOid'])], place)
const lookingUp = looksUp((request) => lookUp(request, byId(request)))
const lookingUpClientId = looksUp((request) => lookUp(request, byClientId(request)))
const cancelling = cancels((request) => cancel(request, byId(request)))
const cancellingClientId = cancels((request) => cancel(request, byClientId(request)))
const listing = reads((request) => page(orders(request).map(orderRow)))

export const kucoinAccount: PrivateDialect = {
  authorise,
  denied: fails('400007', 'Access denied, require more permission.', 403),
  route: routeTable({
    'POST /api/v1/orders': placing,
    'POST /api/v1/hf/orders': placing,
    'GET /api/v1/orders': listing,
    'GET /api/v1/hf/orders/active': reads((request) =>
      okay(listedOrders(request, { symbol: symbolOf(request), isOpen: true }).map(orderRow)),
    ),
    'GET /api/v1/hf/orders/active/symbols': reads((request) =>
      okay({
        symbols: [
          ...new Set(listedOrders(request, { isOpen: true }).map(({ market }) => dashedId(market))),
        ],
      }),
    ),
    'GET /api/v1/order/client-order/*': lookingUpClientId,
    'GET /api/v1/hf/orders/client-order/*': lookingUpClientId,
    'DELETE /api/v1/order/client-order/*': cancellingClientId,
    'DELETE /api/v1/hf/orders/client-order/*': cancellingClientId,
    'GET /api/v1/orders/*': lookingUp,
    'GET /api/v1/hf/orders/*': lookingUp,
    'DELETE /api/v1/orders/*': cancelling,
    'DELETE /api/v1/hf/orders/*': cancelling,
    'GET /api/v1/fills': reads(trades),
    'GET /api/v1/hf/fills': reads(trades),
    'GET /api/v1/accounts': reads(balances),
    'POST /api/v1/bullet-private': bulletRoute,
    ...kucoinWalletRoutes,
  }),
}
