// What an order spends at most, and how large it may be for a given sum: all of it may fill at its limit.
// Pure.
import {
  add,
  bought,
  cost,
  floorToStep,
  portion,
  rate,
  smaller,
  type BaseAmount,
  type QuoteAmount,
} from '../money.ts'
import type { LegPlan } from '../opportunity/opportunity.ts'

const one = rate('1') as bigint

/** A buy's fee in quote comes on top of the price; any other is taken from what arrives. */
const feeOnTop = ({ side, quote, fee }: LegPlan): boolean => side === 'buy' && fee.asset === quote

/** A buy costs the most at its limit, with the fee where that comes on top; a sell spends what it sells. */
export function worstSpend(leg: LegPlan): bigint {
  if (leg.side === 'sell') return leg.amount
  const atLimit = cost(leg.limit, leg.amount, 'up')
  return feeOnTop(leg) ? add(atLimit, portion(atLimit, leg.feeRate, 'up')) : atLimit
}

/** As much of the leg as `purse` of the asset it spends pays for whatever it fills at, in whole steps. */
export function amountWithin(leg: LegPlan, purse: bigint, step: BaseAmount): BaseAmount {
  if (worstSpend(leg) <= purse) return leg.amount
  if (leg.side === 'sell') return floorToStep(purse as BaseAmount, step)
  const beforeFee = feeOnTop(leg) ? (purse * one) / (one + leg.feeRate) : purse
  return floorToStep(smaller(leg.amount, bought(leg.limit, beforeFee as QuoteAmount)), step)
}
