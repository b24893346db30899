// OKX spot for its customers: v5 trade and account routes. Orders are answered one by one in a list,
// each with a code of its own.
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
  type PastPrint,
} from '../accounts/private-routes.ts'
import {
  sentAmount,
  sentPrice,
  type PrivateDialect,
  type PrivateRequest,
  type VenueAnswer,
} from '../accounts/private-side.ts'
import type { SpotDesk } from '../accounts/spot-desk.ts'
import type { OrderRef, Refusal, TimeInForce } from '../accounts/spot-order.ts'
import type { RestCall } from '../venue-dialect.ts'
import { dashedId, findMarket } from '../venue-rows.ts'
import { jsonObject, textOf } from '../wire-text.ts'
import { fails, says } from './okx-answers.ts'
import { okxBalanceRow, okxOrderRow } from './okx-order-rows.ts'
import { okxSigner } from './okx-signer.ts'
import { okxWalletRoutes } from './okx-wallet.ts'

const refusals: Readonly<Record<Refusal, readonly [code: string, text: string]>> = {
  'bad-client-id': ['51000', 'Parameter clOrdId error'],
  'duplicate-client-id': ['51016', 'Client order ID already exists.'],
  halted: ['51028', 'The instrument is suspended.'],
  'price-step': ['51006', 'Order price is not within the price limit or is off the tick size.'],
  'amount-step': ['51121', 'Order quantity must be a multiple of the lot size.'],
  'amount-min': ['51020', 'Your order should meet or exceed the minimum order amount.'],
  'notional-min': ['51020', 'Your order should meet or exceed the minimum order amount.'],
  insufficient: ['51008', 'Order failed. Insufficient balance in account.'],
}

type Fields = Readonly<Record<string, unknown>>

/** One order, or a list of them. */
function sentOrders({ body }: RestCall): readonly Fields[] {
  const value: unknown = jsonObject(body)
  if (Array.isArray(value)) return value.filter((one) => typeof one === 'object' && one !== null)
  return value === undefined ? [] : [value as Fields]
}

const timesInForce: Readonly<Record<string, TimeInForce>> = { limit: 'GTC', ioc: 'IOC', fok: 'FOK' }

type Said = { readonly sCode: string; readonly sMsg: string; readonly ordId: string }

function placeOne({ desk, account, context }: PrivateRequest, sent: Fields): Said {
  const refuse = (sCode: string, sMsg: string): Said => ({ ordId: '', sCode, sMsg })
  const market = findMarket(context.market, dashedId, textOf(sent['instId']))
  if (market === undefined) return refuse('51001', "Instrument ID doesn't exist.")
  const timeInForce = timesInForce[textOf(sent['ordType'])]
  const price = sentPrice(textOf(sent['px']))
  const amount = sentAmount(textOf(sent['sz']))
  if (timeInForce === undefined || price === undefined || amount === undefined)
    return refuse('51000', 'Parameter error')
  const placed = desk.place(account, {
    market,
    side: sent['side'] === 'buy' ? 'buy' : 'sell',
    price,
    amount,
    timeInForce,
    clientId: textOf(sent['clOrdId']),
  })
  if (placed.outcome === 'refused') return refuse(...refusals[placed.refusal])
  return { ordId: placed.order.id, sCode: '0', sMsg: 'Order placed' }
}

function place(request: PrivateRequest): VenueAnswer {
  const ts = String(request.context.now())
  const data = sentOrders(request.call).map((sent) => ({
    clOrdId: textOf(sent['clOrdId']),
    tag: textOf(sent['tag']),
    ts,
    ...placeOne(request, sent),
  }))
  return answerOf(data)
}

/** The outer code tells whether all, some or none of the list went well. */
function answerOf(data: readonly Said[]): VenueAnswer {
  const failed = data.filter(({ sCode }) => sCode !== '0').length
  if (failed === 0) return says(data)
  const isAll = failed === data.length
  const code = isAll ? '1' : '2'
  return { status: 200, value: { code, msg: isAll ? 'All operations failed' : '', data } }
}

const refOf = (id: string, clientId: string): OrderRef => (id === '' ? { clientId } : { id })

