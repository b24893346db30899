// OKX spot orders: https://www.okx.com/docs-v5/en/#order-book-trading-trade-post-place-order
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
  type Verdict,
  type WireRef,
} from './order-card.ts'

const hour = 60 * 60 * 1000
const pageRows = 100
/** The short list of fills reaches back three days. */
const shortListMs = 70 * hour

const states = {
  live: 'open',
  partially_filled: 'open',
  filled: 'closed',
  canceled: 'cancelled',
  mmp_canceled: 'cancelled',
} as const

/** Code 1 or 2 stands for "not all of them went well": the order's own code is in its row. */
function verdictOf(answer: Json): Verdict | undefined {
  const code = textOf(answer, 'code')
  const rows = rowsOf(fieldOf(answer, 'data'))
  const own = textOf(rows?.[0], 'sCode')
  if (own !== '' && own !== '0')
    return {
      outcome: 'refused',
      code: own,
      message: textOf(rows?.[0], 'sMsg'),
      clientOrderId: textOf(rows?.[0], 'clOrdId'),
    }
  if (code === '0') return rows === undefined ? undefined : { outcome: 'ok', value: rows }
  return code === '' ? undefined : { outcome: 'refused', code, message: textOf(answer, 'msg') }
}

const ofClientId = ({ clientOrderId, marketId }: WireRef) => ({
  instId: marketId,
  clOrdId: clientOrderId,
})

const nextBy = (field: string) => (value: Json) => {
  const rows = listOf(value)
  return rows.length < pageRows ? undefined : idOf(textOf(rows.at(-1), field))
}

const keyHeaders = {
  'ok-access-key': 'key',
  'ok-access-passphrase': 'password',
  'ok-access-timestamp': '*',
  'ok-access-sign': '*',
}

