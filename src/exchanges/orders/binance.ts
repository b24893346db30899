// Binance spot orders: https://developers.binance.com/docs/binance-spot-api-docs/rest-api
import { baseAmount, parseDecimal, price } from '../../money.ts'
import type { Side } from '../../opportunity/opportunity.ts'
import { fieldOf, rowsOf, textOf, type Json } from '../exact-json.ts'
import {
  idOf,
  listOf,
  OddRowError,
  orderLifeMs,
  sideOf,
  stateIn,
  wholeNumber,
  type OrderCard,
  type Span,
  type Verdict,
  type WireRef,
} from './order-card.ts'

const day = 24 * 60 * 60 * 1000
const pageRows = 1000

const states = {
  NEW: 'open',
  PENDING_NEW: 'open',
  PARTIALLY_FILLED: 'open',
  PENDING_CANCEL: 'open',
  FILLED: 'closed',
  CANCELED: 'cancelled',
  REJECTED: 'cancelled',
  EXPIRED: 'cancelled',
  EXPIRED_IN_MATCH: 'cancelled',
} as const

/** A refusal is an object with a code below zero; MEXC, which speaks likewise, has codes above it. */
export function binanceVerdict(answer: Json): Verdict | undefined {
  const code = textOf(answer, 'code')
  if (/^-?\d+$/.test(code) && !['0', '200'].includes(code))
    return { outcome: 'refused', code, message: textOf(answer, 'msg') }
  return typeof answer === 'object' && answer !== null
    ? { outcome: 'ok', value: answer }
    : undefined
}

function boughtOrSold(row: Json): Side {
  const isBuyer = fieldOf(row, 'isBuyer')
  if (typeof isBuyer === 'boolean') return isBuyer ? 'buy' : 'sell'
  throw new OddRowError('no side')
}

const ofClientId = ({ clientOrderId, marketId }: WireRef) => ({
  symbol: marketId,
  origClientOrderId: clientOrderId,
})

/** A cursor is "at <ms>", where the next day begins, or "id <n>" once a day has filled a page. */
function fillParams({ sinceMs }: Span, cursor = `at ${sinceMs}`) {
  const [kind, from = ''] = cursor.split(' ')
  if (kind === 'id') return { fromId: from, limit: pageRows }
  return { startTime: Number(from), endTime: Number(from) + day - 1, limit: pageRows }
}

function nextFills(value: Json, { sinceMs, untilMs }: Span, cursor = `at ${sinceMs}`) {
  const rows = listOf(value)
  if (rows.length >= pageRows) return `id ${BigInt(textOf(rows.at(-1), 'id')) + 1n}`
  const [kind, from = ''] = cursor.split(' ')
  const next = Number(from) + day
  return kind === 'at' && next <= untilMs ? `at ${next}` : undefined
}

const apiKey = { 'x-mbx-apikey': 'key' }
const signed = { timestamp: '*', recvWindow: '3000', signature: '*' }

