import { place, type OrderDialect } from './order-dialect.ts'

export const okx: OrderDialect = {
  submit: place('POST /www.okx.com/api/v5/trade/order'),
  lookups: [place('GET /www.okx.com/api/v5/trade/order')],
  cancel: place('POST /www.okx.com/api/v5/trade/cancel-order'),
  openOrders: place('GET /www.okx.com/api/v5/trade/orders-pending'),
  fills: place('GET /www.okx.com/api/v5/trade/fills'),
  balances: place('GET /www.okx.com/api/v5/account/balance'),
  power: place('GET /www.okx.com/api/v5/account/config'),
  time: place('GET /www.okx.com/api/v5/public/time'),
  sent: ['clOrdId', 'side', 'sz', 'px'],
  askedId: 'clOrdId',
  yes: (data) => ({ code: '0', msg: '', data }),
  no: (sCode, sMsg) =>
    sCode === '51603'
      ? { code: sCode, msg: sMsg, data: [] }
      : { code: '1', msg: 'All operations failed', data: [{ ordId: '', sCode, sMsg }] },
  codes: {
    poor: ['51008', 'Order failed. Insufficient balance in account.'],
    duplicate: ['51016', 'Client order ID already exists.'],
    absent: ['51603', 'Order does not exist'],
    gone: ['51402', 'Cancellation failed as the order has been filled.'],
  },
  placed: ({ orderId, clientOrderId }) => [
    { ordId: orderId, clOrdId: clientOrderId, tag: '', sCode: '0', sMsg: 'Order placed' },
  ],
  orderRow: ({ orderId, clientOrderId, side, amount, price, filled, state }) => ({
    instType: 'SPOT',
    instId: 'BTC-USDT',
    ordId: orderId,
    clOrdId: clientOrderId,
    side,
    px: price,
    sz: amount,
    accFillSz: filled,
    state: { open: 'live', closed: 'filled', cancelled: 'canceled' }[state],
  }),
  found: (rows) => rows,
  orders: (rows) => rows,
  fillRow: ({ tradeId, orderId, side, amount, price, fee, feeAsset, atMs }) => ({
    instId: 'BTC-USDT',
    tradeId,
    ordId: orderId,
    billId: `9${tradeId}`,
    side,
    fillPx: price,
    fillSz: amount,
    fee: `-${fee}`,
    feeCcy: feeAsset,
    ts: String(atMs),
  }),
  prints: (rows) => rows,
  account: (rows) => [
    {
      details: rows.map(({ asset, free, held }) => ({
        ccy: asset,
        availBal: free,
        frozenBal: held,
        cashBal: String(Number(free) + Number(held)),
      })),
    },
  ],
  powers: (canWithdraw) => [{ perm: canWithdraw ? 'read_only,withdraw,trade' : 'read_only,trade' }],
  clock: (nowMs) => ({ code: '0', msg: '', data: [{ ts: String(nowMs) }] }),
}
