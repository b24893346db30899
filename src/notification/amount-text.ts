// Amounts, prices and shares as people read them. Cards' `json` carries the exact ones instead.
import { format } from '../money.ts'

const digitsOf = (magnitude: bigint): number => magnitude.toString().length
const scale = 18

/** Rounded half up to `significant` digits, never cutting whole units. */
function rounded(value: bigint, significant: number): bigint {
  const magnitude = value < 0n ? -value : value
  const cut = Math.min(digitsOf(magnitude) - significant, scale)
  if (cut <= 0) return value
  const unit = 10n ** BigInt(cut)
  const nearest = ((magnitude + unit / 2n) / unit) * unit
  return value < 0n ? -nearest : nearest
}

/** "1,234.57", "0.00012346": enough digits to judge by, thousands apart. */
export function amountText(value: bigint, significant = 6): string {
  const [whole = '0', fraction] = format(rounded(value, significant)).split('.')
  const grouped = whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',')
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

/** A price needs more digits than an amount: the gap is in the last of them. */
export const priceText = (value: bigint): string => amountText(value, 10)

/** A profit says which way it went: "+0.42", "-1.5", "0". */
export const signedText = (value: bigint): string =>
  value > 0n ? `+${amountText(value)}` : amountText(value)

/** A double for ranking or text: "1,234.56", "0.4213", "12.5". */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return 'unknown'
  const digits = Math.abs(value) >= 100 ? 2 : 4
  return value.toLocaleString('en-US', { maximumFractionDigits: digits, useGrouping: true })
}

/** A price known as a double only: two side by side need every digit that tells them apart. */
export const quoteText = (price: number): string =>
  price.toLocaleString('en-US', { maximumSignificantDigits: 10 })

/** "+0.42 %", "-1.30 %"; small shares keep the digits that matter: "+0.0042 %". */
export function percentText(percent: number): string {
  if (!Number.isFinite(percent)) return 'unknown'
  const magnitude = Math.abs(percent)
  const sign = percent > 0 ? '+' : ''
  if (magnitude >= 1000) return `${sign}${Math.round(percent).toLocaleString('en-US')} %`
  const digits = magnitude === 0 || magnitude >= 0.1 ? 2 : magnitude >= 0.01 ? 3 : 4
  const text = percent.toFixed(digits)
  return `${sign}${Number(text) === 0 ? '0.00' : text} %`
}