export const okxOrders: OrderCard = {
  venue: 'okx',
  mayTrade: true,
  // The expTime header. Without it a signature holds for 30 s.
  requestLifeMs: orderLifeMs,
  // Not published.
  engineTimeoutMs: 10_000,
  cancelledKeptMs: 2 * hour,
  idPrefix: '',
  orderIdShape: /^[1-9]\d{5,24}$/,
  // 60 per 2 s on each route, by account and market.
  orderRate: { weightPerSecond: 20, burst: 40 },
  readWeight: 2,
  sampleMarketId: 'BTC-USDT',
  submit: ({ clientOrderId, marketId, side, amount, limit }, signedAtMs) => ({
    method: 'POST',
    api: 'private',
    path: 'trade/order',
    params: {
      instId: marketId,
      tdMode: 'cash',
      side,
      ordType: 'ioc',
      px: limit,
      sz: amount,
      clOrdId: clientOrderId,
    },
    headers: { expTime: String(signedAtMs + orderLifeMs) },
  }),
  lookups: (ref) => [
    { method: 'GET', api: 'private', path: 'trade/order', params: ofClientId(ref) },
  ],
  cancel: (ref) => ({
    method: 'POST',
    api: 'private',
    path: 'trade/cancel-order',
    params: ofClientId(ref),
  }),
  verdictOf,
  accepted: (value) => ({
    orderId: textOf(rowsOf(value)?.[0], 'ordId'),
    clientOrderId: textOf(rowsOf(value)?.[0], 'clOrdId'),
  }),
  refusals: [
    { code: '50011', means: 'too many requests' },
    { code: '50061', means: 'too many orders for this account' },
    { code: '50102', about: 'clock', means: 'the timestamp is outside its window' },
    { code: '50105', about: 'key', means: 'the passphrase is wrong' },
    { code: '50110', about: 'key', means: 'this address is not on the list of the key' },
    { code: '50111', about: 'key', means: 'the key does not exist' },
    { code: '50112', about: 'clock', means: 'the timestamp is not valid' },
    { code: '50113', about: 'key', means: 'the signature is wrong' },
    { code: '50114', about: 'key', means: 'the key may not trade' },
    { code: '50120', about: 'key', means: 'the key may not trade' },
    { code: '51000', means: 'a parameter is not valid' },
    { code: '51001', means: 'no such market' },
    { code: '51005', means: 'above the largest amount' },
    { code: '51006', means: 'the price is outside its bounds' },
    { code: '51008', means: 'insufficient balance' },
    { code: '51009', about: 'key', means: 'this account may place no orders' },
    { code: '51020', means: 'below the smallest amount' },
    { code: '51021', means: 'the market is not open yet' },
    { code: '51022', means: 'the market is suspended' },
    { code: '51028', means: 'the market is suspended' },
    { code: '51119', means: 'insufficient balance' },
    { code: '51120', means: 'below the smallest amount' },
    { code: '51121', means: 'the amount is no multiple of its step' },
    { code: '51127', means: 'no balance at all' },
    { code: '51131', means: 'insufficient balance' },
    { code: '51137', means: 'the price is above the highest that is taken' },
    { code: '51138', means: 'the price is below the lowest that is taken' },
    { code: '51155', means: 'this market is not open to this account' },
  ],
  tooFast: ['50011', '50061'],
  duplicates: [{ code: '51016', means: 'the client id was used before' }],
  absent: [{ code: '51603', means: 'no such order' }],
  gone: [
    { code: '51400', means: 'no such order' },
    { code: '51401', means: 'cancelled before' },
    { code: '51402', means: 'filled before' },
    { code: '51410', means: 'being cancelled' },
  ],
  reads: {
    openOrders: (marketId, cursor) => ({
      method: 'GET',
      api: 'private',
      path: 'trade/orders-pending',
      params: {
        instType: 'SPOT',
        ...(marketId !== undefined && { instId: marketId }),
        limit: pageRows,
        ...(cursor !== undefined && { after: cursor }),
      },
    }),
    orderById: (orderId, marketId) => [
      {
        method: 'GET',
        api: 'private',
        path: 'trade/order',
        params: { instId: marketId, ordId: orderId },
      },
    ],
    fills: (marketId, { sinceMs, untilMs }, cursor) => ({
      method: 'GET',
      api: 'private',
      path: untilMs - sinceMs < shortListMs ? 'trade/fills' : 'trade/fills-history',
      params: {
        instType: 'SPOT',
        instId: marketId,
        begin: sinceMs,
        limit: pageRows,
        ...(cursor !== undefined && { after: cursor }),
      },
    }),
    balances: () => ({ method: 'GET', api: 'private', path: 'account/balance', params: {} }),
    time: () => ({ method: 'GET', api: 'public', path: 'public/time', params: {} }),
    orderRows: (value) => listOf(value),
    orderRow: (row) => ({
      orderId: idOf(textOf(row, 'ordId')),
      clientOrderId: textOf(row, 'clOrdId'),
      marketId: textOf(row, 'instId'),
      side: sideOf(textOf(row, 'side')),
      state: stateIn(states, textOf(row, 'state')),
      amount: baseAmount(textOf(row, 'sz')),
      filled: baseAmount(textOf(row, 'accFillSz')),
    }),
    fillRows: (value) => listOf(value),
    fillRow: (row) => ({
      tradeId: idOf(textOf(row, 'tradeId')),
      orderId: idOf(textOf(row, 'ordId')),
      marketId: textOf(row, 'instId'),
      side: sideOf(textOf(row, 'side')),
      amount: baseAmount(textOf(row, 'fillSz')),
      price: price(textOf(row, 'fillPx')),
      // What was taken is below zero here, a rebate above it.
      fee: -parseDecimal(textOf(row, 'fee')),
      feeAsset: idOf(textOf(row, 'feeCcy')),
      atMs: wholeNumber(textOf(row, 'ts')),
    }),
    balanceRows: (value) =>
      listOf(fieldOf(listOf(value)[0], 'details')).map((row) => ({
        asset: idOf(textOf(row, 'ccy')),
        free: parseDecimal(textOf(row, 'availBal')),
        total: parseDecimal(textOf(row, 'cashBal')),
      })),
    timeMs: (answer) => wholeNumber(textOf(rowsOf(fieldOf(answer, 'data'))?.[0], 'ts')),
    nextOrders: nextBy('ordId'),
    nextFills: nextBy('billId'),
  },
  expected: {
    submit: {
      to: 'POST www.okx.com/api/v5/trade/order',
      fields: {
        instId: 'BTC-USDT',
        tdMode: 'cash',
        side: 'buy',
        ordType: 'ioc',
        px: '43210.123456789012345678',
        sz: '0.000000000000000001',
        clOrdId: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n',
      },
      headers: { ...keyHeaders, exptime: '*', 'content-type': 'application/json' },
    },
    lookup: {
      to: 'GET www.okx.com/api/v5/trade/order',
      fields: { instId: 'BTC-USDT', clOrdId: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n' },
      headers: { ...keyHeaders },
    },
    cancel: {
      to: 'POST www.okx.com/api/v5/trade/cancel-order',
      fields: { instId: 'BTC-USDT', clOrdId: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n' },
      headers: { ...keyHeaders, 'content-type': 'application/json' },
    },
  },
}
