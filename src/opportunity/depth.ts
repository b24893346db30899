// Walking one side of a book exactly: what an amount costs or brings level by level, and the reverse.
import {
  add,
  bought,
  cost,
  costOver,
  decimalOf,
  parseDecimal,
  portion,
  smaller,
  subtract,
  type BaseAmount,
  type Price,
  type QuoteAmount,
  type Rate,
  type Rounding,
} from '../money.ts'

/** Best first: rising on the ask side, falling on the bid side. */
export type ExactLevel = readonly [price: Price, amount: BaseAmount]

const nothing = 0n as BaseAmount

/**
 * Levels as books.ts sideOf gives them, as the venue wrote them. Only `depthFraction` of each amount is
 * counted: others see the gap too, and part of what is shown is gone before we arrive.
 */
export function exactLevels(
  levels: readonly (readonly [price: number, size: number])[],
  depthFraction: Rate,
): readonly ExactLevel[] {
  return levels.flatMap(([price, size]): ExactLevel[] => {
    const at = parseDecimal(decimalOf(price)) as Price
    const amount = portion(parseDecimal(decimalOf(size)) as BaseAmount, depthFraction, 'down')
    return at > 0n && amount > 0n ? [[at, amount]] : []
  })
}

export type Walk = {
  /** What of the wanted amount the levels hold. */
  readonly amount: BaseAmount
  readonly notional: QuoteAmount
  /** The price of the last level touched; undefined when none was. */
  readonly worst: Price | undefined
}

/** Takes `wanted` from the best level on. Round up where we pay, down where we get. */
export function walk(levels: readonly ExactLevel[], wanted: BaseAmount, rounding: Rounding): Walk {
  const taken: ExactLevel[] = []
  let amount = nothing
  for (const [price, size] of levels) {
    if (amount >= wanted) break
    const part = smaller(size, subtract(wanted, amount))
    amount = add(amount, part)
    taken.push([price, part])
  }
  return { amount, notional: costOver(taken, rounding), worst: taken.at(-1)?.[0] }
}

/**
 * The most base that may be ordered with `quote`. A venue sets aside limit × amount for an order, and a
 * book that moves meanwhile may take all of it: what is paid never passes `quote`. `limitAt` is the limit
 * of an order that reaches down to a level of that price.
 */
export function amountForReserve(
  levels: readonly ExactLevel[],
  quote: QuoteAmount,
  limitAt: (worst: Price) => Price,
): BaseAmount {
  let most = nothing
  let shown = nothing
  for (const [price, size] of levels) {
    shown = add(shown, size)
    const affordable = smaller(shown, bought(limitAt(price), quote))
    if (affordable > most) most = affordable
  }
  return most
}

/** The least base that brings `quote` from these bids; undefined when they do not hold it. */
export function amountForProceeds(
  levels: readonly ExactLevel[],
  quote: QuoteAmount,
): BaseAmount | undefined {
  let amount = nothing
  let missing = quote
  for (const [price, size] of levels) {
    if (missing <= 0n) return amount
    if (cost(price, size, 'down') >= missing)
      // One unit in the 18th digit more than an exact quotient brings at least what is missing.
      return add(amount, smaller(size, (bought(price, missing) + 1n) as BaseAmount))
    amount = add(amount, size)
    missing = subtract(missing, cost(price, size, 'down'))
  }
  return missing <= 0n ? amount : undefined
}

export const depthOf = (levels: readonly ExactLevel[]): BaseAmount =>
  levels.reduce((sum, [, size]) => add(sum, size), nothing)
