// OKX's rows of an order and of a balance, which its REST answers and its private channels share.
import { averagePrice, format } from '../../money.ts'
import type { Balance } from '../accounts/holdings.ts'
import { costOf, feesOf, filledOf, type Print, type SpotOrder } from '../accounts/spot-order.ts'
import { dashedId } from '../venue-rows.ts'

function stateOf({ state, prints }: SpotOrder): string {
  switch (state) {
    case 'open':
      return prints.length > 0 ? 'partially_filled' : 'live'
    case 'filled':
      return 'filled'
    case 'cancelled':
    case 'expired':
      return 'canceled'
  }
}

/** `print` is the execution that a private channel tells of; REST tells the last one. */
export function okxOrderRow(order: SpotOrder, print: Print | undefined = order.prints.at(-1)) {
  const { market, side, timeInForce } = order
  const filled = filledOf(order)
  const [fee] = feesOf(order)
  const received = side === 'buy' ? market.base : market.quote
  return {
    instType: 'SPOT',
    instId: dashedId(market),
    tgtCcy: '',
    ccy: '',
    ordId: order.id,
    clOrdId: order.clientId,
    tag: '',
    px: format(order.price),
    sz: format(order.amount),
    ordType: timeInForce === 'GTC' ? 'limit' : timeInForce.toLowerCase(),
    side,
    posSide: 'net',
    tdMode: 'cash',
    accFillSz: format(filled),
    fillPx: print === undefined ? '' : format(print.price),
    tradeId: print?.id ?? '',
    fillSz: print === undefined ? '0' : format(print.amount),
    fillTime: print === undefined ? '' : String(print.timeMs),
    fillFee: print === undefined ? '0' : format(-print.fee.amount),
    fillFeeCcy: print?.fee.asset ?? '',
    execType: print === undefined ? '' : print.isMaker ? 'M' : 'T',
    avgPx: filled === 0n ? '' : format(averagePrice(costOf(order), filled, 'down')),
    state: stateOf(order),
    lever: '',
    feeCcy: fee?.asset ?? received,
    fee: format(-(fee?.amount ?? 0n)),
    rebateCcy: '',
    rebate: '0',
    category: 'normal',
    reduceOnly: 'false',
    cTime: String(order.createdMs),
    uTime: String(order.updatedMs),
  }
}

export const okxBalanceRow = ({ asset, free, held }: Balance, uTime: string) => ({
  ccy: asset,
  cashBal: format(free + held),
  availBal: format(free),
  availEq: format(free),
  frozenBal: format(held),
  ordFrozen: format(held),
  eq: format(free + held),
  uTime,
})
