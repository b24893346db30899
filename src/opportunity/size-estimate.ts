// What a size would bring, in doubles: fast enough to look at hundreds of sizes and follow only the best
// exactly. Lots are floored here as they are there, for they decide more than the last price level does.
import { toNumber } from '../money.ts'
import type { SizingLeg } from './leg-fill.ts'

export type RoughLeg = {
  readonly buys: boolean
  readonly prices: readonly number[]
  readonly sizes: readonly number[]
  /** Of one unit spent, what goes into the order itself: less than all where the fee comes on top. */
  readonly ordered: number
  /** Of what the order brings, what is left after a fee taken from it. */
  readonly kept: number
  /** How much of the spent asset may go in; Infinity without a balance. */
  readonly spendable: number
  /** Zero where any amount may be ordered. */
  readonly lot: number
}

export function roughLeg({ market, side, levels, balance }: SizingLeg): RoughLeg {
  const fee = toNumber(market.takerFee.rate)
  const onTop = side === 'buy' && market.takerFee.paidIn === 'quote'
  return {
    buys: side === 'buy',
    prices: levels.map(([price]) => toNumber(price)),
    sizes: levels.map(([, size]) => toNumber(size)),
    ordered: onTop ? 1 / (1 + fee) : 1,
    kept: onTop ? 1 : 1 - fee,
    spendable: balance === undefined ? Infinity : toNumber(balance),
    lot: toNumber(market.amountStep),
  }
}

// A product of doubles that should be a whole number of lots is one, give or take this part of a lot.
const slack = 1e-7
const floorToLot = (amount: number, lot: number): number =>
  lot === 0 ? amount : Math.floor(amount / lot + slack) * lot
const ceilToLot = (amount: number, lot: number): number =>
  lot === 0 ? amount : Math.ceil(amount / lot - slack) * lot

/** Base that `quote` buys or, when selling, that brings `quote`; less where the levels hold less. */
function amountWorth({ prices, sizes }: RoughLeg, quote: number): number {
  let amount = 0
  let left = quote
  for (let k = 0; k < prices.length; k++) {
    const [price, size] = [prices[k] as number, sizes[k] as number]
    if (size * price >= left) return amount + left / price
    amount += size
    left -= size * price
  }
  return amount
}

/** Quote that `amount` costs or brings; Infinity beyond the levels. */
function worthOf({ prices, sizes }: RoughLeg, amount: number): number {
  let quote = 0
  let left = amount
  for (let k = 0; k < prices.length; k++) {
    const [price, size] = [prices[k] as number, sizes[k] as number]
    if (size * (1 + 1e-12) >= left) return quote + left * price
    quote += size * price
    left -= size
  }
  return Infinity
}

const spentFor = (leg: RoughLeg, amount: number): number =>
  leg.buys ? worthOf(leg, amount) / leg.ordered : amount
const receivedFor = (leg: RoughLeg, amount: number): number =>
  (leg.buys ? amount : worthOf(leg, amount)) * leg.kept

/** The largest order in whole lots that `carried` pays for. */
function largestFor(leg: RoughLeg, carried: number): number {
  const spend = Math.min(carried, leg.spendable)
  if (leg.buys) return floorToLot(amountWorth(leg, spend * leg.ordered), leg.lot)
  const shown = leg.sizes.reduce((sum, size) => sum + size, 0)
  return floorToLot(Math.min(spend, shown), leg.lot)
}

/** The least order on the first leg that brings leg `at` to `target`; Infinity beyond the levels. */
export function roughFirstAmount(legs: readonly RoughLeg[], at: number, target: number): number {
  let amount = target
  for (let k = at; k > 0; k--) {
    const before = legs[k - 1] as RoughLeg
    const wanted = spentFor(legs[k] as RoughLeg, amount) / before.kept
    if (wanted === Infinity) return Infinity
    amount = ceilToLot(before.buys ? wanted : amountWorth(before, wanted), before.lot)
  }
  return amount
}

export type RoughResult = { readonly spent: number; readonly net: number }

/** What the chain brings when its first leg orders `firstAmount`. */
export function roughNet(legs: readonly RoughLeg[], firstAmount: number): RoughResult {
  let spent = 0
  let carried = 0
  for (let k = 0; k < legs.length; k++) {
    const leg = legs[k] as RoughLeg
    const amount = k === 0 ? firstAmount : largestFor(leg, carried)
    if (k === 0) spent = spentFor(leg, amount)
    carried = receivedFor(leg, amount)
  }
  return { spent, net: carried - spent }
}
