// Bybit spot orders (v5): https://bybit-exchange.github.io/docs/v5/order/create-order
import { baseAmount, parseDecimal, price } from '../../money.ts'
import { fieldOf, textOf, type Json } from '../exact-json.ts'
import {
  idOf,
  listOf,
  orderLifeMs,
  sideOf,
  stateIn,
  wholeNumber,
  type Ask,
  type OrderCard,
  type Span,
  type WireRef,
} from './order-card.ts'

const day = 24 * 60 * 60 * 1000
/** The longest stretch of time that one call for fills covers. */
const stretchMs = 7 * day

const states = {
  New: 'open',
  PartiallyFilled: 'open',
  Untriggered: 'open',
  Triggered: 'open',
  Filled: 'closed',
  Cancelled: 'cancelled',
  PartiallyFilledCanceled: 'cancelled',
  Rejected: 'cancelled',
  Deactivated: 'cancelled',
} as const

const ofClientId = ({ clientOrderId, marketId }: WireRef) => ({
  category: 'spot',
  symbol: marketId,
  orderLinkId: clientOrderId,
})

const get = (path: string, params: Ask['params']): Ask => ({
  method: 'GET',
  api: 'private',
  path,
  params,
})

/** The first knows open and lately closed orders, the second those that left it. */
const lookupPaths = ['v5/order/realtime', 'v5/order/history']

const nextPage = (value: Json) => textOf(value, 'nextPageCursor') || undefined

/** A cursor is "<where the stretch begins, ms> <the venue's own cursor within it>". */
function fillParams({ sinceMs }: Span, cursor = `${sinceMs}`) {
  const [from = '', own = ''] = cursor.split(' ')
  const startTime = Number(from)
  return { startTime, endTime: startTime + stretchMs - 1, ...(own !== '' && { cursor: own }) }
}

function nextFills(value: Json, { sinceMs, untilMs }: Span, cursor = `${sinceMs}`) {
  const [from = ''] = cursor.split(' ')
  const own = nextPage(value)
  if (own !== undefined) return `${from} ${own}`
  const next = Number(from) + stretchMs
  return next <= untilMs ? String(next) : undefined
}

const keyHeaders = {
  'x-bapi-api-key': 'key',
  'x-bapi-timestamp': '*',
  'x-bapi-recv-window': '3000',
  'x-bapi-sign': '*',
  'content-type': 'application/json',
}
const referrer = { referer: 'CCXT' }

