// MEXC spot orders (v3): https://mexcdevelop.github.io/apidocs/spot_v3_en/
// Its requests are known, its answers are not proven: no orders are sent there.
import { textOf } from '../exact-json.ts'
import { binanceVerdict } from './binance.ts'
import { orderLifeMs, type OrderCard, type WireRef } from './order-card.ts'

const day = 24 * 60 * 60 * 1000
const api = ['spot', 'private']

const ofClientId = ({ clientOrderId, marketId }: WireRef) => ({
  symbol: marketId,
  origClientOrderId: clientOrderId,
})

const headers = { 'x-mexc-apikey': 'key', source: 'CCXT' }
const signed = { timestamp: '*', recvWindow: '3000', signature: '*' }

export const mexcOrders: OrderCard = {
  venue: 'mexc',
  mayTrade: false,
  // recvWindow.
  requestLifeMs: orderLifeMs,
  // Not published.
  engineTimeoutMs: 10_000,
  cancelledKeptMs: 7 * day,
  idPrefix: '',
  orderIdShape: /^C\d{2}__\d{6,30}[0-9a-zA-Z]*$/,
  orderRate: { weightPerSecond: 4, burst: 5 },
  readWeight: 1,
  sampleMarketId: 'BTCUSDT',
  submit: ({ clientOrderId, marketId, side, amount, limit }) => ({
    method: 'POST',
    api,
    path: 'order',
    params: {
      symbol: marketId,
      side: side.toUpperCase(),
      type: 'IMMEDIATE_OR_CANCEL',
      quantity: amount,
      price: limit,
      newClientOrderId: clientOrderId,
    },
  }),
  lookups: (ref) => [{ method: 'GET', api, path: 'order', params: ofClientId(ref) }],
  cancel: (ref) => ({ method: 'DELETE', api, path: 'order', params: ofClientId(ref) }),
  verdictOf: binanceVerdict,
  // It does not repeat our id.
  accepted: (value) => ({ orderId: textOf(value, 'orderId'), clientOrderId: '' }),
  refusals: [
    { code: '10072', about: 'key', means: 'the key does not exist' },
    { code: '30002', means: 'below the smallest notional' },
    { code: '30004', means: 'insufficient balance' },
    { code: '30005', means: 'insufficient balance' },
    { code: '700002', about: 'key', means: 'the signature is wrong' },
    { code: '700003', about: 'clock', means: 'the timestamp is outside its window' },
    { code: '700006', about: 'key', means: 'this address is not on the list of the key' },
  ],
  tooFast: ['429', '510'],
  duplicates: [],
  absent: [{ code: '-2013', means: 'no such order' }],
  gone: [{ code: '-2011', means: 'no such open order' }],
  expected: {
    submit: {
      to: 'POST api.mexc.com/api/v3/order',
      fields: {
        ...signed,
        symbol: 'BTCUSDT',
        side: 'BUY',
        type: 'IMMEDIATE_OR_CANCEL',
        quantity: '0.000000000000000001',
        price: '43210.123456789012345678',
        newClientOrderId: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n',
      },
      headers: { ...headers, 'content-type': 'application/json' },
    },
    lookup: {
      to: 'GET api.mexc.com/api/v3/order',
      fields: {
        ...signed,
        symbol: 'BTCUSDT',
        origClientOrderId: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n',
      },
      headers,
    },
    cancel: {
      to: 'DELETE api.mexc.com/api/v3/order',
      fields: {
        ...signed,
        symbol: 'BTCUSDT',
        origClientOrderId: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n',
      },
      headers: { ...headers, 'content-type': 'application/json' },
    },
  },
}