export const binanceOrders: OrderCard = {
  venue: 'binance',
  mayTrade: true,
  // recvWindow, which is looked at once more before the matching engine.
  requestLifeMs: orderLifeMs,
  engineTimeoutMs: 10_000,
  // Cancelled and expired orders without any fill are archived after 90 days.
  cancelledKeptMs: 90 * day,
  idPrefix: '',
  orderIdShape: /^[1-9]\d{0,19}$/,
  // 100 orders per 10 s by account, and a share of the weight that the address has.
  orderRate: { weightPerSecond: 15, burst: 100 },
  readWeight: 10,
  sampleMarketId: 'BTCUSDT',
  submit: ({ clientOrderId, marketId, side, amount, limit }) => ({
    method: 'POST',
    api: 'private',
    path: 'order',
    params: {
      symbol: marketId,
      side: side.toUpperCase(),
      type: 'LIMIT',
      timeInForce: 'IOC',
      quantity: amount,
      price: limit,
      newClientOrderId: clientOrderId,
      newOrderRespType: 'ACK',
    },
  }),
  lookups: (ref) => [{ method: 'GET', api: 'private', path: 'order', params: ofClientId(ref) }],
  cancel: (ref) => ({ method: 'DELETE', api: 'private', path: 'order', params: ofClientId(ref) }),
  verdictOf: binanceVerdict,
  accepted: (value) => ({
    orderId: textOf(value, 'orderId'),
    clientOrderId: textOf(value, 'clientOrderId'),
  }),
  refusals: [
    { code: '-1003', means: 'too many requests' },
    {
      code: '-1013',
      says: /^Filter failure|market is closed/i,
      means: 'the order breaks a filter of the market',
    },
    { code: '-1015', means: 'too many orders' },
    { code: '-1021', about: 'clock', means: 'the timestamp is outside its window' },
    { code: '-1022', about: 'key', means: 'the signature is wrong' },
    { code: '-1100', means: 'a parameter has a character that may not be there' },
    { code: '-1101', means: 'too many parameters' },
    { code: '-1102', means: 'a parameter is missing' },
    { code: '-1106', means: 'a parameter is not wanted' },
    { code: '-1111', means: 'too many digits for this market' },
    { code: '-1115', means: 'the time in force is not valid' },
    { code: '-1116', means: 'the order type is not valid' },
    { code: '-1117', means: 'the side is not valid' },
    { code: '-1121', means: 'no such market' },
    {
      code: '-2010',
      says: /insufficient balance|market is closed|not permitted|not enabled|not supported/i,
      means: 'the order was rejected',
    },
    { code: '-2014', about: 'key', means: 'the key has no valid form' },
    {
      code: '-2015',
      about: 'key',
      means: 'the key, its address list or its permissions do not allow it',
    },
    {
      code: '-5028',
      about: 'clock',
      means: 'the timestamp is outside the window of the matching engine',
    },
  ],
  tooFast: ['-1003', '-1015'],
  duplicates: [{ code: '-2010', says: /duplicate order/i, means: 'the client id is in use' }],
  absent: [{ code: '-2013', means: 'no such order' }],
  gone: [{ code: '-2011', means: 'no such open order' }],
  reads: {
    openOrders: (marketId) => ({
      method: 'GET',
      api: 'private',
      path: 'openOrders',
      params: marketId === undefined ? {} : { symbol: marketId },
    }),
    orderById: (orderId, marketId) => [
      { method: 'GET', api: 'private', path: 'order', params: { symbol: marketId, orderId } },
    ],
    fills: (marketId, span, cursor) => ({
      method: 'GET',
      api: 'private',
      path: 'myTrades',
      params: { symbol: marketId, ...fillParams(span, cursor) },
    }),
    balances: () => ({ method: 'GET', api: 'private', path: 'account', params: {} }),
    time: () => ({ method: 'GET', api: 'public', path: 'time', params: {} }),
    orderRows: (value) => rowsOf(value) ?? [value],
    orderRow: (row) => ({
      orderId: idOf(textOf(row, 'orderId')),
      clientOrderId: textOf(row, 'clientOrderId'),
      marketId: textOf(row, 'symbol'),
      side: sideOf(textOf(row, 'side')),
      state: stateIn(states, textOf(row, 'status')),
      amount: baseAmount(textOf(row, 'origQty')),
      filled: baseAmount(textOf(row, 'executedQty')),
    }),
    fillRows: (value) => listOf(value),
    fillRow: (row) => ({
      tradeId: idOf(textOf(row, 'id')),
      orderId: idOf(textOf(row, 'orderId')),
      marketId: textOf(row, 'symbol'),
      side: boughtOrSold(row),
      amount: baseAmount(textOf(row, 'qty')),
      price: price(textOf(row, 'price')),
      fee: parseDecimal(textOf(row, 'commission')),
      feeAsset: idOf(textOf(row, 'commissionAsset')),
      atMs: wholeNumber(textOf(row, 'time')),
    }),
    balanceRows: (value) =>
      listOf(fieldOf(value, 'balances')).map((row) => {
        const free = parseDecimal(textOf(row, 'free'))
        const asset = idOf(textOf(row, 'asset'))
        return { asset, free, total: free + parseDecimal(textOf(row, 'locked')) }
      }),
    timeMs: (answer) => wholeNumber(textOf(answer, 'serverTime')),
    nextOrders: () => undefined,
    nextFills,
  },
  expected: {
    submit: {
      to: 'POST api.binance.com/api/v3/order',
      fields: {
        ...signed,
        symbol: 'BTCUSDT',
        side: 'BUY',
        type: 'LIMIT',
        timeInForce: 'IOC',
        quantity: '0.000000000000000001',
        price: '43210.123456789012345678',
        newClientOrderId: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n',
        newOrderRespType: 'ACK',
      },
      headers: { ...apiKey, 'content-type': 'application/x-www-form-urlencoded' },
    },
    lookup: {
      to: 'GET api.binance.com/api/v3/order',
      fields: {
        ...signed,
        symbol: 'BTCUSDT',
        origClientOrderId: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n',
      },
      headers: apiKey,
    },
    cancel: {
      to: 'DELETE api.binance.com/api/v3/order',
      fields: {
        ...signed,
        symbol: 'BTCUSDT',
        origClientOrderId: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n',
      },
      headers: apiKey,
    },
  },
}
