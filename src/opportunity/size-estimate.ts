// What a size would bring, in doubles: fast enough to look at hundreds of sizes and follow only the best
// exactly. Lots are floored here as they are there, for they decide more than the last price level does.
import { toNumber } from '../money.ts'
import { limitOf, type SizingLeg } from './leg-fill.ts'

export type RoughLeg = {
  readonly buys: boolean
  readonly prices: readonly number[]
  readonly sizes: readonly number[]
  /** Of an order that reaches down to each level. */
  readonly limits: readonly number[]
  /** Of one unit spent, what goes into the order itself: less than all where the fee comes on top. */
  readonly ordered: number
  /** Of what the order brings, what is left after a fee taken from it. */
  readonly kept: number
  /** What sending it on takes, however much it is. */
  readonly sendFee: number
  /** How much of the spent asset may go in; Infinity without a balance. */
  readonly spendable: number
  /** Zero where any amount may be ordered. */
  readonly lot: number
}

export function roughLeg(leg: SizingLeg): RoughLeg {
  const { market, side, levels, balance } = leg
  const fee = toNumber(market.takerFee.rate)
  const onTop = side === 'buy' && market.takerFee.paidIn === 'quote'
  return {
    buys: side === 'buy',
    prices: levels.map(([price]) => toNumber(price)),
    sizes: levels.map(([, size]) => toNumber(size)),
    limits: levels.map(([price]) => toNumber(limitOf(leg, price))),
    ordered: onTop ? 1 / (1 + fee) : 1,
    kept: onTop ? 1 : 1 - fee,
    sendFee: toNumber(leg.sendFee ?? 0n),
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

/** Base that brings `quote`; less where the levels hold less. */
function amountBringing({ prices, sizes }: RoughLeg, quote: number): number {
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

/** Base that `quote` pays for whatever it fills at. */
function amountReservable({ limits, sizes }: RoughLeg, quote: number): number {
  let most = 0
  let shown = 0
  for (let k = 0; k < limits.length; k++) {
    shown += sizes[k] as number
    most = Math.max(most, Math.min(shown, quote / (limits[k] as number)))
  }
  return most
}

/** The limit of an order of `amount`; Infinity beyond the levels. */
function limitFor({ limits, sizes }: RoughLeg, amount: number): number {
  let left = amount
  for (let k = 0; k < limits.length; k++) {
    const size = sizes[k] as number
    if (size * (1 + 1e-12) >= left) return limits[k] as number
    left -= size
  }
  return Infinity
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
/** What it spends at most. */
const reservedFor = (leg: RoughLeg, amount: number): number =>
  leg.buys ? (limitFor(leg, amount) * amount) / leg.ordered : amount
/** What the next leg has of it. */
const receivedFor = (leg: RoughLeg, amount: number): number =>
  Math.max(0, (leg.buys ? amount : worthOf(leg, amount)) * leg.kept - leg.sendFee)

/** The largest order that `carried` pays for, lots aside. */
function affordableFor(leg: RoughLeg, carried: number): number {
  const spend = Math.min(carried, leg.spendable)
  if (leg.buys) return amountReservable(leg, spend * leg.ordered)
  return Math.min(
    spend,
    leg.sizes.reduce((sum, size) => sum + size, 0),
  )
}

/** The base amount of every leg when the first orders so much, lots aside. */
export function roughAmounts(legs: readonly RoughLeg[], firstAmount: number): readonly number[] {
  let carried = 0
  return legs.map((leg, k) => {
    const amount = k === 0 ? firstAmount : affordableFor(leg, carried)
    carried = receivedFor(leg, amount)
    return amount
  })
}

/** The least order on the first leg that brings leg `at` to `target`; Infinity beyond the levels. */
export function roughFirstAmount(legs: readonly RoughLeg[], at: number, target: number): number {
  let amount = target
  for (let k = at; k > 0; k--) {
    const before = legs[k - 1] as RoughLeg
    const wanted = (reservedFor(legs[k] as RoughLeg, amount) + before.sendFee) / before.kept
    if (wanted === Infinity) return Infinity
    amount = ceilToLot(before.buys ? wanted : amountBringing(before, wanted), before.lot)
  }
  return amount
}

export type RoughResult = {
  /** What the first leg spends, and what it spends at most. */
  readonly spent: number
  readonly reserved: number
  readonly net: number
}

/** What the chain brings when its first leg orders `firstAmount`. */
export function roughNet(legs: readonly RoughLeg[], firstAmount: number): RoughResult {
  const first = legs[0] as RoughLeg
  const spent = spentFor(first, firstAmount)
  let carried = receivedFor(first, firstAmount)
  for (const leg of legs.slice(1))
    carried = receivedFor(leg, floorToLot(affordableFor(leg, carried), leg.lot))
  return { spent, reserved: reservedFor(first, firstAmount), net: carried - spent }
}
