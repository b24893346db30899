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
import { amountForProceeds, amountForReserve, depthOf, walk, type ExactLevel } from './depth.ts'
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
  /** What sending on all that this leg receives takes, in the asset it receives; absent where it stays. */
  readonly sendFee?: bigint
  /** How far the limit may lie beyond the worst level counted on, as a share of it; else not at all. */
  readonly slip?: Rate
  readonly bookAgeMs: number
}

export type LegFill = {
  readonly leg: SizingLeg
  readonly amount: BaseAmount
  readonly notional: QuoteAmount
  /** The worst level touched, moved to the tick that is worse for us, and on by what it may slip. */
  readonly limit: Price
  /** What the order spends at most: all of it filled at its limit. */
  readonly reserves: bigint
  readonly fee: bigint
  readonly feeAsset: string
  readonly spends: bigint
  readonly receives: bigint
}

const one = rate('1')
const noSlip = 0n as Price
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

/** What the next leg has of what this one receives; below zero where the network takes more than that. */
export const sentOn = ({ sendFee = 0n }: SizingLeg, receives: bigint): bigint => receives - sendFee

/** Of `quote`, what goes into the order itself. */
const beforeFee = (leg: SizingLeg, quote: bigint): QuoteAmount =>
  (feeOnTop(leg) ? (quote * one) / (one + leg.market.takerFee.rate) : quote) as QuoteAmount

/** The limit of an order that reaches down to a level of price `worst`. */
export function limitOf({ market, side, slip }: SizingLeg, worst: Price): Price {
  const { priceStep } = market
  const slipOf = (at: Price) => (slip === undefined ? noSlip : portion(at, slip, 'down'))
  if (side === 'buy') {
    const onTick = ceilToStep(worst, priceStep)
    return floorToStep(add(onTick, slipOf(onTick)), priceStep)
  }
  const floor = floorToStep(worst, priceStep)
  const onTick = floor > 0n ? floor : worst
  return ceilToStep(subtract(onTick, slipOf(onTick)), priceStep)
}

function reserved(leg: SizingLeg, amount: BaseAmount, limit: Price): bigint {
  if (leg.side === 'sell') return amount
  const whole = cost(limit, amount, 'up')
  return feeOnTop(leg) ? add(whole, portion(whole, leg.market.takerFee.rate, 'up')) : whole
}

/** The order of exactly `amount`, or undefined when the levels do not hold it. */
export function fillLeg(leg: SizingLeg, amount: BaseAmount): LegFill | undefined {
  const { market, side } = leg
  const walked = walk(leg.levels, amount, side === 'buy' ? 'up' : 'down')
  if (walked.worst === undefined || walked.amount < amount) return undefined
  const { notional } = walked
  const share = market.takerFee.rate
  const limit = limitOf(leg, walked.worst)
  const order = { leg, amount, notional, limit, reserves: reserved(leg, amount, limit) }
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

/**
 * The largest order that `available` of the spent asset pays for whatever it fills at, in whole lots and
 * within the levels.
 */
export function largestAmount(leg: SizingLeg, available: bigint): BaseAmount {
  const { market, side, levels, balance } = leg
  const spendable = balance === undefined || available < balance ? available : balance
  const affordable =
    side === 'sell'
      ? smaller(spendable as BaseAmount, depthOf(levels))
      : amountForReserve(levels, beforeFee(leg, spendable), (worst) => limitOf(leg, worst))
  return floorToStep(affordable, market.amountStep)
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
