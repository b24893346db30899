// One leg of a route, exactly: what an order of some size spends and brings after the fee in the right
// asset, how large it may be, and how large it must be to bring what the next leg needs.
import type { Market } from '../market/market.ts'
import {
  add,
  ceilToStep,
  cost,
  floorToStep,
  portion,
  rate,
  smaller,
  subtract,
  type BaseAmount,
  type Price,
  type QuoteAmount,
  type Rate,
} from '../money.ts'
import {
  amountForCost,
  amountForProceeds,
  amountForReserve,
  depthOf,
  walk,
  type ExactLevel,
} from './depth.ts'
import type { Side } from './opportunity.ts'

export type SizingLeg = {
  readonly market: Market
  readonly side: Side
  /** The side of the book that is taken, already cut to what may be counted on. */
  readonly levels: readonly ExactLevel[]
  /**
   * What the account holds of the asset this leg spends. Absent where the leg before delivers it; a
   * cross route sells from stock, so both its legs have one.
   */
  readonly balance?: bigint
  readonly bookAgeMs: number
}

export type LegFill = {
  readonly leg: SizingLeg
  readonly amount: BaseAmount
  readonly notional: QuoteAmount
  /** The worst level touched, moved to the tick that is worse for us. */
  readonly limit: Price
  readonly fee: bigint
  readonly feeAsset: string
  readonly spends: bigint
  readonly receives: bigint
}

const one = rate('1')
const wholeOf = (part: bigint, share: Rate): bigint => {
  const divisor = share as bigint
  return (part * (one as bigint) + divisor - 1n) / divisor
}

export const spentAsset = ({ market, side }: SizingLeg): string =>
  side === 'buy' ? market.quote : market.base
export const receivedAsset = ({ market, side }: SizingLeg): string =>
  side === 'buy' ? market.base : market.quote

const feeOnTop = ({ market, side }: SizingLeg): boolean =>
  side === 'buy' && market.takerFee.paidIn === 'quote'

function limitOf({ market, side }: SizingLeg, worst: Price): Price {
  if (side === 'buy') return ceilToStep(worst, market.priceStep)
  const floor = floorToStep(worst, market.priceStep)
  return floor > 0n ? floor : worst
}

/** The order of exactly `amount`, or undefined when the levels do not hold it. */
export function fillLeg(leg: SizingLeg, amount: BaseAmount): LegFill | undefined {
  const { market, side } = leg
  const walked = walk(leg.levels, amount, side === 'buy' ? 'up' : 'down')
  if (walked.worst === undefined || walked.amount < amount) return undefined
  const { notional } = walked
  const share = market.takerFee.rate
  const order = { leg, amount, notional, limit: limitOf(leg, walked.worst) }
  if (side === 'sell') {
    const fee = portion(notional, share, 'up')
    const receives = subtract(notional, fee)
    return { ...order, fee, feeAsset: market.quote, spends: amount, receives }
  }
  if (feeOnTop(leg)) {
    const fee = portion(notional, share, 'up')
    return { ...order, fee, feeAsset: market.quote, spends: add(notional, fee), receives: amount }
  }
  const fee = portion(amount, share, 'up')
  const receives = subtract(amount, fee)
  return { ...order, fee, feeAsset: market.base, spends: notional, receives }
}

/** The largest order that `available` of the spent asset allows, in whole lots and within the levels. */
export function largestAmount(leg: SizingLeg, available: bigint): BaseAmount {
  const { market, side, levels, balance } = leg
  const spendable = balance === undefined || available < balance ? available : balance
  const step = market.amountStep
  if (side === 'sell') return floorToStep(smaller(spendable as BaseAmount, depthOf(levels)), step)
  const beforeFee = (quote: bigint): QuoteAmount =>
    (feeOnTop(leg) ? (quote * one) / (one + market.takerFee.rate) : quote) as QuoteAmount
  const affordable = amountForCost(levels, beforeFee(spendable))
  if (balance === undefined) return floorToStep(affordable, step)
  const reservable = amountForReserve(levels, beforeFee(balance), market.priceStep)
  return floorToStep(smaller(affordable, reservable), step)
}

/** The smallest order in whole lots that delivers `wanted` after the fee; undefined beyond the levels. */
export function amountDelivering(leg: SizingLeg, wanted: bigint): BaseAmount | undefined {
  const { market, side, levels } = leg
  const share = market.takerFee.rate
  const kept = subtract(one, share)
  if (kept <= 0n) return undefined
  if (side === 'buy') {
    const ordered = feeOnTop(leg) ? wanted : wholeOf(wanted, kept)
    return ceilToStep(ordered as BaseAmount, market.amountStep)
  }
  const amount = amountForProceeds(levels, wholeOf(wanted, kept) as QuoteAmount)
  return amount === undefined ? undefined : ceilToStep(amount, market.amountStep)
}

/** What is short of the market's minimums, in words; undefined when the order is large enough. */
export function belowMinimum({ leg, amount, notional, limit }: LegFill): string | undefined {
  const { venue, symbol, amountMin, notionalMin } = leg.market
  if (amount < amountMin || amount === 0n) return `${venue} ${symbol} takes no order that small`
  // The venue judges a limit order by limit × amount, which is less than a sale brings.
  const judged = smaller(notional, cost(limit, amount, 'down'))
  return judged < notionalMin ? `${venue} ${symbol} takes no order worth so little` : undefined
}
