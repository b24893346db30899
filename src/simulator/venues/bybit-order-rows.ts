// Bybit's rows of an order, an execution and a balance, which REST and the private topics share.
import { averagePrice, format } from '../../money.ts'
import type { Balance } from '../accounts/holdings.ts'
import type { PastPrint } from '../accounts/private-routes.ts'
import { costOf, feesOf, filledOf, remainingOf, type SpotOrder } from '../accounts/spot-order.ts'
import { joinedId } from '../venue-rows.ts'

const sideOf = ({ side }: SpotOrder) => (side === 'buy' ? 'Buy' : 'Sell')

function statusOf({ state, prints }: SpotOrder): string {
  switch (state) {
    case 'open':
      return prints.length > 0 ? 'PartiallyFilled' : 'New'
    case 'filled':
      return 'Filled'
    case 'cancelled':
    case 'expired':
      return prints.length > 0 ? 'PartiallyFilledCanceled' : 'Cancelled'
  }
}

export function bybitOrderRow(order: SpotOrder) {
  const { id, clientId, market, price, amount, timeInForce, state } = order
  const filled = filledOf(order)
  const fees = feesOf(order)
  const received = order.side === 'buy' ? market.base : market.quote
  return {
    category: 'spot',
    orderId: id,
    orderLinkId: clientId,
    symbol: joinedId(market),
    price: format(price),
    qty: format(amount),
    side: sideOf(order),
    orderStatus: statusOf(order),
    createType: 'CreateByUser',
    cancelType: state === 'cancelled' ? 'CancelByUser' : 'UNKNOWN',
    rejectReason: state === 'expired' ? 'EC_NoImmediateQtyToFill' : 'EC_NoError',
    avgPrice: filled === 0n ? '' : format(averagePrice(costOf(order), filled, 'down')),
    leavesQty: state === 'open' ? format(remainingOf(order)) : '0',
    leavesValue: '0',
    cumExecQty: format(filled),
    cumExecValue: format(costOf(order)),
    cumExecFee: format(fees.find(({ asset }) => asset === received)?.amount ?? 0n),
    cumFeeDetail: Object.fromEntries(fees.map((fee) => [fee.asset, format(fee.amount)])),
    timeInForce,
    orderType: 'Limit',
    stopOrderType: '',
    marketUnit: '',
    isLeverage: '0',
    createdTime: String(order.createdMs),
    updatedTime: String(order.updatedMs),
  }
}

export const bybitExecutionRow = ({ order, print }: PastPrint) => ({
  category: 'spot',
  symbol: joinedId(order.market),
  orderId: order.id,
  orderLinkId: order.clientId,
  side: sideOf(order),
  orderPrice: format(order.price),
  orderQty: format(order.amount),
  leavesQty: format(remainingOf(order)),
  orderType: 'Limit',
  execFee: format(print.fee.amount),
  feeCurrency: print.fee.asset,
  feeCoin: print.fee.asset,
  feeRate: String(order.market.takerFee),
  execId: print.id,
  execPrice: format(print.price),
  execQty: format(print.amount),
  execType: 'Trade',
  execValue: format(costOf({ prints: [print], side: order.side })),
  execTime: String(print.timeMs),
  isMaker: print.isMaker,
  seq: Number(print.id),
})

export const bybitCoinRow = ({ asset, free, held }: Balance) => ({
  coin: asset,
  walletBalance: format(free + held),
  equity: format(free + held),
  locked: format(held),
  free: format(free),
  availableToWithdraw: format(free),
  totalOrderIM: '0',
  totalPositionIM: '0',
  borrowAmount: '0',
  accruedInterest: '0',
  unrealisedPnl: '0',
  cumRealisedPnl: '0',
})
