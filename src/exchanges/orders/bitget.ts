// Bitget spot orders (v2): https://www.bitget.com/api-doc/spot/trade/Place-Order
import { baseAmount, parseDecimal, price } from '../../money.ts'
import { fieldOf, rowsOf, textOf, type Json } from '../exact-json.ts'
import {
  idOf,
  listOf,
  orderLifeMs,
  sideOf,
  stateIn,
  wholeNumber,
  type OrderCard,
  type WireRef,
} from './order-card.ts'

const day = 24 * 60 * 60 * 1000
const pageRows = 100

const states = {
  live: 'open',
  partially_filled: 'open',
  filled: 'closed',
  cancelled: 'cancelled',
} as const

const ofClientId = ({ clientOrderId, marketId }: WireRef) => ({
  symbol: marketId,
  clientOid: clientOrderId,
})

const nextBy = (field: string) => (value: Json) => {
  const rows = listOf(value)
  return rows.length < pageRows ? undefined : idOf(textOf(rows.at(-1), field))
}

const keyHeaders = {
  'access-key': 'key',
  'access-sign': '*',
  'access-timestamp': '*',
  'access-passphrase': 'password',
  'x-channel-api-code': 'p4sve',
}

export const bitgetOrders: OrderCard = {
  venue: 'bitget',
  mayTrade: true,
  // receiveWindow. Without it a signature holds for 30 s.
  requestLifeMs: orderLifeMs,
  // Not published.
  engineTimeoutMs: 10_000,
  // Not published; fills are kept for 90 days.
  cancelledKeptMs: day,
  idPrefix: '',
  orderIdShape: /^[1-9]\d{3,24}$/,
  // 10 a second on each route by account.
  orderRate: { weightPerSecond: 8, burst: 10 },
  readWeight: 1,
  sampleMarketId: 'BTCUSDT',
  submit: ({ clientOrderId, marketId, side, amount, limit }, signedAtMs) => ({
    method: 'POST',
    api: ['private', 'spot'],
    path: 'v2/spot/trade/place-order',
    params: {
      symbol: marketId,
      side,
      orderType: 'limit',
      force: 'ioc',
      price: limit,
      size: amount,
      clientOid: clientOrderId,
      requestTime: String(signedAtMs),
      receiveWindow: String(orderLifeMs),
    },
  }),
  lookups: ({ clientOrderId }) => [
    {
      method: 'GET',
      api: ['private', 'spot'],
      path: 'v2/spot/trade/orderInfo',
      params: { clientOid: clientOrderId },
    },
  ],
  cancel: (ref) => ({
    method: 'POST',
    api: ['private', 'spot'],
    path: 'v2/spot/trade/cancel-order',
    params: ofClientId(ref),
  }),
  verdictOf(answer) {
    const code = textOf(answer, 'code')
    if (code === '') return undefined
    if (code !== '00000') return { outcome: 'refused', code, message: textOf(answer, 'msg') }
    return { outcome: 'ok', value: fieldOf(answer, 'data') ?? null }
  },
  accepted: (value) => ({
    orderId: textOf(value, 'orderId'),
    clientOrderId: textOf(value, 'clientOid'),
  }),
  refusals: [
    { code: '429', means: 'too many requests' },
    { code: '40004', about: 'clock', means: 'the timestamp is outside its window' },
    { code: '40005', about: 'clock', means: 'the timestamp is not valid' },
    { code: '40006', about: 'key', means: 'the key does not exist' },
    { code: '40008', about: 'clock', means: 'the timestamp is outside its window' },
    { code: '40009', about: 'key', means: 'the signature is wrong' },
    { code: '40012', about: 'key', means: 'the key or its passphrase is wrong' },
    { code: '40014', about: 'key', means: 'the key may not trade' },
    { code: '40017', means: 'a parameter is not valid' },
    { code: '40018', about: 'key', means: 'this address is not on the list of the key' },
    { code: '40019', means: 'a parameter is missing' },
    { code: '40034', means: 'no such market' },
    { code: '40037', about: 'key', means: 'the key does not exist' },
    { code: '40706', means: 'the price is not valid' },
    { code: '40762', means: 'insufficient balance' },
    { code: '40808', means: 'too many digits for this market' },
    { code: '43006', means: 'below the smallest amount' },
    { code: '43012', means: 'insufficient balance' },
    { code: '43115', means: 'the market is not open yet' },
    { code: '45110', means: 'below the smallest notional' },
    { code: '45113', means: 'above the largest notional' },
  ],
  tooFast: ['429'],
  duplicates: [
    { code: '40786', means: 'the client id was used before' },
    { code: '43118', means: 'the client id was used before' },
  ],
  absent: [
    { code: '40768', means: 'no such order' },
    { code: '43001', means: 'no such order' },
  ],
  gone: [
    { code: '40768', means: 'no such order' },
    { code: '43001', means: 'no such order' },
  ],
  reads: {
    openOrders: (marketId, cursor) => ({
      method: 'GET',
      api: ['private', 'spot'],
      path: 'v2/spot/trade/unfilled-orders',
      params: {
        ...(marketId !== undefined && { symbol: marketId }),
        limit: pageRows,
        ...(cursor !== undefined && { idLessThan: cursor }),
      },
    }),
    orderById: (orderId) => [
      {
        method: 'GET',
        api: ['private', 'spot'],
        path: 'v2/spot/trade/orderInfo',
        params: { orderId },
      },
    ],
    fills: (marketId, { sinceMs }, cursor) => ({
      method: 'GET',
      api: ['private', 'spot'],
      path: 'v2/spot/trade/fills',
      params: {
        symbol: marketId,
        startTime: sinceMs,
        limit: pageRows,
        ...(cursor !== undefined && { idLessThan: cursor }),
      },
    }),
    balances: () => ({
      method: 'GET',
      api: ['private', 'spot'],
      path: 'v2/spot/account/assets',
      params: {},
    }),
    time: () => ({
      method: 'GET',
      api: ['public', 'common'],
      path: 'v2/public/time',
      params: {},
    }),
    orderRows: (value) => listOf(value),
    orderRow: (row) => ({
      orderId: idOf(textOf(row, 'orderId')),
      clientOrderId: textOf(row, 'clientOid'),
      marketId: textOf(row, 'symbol'),
      side: sideOf(textOf(row, 'side')),
      state: stateIn(states, textOf(row, 'status')),
      amount: baseAmount(textOf(row, 'size')),
      filled: baseAmount(textOf(row, 'baseVolume')),
    }),
    fillRows: (value) => listOf(value),
    fillRow(row) {
      const detail = fieldOf(row, 'feeDetail')
      const fee = rowsOf(detail)?.[0] ?? detail
      return {
        tradeId: idOf(textOf(row, 'tradeId')),
        orderId: idOf(textOf(row, 'orderId')),
        marketId: textOf(row, 'symbol'),
        side: sideOf(textOf(row, 'side')),
        amount: baseAmount(textOf(row, 'size')),
        price: price(textOf(row, 'priceAvg')),
        // What was taken is below zero here.
        fee: -parseDecimal(textOf(fee, 'totalFee')),
        feeAsset: idOf(textOf(fee, 'feeCoin')),
        atMs: wholeNumber(textOf(row, 'cTime')),
      }
    },
    balanceRows: (value) =>
      listOf(value).map((row) => {
        const free = parseDecimal(textOf(row, 'available'))
        const held = ['frozen', 'locked'].map((name) => parseDecimal(textOf(row, name) || '0'))
        const total = held.reduce((sum, each) => sum + each, free)
        return { asset: idOf(textOf(row, 'coin')), free, total }
      }),
    timeMs: (answer) => wholeNumber(textOf(fieldOf(answer, 'data'), 'serverTime')),
    nextOrders: nextBy('orderId'),
    nextFills: nextBy('tradeId'),
  },
  expected: {
    submit: {
      to: 'POST api.bitget.com/api/v2/spot/trade/place-order',
      fields: {
        symbol: 'BTCUSDT',
        side: 'buy',
        orderType: 'limit',
        force: 'ioc',
        price: '43210.123456789012345678',
        size: '0.000000000000000001',
        clientOid: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n',
        requestTime: '*',
        receiveWindow: '3000',
      },
      headers: { ...keyHeaders, 'content-type': 'application/json' },
    },
    lookup: {
      to: 'GET api.bitget.com/api/v2/spot/trade/orderInfo',
      fields: { clientOid: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n' },
      headers: keyHeaders,
    },
    cancel: {
      to: 'POST api.bitget.com/api/v2/spot/trade/cancel-order',
      fields: { symbol: 'BTCUSDT', clientOid: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n' },
      headers: { ...keyHeaders, 'content-type': 'application/json' },
    },
  },
}
