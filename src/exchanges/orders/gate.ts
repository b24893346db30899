// Gate spot orders (v4): https://www.gate.com/docs/developers/apiv4/en/#create-an-order
// Its requests are known, its answers are not proven: no orders are sent there.
import { textOf } from '../exact-json.ts'
import { orderLifeMs, type OrderCard } from './order-card.ts'

const hour = 60 * 60 * 1000
const api = ['private', 'spot']

const headers = {
  key: 'key',
  timestamp: '*',
  sign: '*',
  'content-type': 'application/json',
  'x-gate-channel-id': 'ccxt',
}

export const gateOrders: OrderCard = {
  venue: 'gate',
  mayTrade: false,
  // The x-gate-exptime header.
  requestLifeMs: orderLifeMs,
  // Not published.
  engineTimeoutMs: 10_000,
  // By our id; by its own it keeps them longer.
  cancelledKeptMs: hour,
  idPrefix: 't-',
  orderIdShape: /^[1-9]\d{5,24}$/,
  orderRate: { weightPerSecond: 8, burst: 10 },
  readWeight: 1,
  sampleMarketId: 'BTC_USDT',
  submit: ({ clientOrderId, marketId, side, amount, limit }, signedAtMs) => ({
    method: 'POST',
    api,
    path: 'orders',
    params: {
      text: clientOrderId,
      currency_pair: marketId,
      type: 'limit',
      account: 'spot',
      side,
      amount,
      price: limit,
      time_in_force: 'ioc',
    },
    headers: { 'x-gate-exptime': String(signedAtMs + orderLifeMs) },
  }),
  lookups: ({ clientOrderId, marketId }) => [
    {
      method: 'GET',
      api,
      path: 'orders/{order_id}',
      params: { order_id: clientOrderId, currency_pair: marketId },
    },
  ],
  cancel: ({ clientOrderId, marketId }) => ({
    method: 'DELETE',
    api,
    path: 'orders/{order_id}',
    params: { order_id: clientOrderId, currency_pair: marketId },
  }),
  verdictOf(answer) {
    const code = textOf(answer, 'label')
    if (code !== '') return { outcome: 'refused', code, message: textOf(answer, 'message') }
    return typeof answer === 'object' && answer !== null
      ? { outcome: 'ok', value: answer }
      : undefined
  },
  accepted: (value) => ({
    orderId: textOf(value, 'id'),
    clientOrderId: textOf(value, 'text'),
  }),
  refusals: [
    { code: 'BALANCE_NOT_ENOUGH', means: 'insufficient balance' },
    { code: 'INVALID_CURRENCY_PAIR', means: 'no such market' },
    { code: 'INVALID_KEY', about: 'key', means: 'the key does not exist' },
    { code: 'INVALID_SIGNATURE', about: 'key', means: 'the signature is wrong' },
    { code: 'IP_FORBIDDEN', about: 'key', means: 'this address is not on the list of the key' },
    { code: 'READ_ONLY', about: 'key', means: 'the key may not trade' },
    { code: 'REQUEST_EXPIRED', about: 'clock', means: 'the timestamp is outside its window' },
    { code: 'TOO_MANY_REQUESTS', means: 'too many requests' },
  ],
  tooFast: ['TOO_MANY_REQUESTS'],
  duplicates: [],
  absent: [{ code: 'ORDER_NOT_FOUND', means: 'no such order' }],
  gone: [
    { code: 'ORDER_NOT_FOUND', means: 'no such order' },
    { code: 'ORDER_CLOSED', means: 'filled before' },
    { code: 'ORDER_CANCELLED', means: 'cancelled before' },
  ],
  expected: {
    submit: {
      to: 'POST api.gateio.ws/api/v4/spot/orders',
      fields: {
        text: 't-A1b2C3d4E5f6G7h8I9j0K1l2M3n',
        currency_pair: 'BTC_USDT',
        type: 'limit',
        account: 'spot',
        side: 'buy',
        amount: '0.000000000000000001',
        price: '43210.123456789012345678',
        time_in_force: 'ioc',
      },
      headers: { ...headers, 'x-gate-exptime': '*' },
    },
    lookup: {
      to: 'GET api.gateio.ws/api/v4/spot/orders/t-A1b2C3d4E5f6G7h8I9j0K1l2M3n',
      fields: { currency_pair: 'BTC_USDT' },
      headers,
    },
    cancel: {
      to: 'DELETE api.gateio.ws/api/v4/spot/orders/t-A1b2C3d4E5f6G7h8I9j0K1l2M3n',
      fields: { currency_pair: 'BTC_USDT' },
      headers,
    },
  },
}
