// Exact prices and amounts that cannot be mixed up: integers scaled by 10^18.
// Everything that reaches an order, a ledger or a row is one of these; doubles live only in detection.

declare const unit: unique symbol
/** Quote units per one base unit. */
export type Price = bigint & { readonly [unit]: 'price' }
/** An amount of a market's base asset. */
export type BaseAmount = bigint & { readonly [unit]: 'base' }
/** An amount of a market's quote asset. */
export type QuoteAmount = bigint & { readonly [unit]: 'quote' }
/** A share of one, such as a fee: 0.001 is ten basis points. */
export type Rate = bigint & { readonly [unit]: 'rate' }

/** So much of one asset, whatever market it came from. */
export type AssetAmount = { readonly asset: string; readonly amount: bigint }

export type Rounding = 'up' | 'down'

const digits = 18
const one = 10n ** BigInt(digits)
// Far above any real price or supply; keeps a hostile "1e400" from building a huge integer.
const lengthMax = 60

/** The text is no plain decimal number; the message says which text and what is wanted. */
export class NotDecimalError extends Error {
  constructor(text: string) {
    super(`"${text.slice(0, 40)}" is not a decimal number such as 12.5`)
    this.name = 'NotDecimalError'
  }
}

/**
 * Reads a decimal such as "0.00012" or "1.2e-7". Digits past the 18th are cut off towards zero.
 * Throws NotDecimalError for anything else, NaN, Infinity, "1,5" and "" included.
 */
export function parseDecimal(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text)
  if (match === null || text.length > lengthMax) throw new NotDecimalError(text)
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const shift = digits - fraction.length + Number(exponent)
  if (shift > lengthMax * 2) throw new NotDecimalError(text)
  const mantissa = BigInt(whole + fraction)
  const scaled = shift >= 0 ? mantissa * 10n ** BigInt(shift) : mantissa / 10n ** BigInt(-shift)
  return sign === '-' ? -scaled : scaled
}

export const price = (text: string): Price => parseDecimal(text) as Price
export const baseAmount = (text: string): BaseAmount => parseDecimal(text) as BaseAmount
export const quoteAmount = (text: string): QuoteAmount => parseDecimal(text) as QuoteAmount
export const rate = (text: string): Rate => parseDecimal(text) as Rate

/** A double as the shortest decimal that reads back the same, which is what the venue had written. */
export function decimalOf(value: number): string {
  if (!Number.isFinite(value)) throw new NotDecimalError(String(value))
  return String(value)
}

/** Plain decimal text without trailing zeros: "0.1", "-3", "1200". */
export function format(value: bigint): string {
  const magnitude = value < 0n ? -value : value
  const fraction = (magnitude % one).toString().padStart(digits, '0').replace(/0+$/, '')
  return `${value < 0n ? '-' : ''}${magnitude / one}${fraction === '' ? '' : `.${fraction}`}`
}

/** For ranking, charts and text only; never for an order. */
export const toNumber = (value: bigint): number => Number(value) / 1e18

/** What something is worth in USDT, as it leaves the desk: the digits past the eighth are the double's own. */
export const estimate = (usdt: number): number => Math.round(usdt * 1e8) / 1e8 + 0

const divide = (numerator: bigint, denominator: bigint, rounding: Rounding): bigint => {
  const quotient = numerator / denominator
  if (numerator % denominator === 0n) return quotient
  const negative = numerator < 0n !== denominator < 0n
  if (rounding === 'down') return negative ? quotient - 1n : quotient
  return negative ? quotient : quotient + 1n
}

/** What `amount` costs or brings at `at`. Round up what we pay, down what we get. */
export const cost = (at: Price, amount: BaseAmount, rounding: Rounding): QuoteAmount =>
  divide(at * amount, one, rounding) as QuoteAmount

/**
 * What a fill over several levels costs or brings. Rounded once, so that however a quantity is cut into
 * levels its worth is the same, and never beyond that of all of it at the worst of them.
 */
export const costOver = (
  levels: readonly (readonly [at: Price, amount: BaseAmount])[],
  rounding: Rounding,
): QuoteAmount =>
  divide(
    levels.reduce((sum, [at, amount]) => sum + at * amount, 0n),
    one,
    rounding,
  ) as QuoteAmount

/** The base amount that `quote` buys at `at`, rounded down. */
export const bought = (at: Price, quote: QuoteAmount): BaseAmount =>
  divide(quote * one, at, 'down') as BaseAmount

/** The average price of a fill. */
export const averagePrice = (quote: QuoteAmount, base: BaseAmount, rounding: Rounding): Price =>
  divide(quote * one, base, rounding) as Price

/** `share` of a value, such as the fee on it. Round up what we pay. */
export const portion = <T extends bigint>(value: T, share: Rate, rounding: Rounding): T =>
  divide((value as bigint) * (share as bigint), one, rounding) as T

/** Down to a whole number of steps; a step of zero leaves the value alone. */
export const floorToStep = <T extends bigint>(value: T, step: T): T => {
  if (step === 0n) return value
  const over = (((value as bigint) % step) + step) % step
  return ((value as bigint) - over) as T
}

/** Up to a whole number of steps; a step of zero leaves the value alone. */
export const ceilToStep = <T extends bigint>(value: T, step: T): T => {
  const floor = floorToStep(value, step)
  return (floor === value ? value : (floor as bigint) + step) as T
}

/** `part / whole` as a rate, rounded down; whole must not be zero. */
export const ratio = <T extends bigint>(part: T, whole: T): Rate =>
  divide((part as bigint) * one, whole, 'down') as Rate

export const add = <T extends bigint>(a: T, b: T): T => ((a as bigint) + (b as bigint)) as T
export const subtract = <T extends bigint>(a: T, b: T): T => ((a as bigint) - (b as bigint)) as T
export const smaller = <T extends bigint>(a: T, b: T): T => (a < b ? a : b)

/**
 * What `amount` is worth at `at`, not rounded at all and so scaled by 10^36: for sums that must add up
 * to the last digit however they are cut.
 */
export const costOf = (amount: bigint, at: Rate): bigint => amount * (at as bigint)

/** Plain decimal text of an exact worth, with as many digits as it takes. */
export function formatExact(worth: bigint): string {
  const magnitude = worth < 0n ? -worth : worth
  const fraction = (magnitude % (one * one))
    .toString()
    .padStart(2 * digits, '0')
    .replace(/0+$/, '')
  return `${worth < 0n ? '-' : ''}${magnitude / (one * one)}${fraction === '' ? '' : `.${fraction}`}`
}

/** An exact worth as an ordinary amount, cut off towards zero: for text. */
export const roundedWorth = (worth: bigint): bigint => worth / one
