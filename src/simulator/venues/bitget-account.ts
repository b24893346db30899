// Bitget spot for its customers: v2 trade and account routes of an account that is not unified.
import { format } from '../../money.ts'
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
  type PrivateDialect,
  type PrivateRequest,
  type VenueAnswer,
} from '../accounts/private-side.ts'
import type { SpotDesk } from '../accounts/spot-desk.ts'
import type { OrderRef, Refusal, TimeInForce } from '../accounts/spot-order.ts'
import type { RestCall } from '../venue-dialect.ts'
import { findMarket, joinedId } from '../venue-rows.ts'
import { textOf } from '../wire-text.ts'
import { fails, says } from './bitget-answers.ts'
import { bitgetFillRow, bitgetOpenRow, bitgetOrderRow } from './bitget-order-rows.ts'
import { bitgetSigner } from './bitget-signer.ts'
import { bitgetWalletRoutes } from './bitget-wallet.ts'

const refusals: Readonly<Record<Refusal, VenueAnswer>> = {
  'bad-client-id': fails('40017', 'Parameter verification failed clientOid'),
  'duplicate-client-id': fails('40786', 'Duplicate clientOid'),
  halted: fails('43115', 'The current trading pair is not open for trading'),
  'price-step': fails('40808', 'Parameter verification exception price checkBDScale error'),
  'amount-step': fails('40808', 'Parameter verification exception size checkBDScale error'),
  'amount-min': fails('43006', 'The order quantity is less than the minimum order quantity'),
  'notional-min': fails('45110', 'less than the minimum amount'),
  insufficient: fails('43012', 'Insufficient balance'),
}

function place({ call, desk, account, context }: PrivateRequest): VenueAnswer {
  const sent = fieldsOf(call)
  const market = findMarket(context.market, joinedId, textOf(sent['symbol']))
  if (market === undefined) return fails('40034', 'Parameter symbol does not exist')
  const price = sentPrice(textOf(sent['price']))
  const amount = sentAmount(textOf(sent['size']))
  const timeInForce = textOf(sent['force']).toUpperCase()
  if (price === undefined || amount === undefined || !/^(GTC|IOC|FOK)$/.test(timeInForce))
    return fails('40017', 'Parameter verification failed')
  const placed = desk.place(account, {
    market,
    side: sent['side'] === 'buy' ? 'buy' : 'sell',
    price,
    amount,
    timeInForce: timeInForce as TimeInForce,
    clientId: textOf(sent['clientOid']),
  })
  if (placed.outcome === 'refused') return refusals[placed.refusal]
  return says({ orderId: placed.order.id, clientOid: placed.order.clientId }, context)
}

const refOf = (id: string, clientId: string): OrderRef => (id === '' ? { clientId } : { id })

function cancel({ call, desk, account, context }: PrivateRequest): VenueAnswer {
  const sent = fieldsOf(call)
  const done = desk.cancel(account, refOf(textOf(sent['orderId']), textOf(sent['clientOid'])))
  if (done.outcome !== 'cancelled') return fails('43001', 'The order does not exist')
  return says({ orderId: done.order.id, clientOid: done.order.clientId }, context)
}

/** An order that is not there is an empty list. */
function lookUp({ call, desk, account, context }: PrivateRequest): VenueAnswer {
  const { query } = call
  const order = desk.find(account, refOf(query.get('orderId') ?? '', query.get('clientOid') ?? ''))
  return says(order === undefined ? [] : [bitgetOrderRow(order)], context)
}

const symbolOf = ({ call, context }: PrivateRequest): string | undefined =>
  findMarket(context.market, joinedId, call.query.get('symbol'))?.symbol

const list = (isOpen: boolean) =>
  reads((request) =>
    says(
      listedOrders(request, { symbol: symbolOf(request), isOpen })
        .toReversed()
        .map((order) => (isOpen ? bitgetOpenRow(order) : bitgetOrderRow(order))),
      request.context,
    ),
  )

const fills = reads((request) => {
  const { call, context } = request
  const rows = pastPrints(request, {
    symbol: symbolOf(request),
    orderId: call.query.get('orderId') ?? undefined,
    sinceMs: numberOf(call, 'startTime'),
  })
  const before = call.query.get('idLessThan')
  const limit = Math.min(100, numberOf(call, 'limit') ?? 100)
  return says(pageOfPrints(rows, { before, limit }).map(bitgetFillRow), context)
})

function balances({ call, desk, account, context }: PrivateRequest): VenueAnswer {
  const wanted = call.query.get('coin')
  return says(
    desk
      .balances(account)
      .filter(({ asset }) => wanted === null || wanted === asset)
      .map(({ asset, free, held }) => ({
        coin: asset,
        available: format(free),
        frozen: format(held),
        locked: '0',
        limitAvailable: '0',
        uTime: String(context.now()),
      })),
    context,
  )
}

function authorise(call: RestCall, desk: SpotDesk, nowMs: number): Account | VenueAnswer {
  const timestamp = call.header('access-timestamp')
  return bitgetSigner(desk, nowMs, {
    apiKey: call.header('access-key'),
    passphrase: call.header('access-passphrase'),
    timeMs: Number(timestamp),
    text: `${timestamp}${call.method}${call.target}${call.body}`,
    sign: call.header('access-sign'),
  })
}

export const bitgetAccount: PrivateDialect = {
  authorise,
  denied: fails('40014', 'Incorrect permissions', 403),
  route: routeTable({
    'POST /api/v2/spot/trade/place-order': places(
      (call) => [textOf(fieldsOf(call)['clientOid'])],
      place,
    ),
    'POST /api/v2/spot/trade/cancel-order': cancels(cancel),
    'GET /api/v2/spot/trade/orderInfo': looksUp(lookUp),
    'GET /api/v2/spot/trade/unfilled-orders': list(true),
    'GET /api/v2/spot/trade/history-orders': list(false),
    'GET /api/v2/spot/trade/fills': fills,
    'GET /api/v2/spot/account/assets': reads(balances),
    ...bitgetWalletRoutes,
  }),
}