function cancel({ call, desk, account, context }: PrivateRequest): VenueAnswer {
  const [sent = {}] = sentOrders(call)
  const clOrdId = textOf(sent['clOrdId'])
  const done = desk.cancel(account, refOf(textOf(sent['ordId']), clOrdId))
  const ts = String(context.now())
  switch (done.outcome) {
    case 'cancelled':
      return answerOf([{ clOrdId, ordId: done.order.id, sCode: '0', sMsg: '', ts } as Said])
    case 'ended':
      return answerOf([
        {
          ordId: done.order.id,
          sCode: done.order.state === 'filled' ? '51402' : '51401',
          sMsg: 'Cancellation failed as the order has been filled, canceled or does not exist.',
        },
      ])
    case 'unknown':
      return answerOf([
        { ordId: '', sCode: '51400', sMsg: 'Cancellation failed as the order does not exist.' },
      ])
  }
}

function lookUp({ call, desk, account, context }: PrivateRequest): VenueAnswer {
  const market = findMarket(context.market, dashedId, call.query.get('instId'))
  if (market === undefined) return fails('51001', "Instrument ID doesn't exist.")
  const ref = refOf(call.query.get('ordId') ?? '', call.query.get('clOrdId') ?? '')
  const order = desk.find(account, ref)
  return order === undefined || order.market.symbol !== market.symbol
    ? fails('51603', 'Order does not exist')
    : says([okxOrderRow(order)])
}

const symbolOf = ({ call, context }: PrivateRequest): string | undefined =>
  findMarket(context.market, dashedId, call.query.get('instId'))?.symbol

const list = (isOpen: boolean) =>
  reads((request) => {
    const state = request.call.query.get('state')
    return says(
      listedOrders(request, { symbol: symbolOf(request), isOpen })
        .toReversed()
        .map((order) => okxOrderRow(order))
        .filter((row) => row.state === (state ?? row.state)),
    )
  })

const tradeRow = ({ order, print }: PastPrint) => ({
  instType: 'SPOT',
  instId: dashedId(order.market),
  tradeId: print.id,
  ordId: order.id,
  clOrdId: order.clientId,
  billId: `${print.id}1`,
  tag: '',
  fillPx: format(print.price),
  fillSz: format(print.amount),
  side: order.side,
  posSide: 'net',
  execType: print.isMaker ? 'M' : 'T',
  feeCcy: print.fee.asset,
  fee: format(-print.fee.amount),
  ts: String(print.timeMs),
  fillTime: String(print.timeMs),
})

const trades = reads((request) => {
  const { call } = request
  const rows = pastPrints(request, {
    symbol: symbolOf(request),
    orderId: call.query.get('ordId') ?? undefined,
    sinceMs: numberOf(call, 'begin'),
  })
  // A bill's id is its print's and one digit more.
  const before = call.query.get('after')?.slice(0, -1) ?? null
  const limit = Math.min(100, numberOf(call, 'limit') ?? 100)
  return says(pageOfPrints(rows, { before, limit }).map(tradeRow))
})

function balances({ call, desk, account, context }: PrivateRequest): VenueAnswer {
  const wanted = call.query.get('ccy')?.split(',')
  const uTime = String(context.now())
  const details = desk
    .balances(account)
    .filter(({ asset }) => wanted === undefined || wanted.includes(asset))
    .map((one) => okxBalanceRow(one, uTime))
  return says([{ uTime, totalEq: '', details }])
}

function authorise(call: RestCall, desk: SpotDesk, nowMs: number): Account | VenueAnswer {
  const timestamp = call.header('ok-access-timestamp')
  return okxSigner(desk, nowMs, {
    apiKey: call.header('ok-access-key'),
    passphrase: call.header('ok-access-passphrase'),
    timeMs: Date.parse(timestamp),
    text: `${timestamp}${call.method}${call.target}${call.body}`,
    sign: call.header('ok-access-sign'),
  })
}

const clientIdsOf = (call: RestCall) => sentOrders(call).map((sent) => textOf(sent['clOrdId']))

export const okxAccount: PrivateDialect = {
  authorise,
  denied: fails('50120', 'API key permission does not allow this function', 401),
  route: routeTable({
    'POST /api/v5/trade/order': places(clientIdsOf, place),
    'POST /api/v5/trade/batch-orders': places(clientIdsOf, place),
    'POST /api/v5/trade/cancel-order': cancels(cancel),
    'GET /api/v5/trade/order': looksUp(lookUp),
    'GET /api/v5/trade/orders-pending': list(true),
    'GET /api/v5/trade/orders-history': list(false),
    'GET /api/v5/trade/orders-history-archive': list(false),
    'GET /api/v5/trade/fills': trades,
    'GET /api/v5/trade/fills-history': trades,
    'GET /api/v5/account/balance': reads(balances),
    ...okxWalletRoutes,
  }),
}
