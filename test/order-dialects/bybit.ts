import { place, type OrderDialect } from './order-dialect.ts'

export const bybit: OrderDialect = {
  submit: place('POST /api.bybit.com/v5/order/create'),
  lookups: [
    place('GET /api.bybit.com/v5/order/realtime'),
    place('GET /api.bybit.com/v5/order/history'),
  ],
  cancel: place('POST /api.bybit.com/v5/order/cancel'),
  openOrders: place('GET /api.bybit.com/v5/order/realtime'),
  fills: place('GET /api.bybit.com/v5/execution/list'),
  balances: place('GET /api.bybit.com/v5/account/wallet-balance'),
  power: place('GET /api.bybit.com/v5/user/query-api'),
  time: place('GET /api.bybit.com/v5/market/time'),
  sent: ['orderLinkId', 'side', 'qty', 'price'],
  askedId: 'orderLinkId',
  yes: (result) => ({ retCode: 0, retMsg: 'OK', result, time: Date.now() }),
  no: (code, retMsg) => ({ retCode: Number(code), retMsg, result: {}, time: Date.now() }),
  codes: {
    poor: ['170131', 'Insufficient balance.'],
    duplicate: ['170141', 'Duplicate clientOrderId'],
    absent: ['170213', 'Order does not exist.'],
    gone: ['170213', 'Order does not exist.'],
  },
  placed: ({ orderId, clientOrderId }) => ({ orderId, orderLinkId: clientOrderId }),
  orderRow: ({ orderId, clientOrderId, side, amount, price, filled, state }) => ({
    orderId,
    orderLinkId: clientOrderId,
    symbol: 'BTCUSDT',
    side: side === 'buy' ? 'Buy' : 'Sell',
    price,
    qty: amount,
    cumExecQty: filled,
    orderStatus: { open: 'New', closed: 'Filled', cancelled: 'Cancelled' }[state],
  }),
  found: (list) => ({ list, nextPageCursor: '' }),
  orders: (list) => ({ list, nextPageCursor: '' }),
  fillRow: ({ tradeId, orderId, side, amount, price, fee, feeAsset, atMs }) => ({
    symbol: 'BTCUSDT',
    execId: tradeId,
    orderId,
    side: side === 'buy' ? 'Buy' : 'Sell',
    execPrice: price,
    execQty: amount,
    execFee: fee,
    feeCurrency: feeAsset,
    execType: 'Trade',
    execTime: String(atMs),
  }),
  prints: (list) => ({ list, nextPageCursor: '' }),
  account: (rows) => ({
    list: [
      {
        accountType: 'UNIFIED',
        coin: rows.map(({ asset, free, held }) => ({
          coin: asset,
          walletBalance: String(Number(free) + Number(held)),
          locked: held,
        })),
      },
    ],
  }),
  powers: (canWithdraw) => ({
    readOnly: 0,
    permissions: {
      Spot: ['SpotTrade'],
      Wallet: canWithdraw ? ['AccountTransfer', 'Withdraw'] : ['AccountTransfer'],
    },
  }),
  clock: (nowMs) => ({ retCode: 0, retMsg: 'OK', result: {}, time: nowMs }),
}
