// KuCoin spot orders (hf routes): https://www.kucoin.com/docs-new/rest/spot-trading/orders/add-order
import { baseAmount, parseDecimal, price } from '../../money.ts'
import { fieldOf, rowsOf, textOf, type Json } from '../exact-json.ts'
import {
  idOf,
  listOf,
  OddRowError,
  orderLifeMs,
  sideOf,
  wholeNumber,
  type OrderCard,
} from './order-card.ts'

const day = 24 * 60 * 60 * 1000
const pageRows = 100
const byClientId = 'hf/orders/client-order/{clientOid}'

/** The name differs between the routes; a row with neither is not what we know. */
function isActive(row: Json): boolean {
  const told = fieldOf(row, 'active') ?? fieldOf(row, 'isActive')
  if (typeof told === 'boolean') return told
  throw new OddRowError('no word on whether it is active')
}

const keyHeaders = {
  'kc-api-key-version': '2',
  'kc-api-key': 'key',
  'kc-api-timestamp': '*',
  'kc-api-passphrase': '*',
  'kc-api-sign': '*',
  'kc-api-partner': 'ccxt',
  'kc-api-partner-sign': '*',
  'kc-api-partner-verify': 'true',
}

export const kucoinOrders: OrderCard = {
  venue: 'kucoin',
  mayTrade: true,
  // allowMaxTimeWindow; besides, a signature older than 5 s is refused.
  requestLifeMs: orderLifeMs,
  // Not published.
  engineTimeoutMs: 10_000,
  cancelledKeptMs: 3 * day,
  idPrefix: '',
  orderIdShape: /^[0-9a-zA-Z]{6,40}$/,
  // 4,000 a 30 s by account.
  orderRate: { weightPerSecond: 60, burst: 120 },
  readWeight: 3,
  sampleMarketId: 'BTC-USDT',
  submit: ({ clientOrderId, marketId, side, amount, limit }, signedAtMs) => ({
    method: 'POST',
    api: 'private',
    path: 'hf/orders',
    params: {
      clientOid: clientOrderId,
      symbol: marketId,
      side,
      type: 'limit',
      timeInForce: 'IOC',
      price: limit,
      size: amount,
      clientTimestamp: signedAtMs,
      allowMaxTimeWindow: orderLifeMs,
    },
  }),
  lookups: ({ clientOrderId, marketId }) => [
    {
      method: 'GET',
      api: 'private',
      path: byClientId,
      params: { clientOid: clientOrderId, symbol: marketId },
    },
  ],
  cancel: ({ clientOrderId, marketId }) => ({
    method: 'DELETE',
    api: 'private',
    path: byClientId,
    params: { clientOid: clientOrderId, symbol: marketId },
  }),
  verdictOf(answer) {
    const code = textOf(answer, 'code')
    if (code === '') return undefined
    if (code !== '200000') return { outcome: 'refused', code, message: textOf(answer, 'msg') }
    return { outcome: 'ok', value: fieldOf(answer, 'data') ?? null }
  },
  accepted: (value) => ({
    orderId: textOf(value, 'orderId'),
    clientOrderId: textOf(value, 'clientOid'),
  }),
  refusals: [
    { code: '126009', means: 'no orders are taken for this pair' },
    { code: '200001', means: 'no orders are taken for this pair' },
    { code: '200003', means: 'too many open orders' },
    { code: '200004', means: 'insufficient balance' },
    { code: '400001', about: 'key', means: 'a header of the key is missing' },
    { code: '400002', about: 'clock', means: 'the timestamp is outside its window' },
    { code: '400003', about: 'key', means: 'the key does not exist' },
    { code: '400004', about: 'key', means: 'the passphrase is wrong' },
    { code: '400005', about: 'key', means: 'the signature is wrong' },
    { code: '400006', about: 'key', means: 'this address is not on the list of the key' },
    { code: '400007', about: 'key', means: 'the key may not trade' },
    {
      code: '400100',
      says: /increment|minimum|maximum|validation\.createOrder/i,
      means: 'the order breaks a rule of the market',
    },
    { code: '400200', about: 'key', means: 'this account may place no orders' },
    { code: '400350', means: 'the most that may be held is reached' },
    { code: '400370', means: 'the price is above its bound' },
    { code: '400760', means: 'the price is below its bound' },
    { code: '411100', about: 'key', means: 'the account is frozen' },
    { code: '429000', means: 'too many requests' },
    { code: '600100', means: 'below the smallest notional' },
    { code: '600101', means: 'below the smallest notional' },
    { code: '900001', means: 'no such market' },
  ],
  tooFast: ['429000'],
  duplicates: [{ code: '126044', means: 'the client id was used before' }],
  absent: [{ code: '400100', says: /order.{0,12}not.?exist/i, means: 'no such order' }],
  gone: [{ code: '400100', says: /order.{0,12}not.?exist/i, means: 'no such order' }],
  reads: {
    openOrders: (marketId) => ({
      method: 'GET',
      api: 'private',
      path: 'hf/orders/active',
      params: { symbol: marketId ?? '' },
    }),
    openMarkets: {
      ask: () => ({ method: 'GET', api: 'private', path: 'hf/orders/active/symbols', params: {} }),
      idsOf: (value) =>
        listOf(fieldOf(value, 'symbols')).map((id) => idOf(typeof id === 'string' ? id : '')),
    },
    orderById: (orderId, marketId) => [
      {
        method: 'GET',
        api: 'private',
        path: 'hf/orders/{orderId}',
        params: { orderId, symbol: marketId },
      },
    ],
    fills: (marketId, { sinceMs }, cursor) => ({
      method: 'GET',
      api: 'private',
      path: 'hf/fills',
      params: {
        symbol: marketId,
        startAt: sinceMs,
        limit: pageRows,
        ...(cursor !== undefined && { lastId: cursor }),
      },
    }),
    balances: () => ({
      method: 'GET',
      api: 'private',
      path: 'accounts',
      params: { type: 'trade' },
    }),
    time: () => ({ method: 'GET', api: 'public', path: 'timestamp', params: {} }),
    // A lookup answers with the order itself.
    orderRows: (value) => rowsOf(value) ?? (value === null ? [] : [value]),
    orderRow: (row) => ({
      orderId: idOf(textOf(row, 'id')),
      clientOrderId: textOf(row, 'clientOid'),
      marketId: textOf(row, 'symbol'),
      side: sideOf(textOf(row, 'side')),
      state: isActive(row) ? 'open' : fieldOf(row, 'cancelExist') === true ? 'cancelled' : 'closed',
      amount: baseAmount(textOf(row, 'size')),
      filled: baseAmount(textOf(row, 'dealSize')),
    }),
    fillRows: (value) => listOf(fieldOf(value, 'items')),
    fillRow: (row) => ({
      tradeId: idOf(textOf(row, 'tradeId')),
      orderId: idOf(textOf(row, 'orderId')),
      marketId: textOf(row, 'symbol'),
      side: sideOf(textOf(row, 'side')),
      amount: baseAmount(textOf(row, 'size')),
      price: price(textOf(row, 'price')),
      fee: parseDecimal(textOf(row, 'fee')),
      feeAsset: idOf(textOf(row, 'feeCurrency')),
      atMs: wholeNumber(textOf(row, 'createdAt')),
    }),
    balanceRows: (value) =>
      listOf(value).map((row) => ({
        asset: idOf(textOf(row, 'currency')),
        free: parseDecimal(textOf(row, 'available')),
        total: parseDecimal(textOf(row, 'balance')),
      })),
    timeMs: (answer) => wholeNumber(textOf(answer, 'data')),
    nextOrders: () => undefined,
    nextFills: (value) =>
      listOf(fieldOf(value, 'items')).length < pageRows
        ? undefined
        : textOf(value, 'lastId') || undefined,
  },
  expected: {
    submit: {
      to: 'POST api.kucoin.com/api/v1/hf/orders',
      fields: {
        clientOid: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n',
        symbol: 'BTC-USDT',
        side: 'buy',
        type: 'limit',
        timeInForce: 'IOC',
        price: '43210.123456789012345678',
        size: '0.000000000000000001',
        clientTimestamp: '*',
        allowMaxTimeWindow: '3000',
      },
      headers: { ...keyHeaders, 'content-type': 'application/json' },
    },
    lookup: {
      to: 'GET api.kucoin.com/api/v1/hf/orders/client-order/A1b2C3d4E5f6G7h8I9j0K1l2M3n',
      fields: { symbol: 'BTC-USDT' },
      headers: keyHeaders,
    },
    cancel: {
      to: 'DELETE api.kucoin.com/api/v1/hf/orders/client-order/A1b2C3d4E5f6G7h8I9j0K1l2M3n',
      fields: { symbol: 'BTC-USDT' },
      headers: keyHeaders,
    },
  },
}
