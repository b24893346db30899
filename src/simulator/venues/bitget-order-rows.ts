// Bitget's rows of an order, a fill and a balance.
import { averagePrice, format } from '../../money.ts'
import type { PastPrint } from '../accounts/private-routes.ts'
import { costOf, feesOf, filledOf, type SpotOrder } from '../accounts/spot-order.ts'
import { joinedId } from '../venue-rows.ts'

export function bitgetStatus({ state, prints }: SpotOrder): string {
  switch (state) {
    case 'open':
      return prints.length > 0 ? 'partially_filled' : 'live'
    case 'filled':
      return 'filled'
    case 'cancelled':
    case 'expired':
      return 'cancelled'
  }
}

/** A JSON text inside the JSON, with the fee below zero under the coin it was taken in. */
function feeDetailOf(order: SpotOrder): string {
  const fees = feesOf(order)
  if (fees.length === 0) return ''
  const coins = fees.map(({ asset, amount }) => [
    asset,
    { deduction: false, feeCoinCode: asset, totalDeductionFee: '0', totalFee: format(-amount) },
  ])
  return JSON.stringify(Object.fromEntries(coins))
}

export const averageText = (order: SpotOrder): string => {
  const filled = filledOf(order)
  return filled === 0n ? '0' : format(averagePrice(costOf(order), filled, 'down'))
}

export const bitgetOrderRow = (order: SpotOrder) => ({
  userId: '1',
  symbol: joinedId(order.market),
  orderId: order.id,
  clientOid: order.clientId,
  price: format(order.price),
  size: format(order.amount),
  orderType: 'limit',
  side: order.side,
  status: bitgetStatus(order),
  priceAvg: averageText(order),
  baseVolume: format(filledOf(order)),
  quoteVolume: format(costOf(order)),
  enterPointSource: 'API',
  feeDetail: feeDetailOf(order),
  orderSource: 'normal',
  cancelReason: order.state === 'cancelled' ? 'normal_cancel' : '',
  force: order.timeInForce.toLowerCase(),
  cTime: String(order.createdMs),
  uTime: String(order.updatedMs),
})

/** In the list of open orders the limit stands where others have the average. */
export function bitgetOpenRow(order: SpotOrder) {
  const { price, ...row } = bitgetOrderRow(order)
  return { ...row, priceAvg: price, basePrice: averageText(order), triggerPrice: null }
}

export const bitgetFillRow = ({ order, print }: PastPrint) => ({
  userId: '1',
  symbol: joinedId(order.market),
  orderId: order.id,
  tradeId: print.id,
  orderType: 'limit',
  side: order.side,
  priceAvg: format(print.price),
  size: format(print.amount),
  amount: format(costOf({ prints: [print], side: order.side })),
  feeDetail: {
    deduction: 'no',
    feeCoin: print.fee.asset,
    totalDeductionFee: '',
    totalFee: format(-print.fee.amount),
  },
  tradeScope: print.isMaker ? 'maker' : 'taker',
  cTime: String(print.timeMs),
  uTime: String(print.timeMs),
})