export const bybitOrders: OrderCard = {
  venue: 'bybit',
  mayTrade: true,
  // recv_window.
  requestLifeMs: orderLifeMs,
  // Not published.
  engineTimeoutMs: 10_000,
  cancelledKeptMs: day,
  idPrefix: '',
  orderIdShape: /^[0-9a-f-]{6,40}$/i,
  // 20 a second by account.
  orderRate: { weightPerSecond: 15, burst: 20 },
  readWeight: 1,
  sampleMarketId: 'BTCUSDT',
  submit: ({ clientOrderId, marketId, side, amount, limit }) => ({
    method: 'POST',
    api: 'private',
    path: 'v5/order/create',
    params: {
      category: 'spot',
      symbol: marketId,
      side: side === 'buy' ? 'Buy' : 'Sell',
      orderType: 'Limit',
      timeInForce: 'IOC',
      qty: amount,
      price: limit,
      // Never on margin.
      isLeverage: 0,
      orderLinkId: clientOrderId,
    },
  }),
  lookups: (ref) => lookupPaths.map((path) => get(path, ofClientId(ref))),
  cancel: (ref) => ({
    method: 'POST',
    api: 'private',
    path: 'v5/order/cancel',
    params: ofClientId(ref),
  }),
  verdictOf(answer) {
    const code = textOf(answer, 'retCode')
    if (code === '') return undefined
    if (code !== '0') return { outcome: 'refused', code, message: textOf(answer, 'retMsg') }
    return { outcome: 'ok', value: fieldOf(answer, 'result') ?? null }
  },
  accepted: (value) => ({
    orderId: textOf(value, 'orderId'),
    clientOrderId: textOf(value, 'orderLinkId'),
  }),
  refusals: [
    { code: '10001', means: 'a parameter is not valid' },
    { code: '10002', about: 'clock', means: 'the timestamp is outside its window' },
    { code: '10003', about: 'key', means: 'the key does not exist' },
    { code: '10004', about: 'key', means: 'the signature is wrong' },
    { code: '10005', about: 'key', means: 'the key may not trade' },
    { code: '10006', means: 'too many requests' },
    { code: '10010', about: 'key', means: 'this address is not on the list of the key' },
    { code: '10018', means: 'too many requests from this address' },
    { code: '170005', means: 'too many orders' },
    { code: '170121', means: 'no such market' },
    { code: '170124', means: 'above the largest notional' },
    { code: '170130', means: 'a parameter is not valid' },
    { code: '170131', means: 'insufficient balance' },
    { code: '170132', means: 'the price is too high' },
    { code: '170133', means: 'the price is too low' },
    { code: '170134', means: 'the price has too many digits' },
    { code: '170135', means: 'above the largest amount' },
    { code: '170136', means: 'below the smallest amount' },
    { code: '170137', means: 'the amount has too many digits' },
    { code: '170140', means: 'below the smallest notional' },
    { code: '170192', means: 'the price is above its bound' },
    { code: '170193', means: 'the price is above its bound' },
    { code: '170194', means: 'the price is below its bound' },
    { code: '170201', about: 'key', means: 'this account may not trade' },
    { code: '170217', means: 'this market takes no such orders now' },
    { code: '170222', means: 'too many requests' },
  ],
  tooFast: ['10006', '10018', '170005', '170222'],
  duplicates: [
    { code: '170141', means: 'the client id was used before' },
    { code: '10014', means: 'the request was seen before' },
  ],
  absent: [{ code: '170213', means: 'no such order' }],
  gone: [
    { code: '170139', means: 'filled before' },
    { code: '170142', means: 'cancelled before' },
    { code: '170143', means: 'not in the book' },
    { code: '170190', means: 'ended before' },
    { code: '170213', means: 'no such order' },
  ],
  reads: {
    openOrders: (marketId, cursor) =>
      get('v5/order/realtime', {
        category: 'spot',
        ...(marketId !== undefined && { symbol: marketId }),
        openOnly: 0,
        limit: 50,
        ...(cursor !== undefined && { cursor }),
      }),
    orderById: (orderId, marketId) =>
      lookupPaths.map((path) => get(path, { category: 'spot', symbol: marketId, orderId })),
    fills: (marketId, span, cursor) =>
      get('v5/execution/list', {
        category: 'spot',
        symbol: marketId,
        execType: 'Trade',
        limit: 100,
        ...fillParams(span, cursor),
      }),
    balances: () => get('v5/account/wallet-balance', { accountType: 'UNIFIED' }),
    time: () => ({ method: 'GET', api: 'public', path: 'v5/market/time', params: {} }),
    orderRows: (value) => listOf(fieldOf(value, 'list')),
    orderRow: (row) => ({
      orderId: idOf(textOf(row, 'orderId')),
      clientOrderId: textOf(row, 'orderLinkId'),
      marketId: textOf(row, 'symbol'),
      side: sideOf(textOf(row, 'side')),
      state: stateIn(states, textOf(row, 'orderStatus')),
      amount: baseAmount(textOf(row, 'qty')),
      filled: baseAmount(textOf(row, 'cumExecQty')),
    }),
    fillRows: (value) => listOf(fieldOf(value, 'list')),
    fillRow: (row) => ({
      tradeId: idOf(textOf(row, 'execId')),
      orderId: idOf(textOf(row, 'orderId')),
      marketId: textOf(row, 'symbol'),
      side: sideOf(textOf(row, 'side')),
      amount: baseAmount(textOf(row, 'execQty')),
      price: price(textOf(row, 'execPrice')),
      fee: parseDecimal(textOf(row, 'execFee')),
      feeAsset: idOf(textOf(row, 'feeCurrency')),
      atMs: wholeNumber(textOf(row, 'execTime')),
    }),
    balanceRows: (value) =>
      listOf(fieldOf(listOf(fieldOf(value, 'list'))[0], 'coin')).map((row) => {
        const total = parseDecimal(textOf(row, 'walletBalance'))
        const asset = idOf(textOf(row, 'coin'))
        return { asset, free: total - parseDecimal(textOf(row, 'locked')), total }
      }),
    timeMs: (answer) => wholeNumber(textOf(answer, 'time')),
    nextOrders: nextPage,
    nextFills,
  },
  expected: {
    submit: {
      to: 'POST api.bybit.com/v5/order/create',
      fields: {
        category: 'spot',
        symbol: 'BTCUSDT',
        side: 'Buy',
        orderType: 'Limit',
        timeInForce: 'IOC',
        qty: '0.000000000000000001',
        price: '43210.123456789012345678',
        isLeverage: '0',
        orderLinkId: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n',
      },
      headers: { ...keyHeaders, ...referrer },
    },
    lookup: {
      to: 'GET api.bybit.com/v5/order/realtime',
      fields: {
        category: 'spot',
        symbol: 'BTCUSDT',
        orderLinkId: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n',
      },
      headers: keyHeaders,
    },
    cancel: {
      to: 'POST api.bybit.com/v5/order/cancel',
      fields: {
        category: 'spot',
        symbol: 'BTCUSDT',
        orderLinkId: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n',
      },
      headers: { ...keyHeaders, ...referrer },
    },
  },
}
