// Binance's rows of an order and of what was traded.
import { format } from '../../money.ts'
import type { PastPrint } from '../accounts/private-routes.ts'
import { costOf, filledOf, type SpotOrder } from '../accounts/spot-order.ts'
import { joinedId } from '../venue-rows.ts'

export function binanceStatus({ state, prints }: SpotOrder): string {
  switch (state) {
    case 'open':
      return prints.length > 0 ? 'PARTIALLY_FILLED' : 'NEW'
    case 'filled':
      return 'FILLED'
    case 'cancelled':
      return 'CANCELED'
    case 'expired':
      return 'EXPIRED'
  }
}

export function binanceOrderRow(order: SpotOrder) {
  const { market, id, clientId, price, amount, side, timeInForce, createdMs, updatedMs } = order
  return {
    symbol: joinedId(market),
    orderId: Number(id),
    orderListId: -1,
    clientOrderId: clientId,
    price: format(price),
    origQty: format(amount),
    executedQty: format(filledOf(order)),
    cummulativeQuoteQty: format(costOf(order)),
    status: binanceStatus(order),
    timeInForce,
    type: 'LIMIT',
    side: side.toUpperCase(),
    stopPrice: '0.00000000',
    icebergQty: '0.00000000',
    time: createdMs,
    updateTime: updatedMs,
    isWorking: true,
    workingTime: createdMs,
    origQuoteOrderQty: '0.00000000',
    selfTradePreventionMode: 'EXPIRE_MAKER',
  }
}

export const binanceFillRows = ({ prints }: SpotOrder) =>
  prints.map(({ price, amount, fee, id }) => ({
    price: format(price),
    qty: format(amount),
    commission: format(fee.amount),
    commissionAsset: fee.asset,
    tradeId: Number(id),
  }))

export const binanceTradeRow = ({ order, print }: PastPrint) => ({
  symbol: joinedId(order.market),
  id: Number(print.id),
  orderId: Number(order.id),
  orderListId: -1,
  price: format(print.price),
  qty: format(print.amount),
  quoteQty: format(costOf({ prints: [print], side: order.side })),
  commission: format(print.fee.amount),
  commissionAsset: print.fee.asset,
  time: print.timeMs,
  isBuyer: order.side === 'buy',
  isMaker: print.isMaker,
  isBestMatch: true,
})
