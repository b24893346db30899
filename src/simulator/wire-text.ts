// Numbers as venues write them: decimal text with a fixed number of decimals, never an exponent.
import type { Level, SourceMarket } from './market-source.ts'

export const stepText = (decimals: number): string => (10 ** -decimals).toFixed(decimals)
export const priceText = (market: SourceMarket, price: number): string =>
  price.toFixed(market.priceDecimals)
export const amountText = (market: SourceMarket, amount: number): string =>
  amount.toFixed(market.amountDecimals)

export type LevelText = [price: string, size: string]

/** The best `count` levels as [price, size] texts. */
export function levelTexts(
  market: SourceMarket,
  levels: readonly Level[],
  count: number = levels.length,
): LevelText[] {
  const texts: LevelText[] = []
  for (let i = 0; i < levels.length && i < count; i++) {
    const [price, size] = levels[i] as Level
    texts.push([priceText(market, price), amountText(market, size)])
  }
  return texts
}

/** The text without an exponent of a number that has no step of its own, such as a volume. */
export const plainText = (value: number): string => {
  const text = String(value)
  return text.includes('e') ? value.toFixed(18).replace(/0+$/, '') : text
}

/** A field of a client's frame as text; "" where it is missing or something else. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''

/** A list in a client's frame: its texts, or its objects. */
export const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(textOf) : [])

export const argumentsOf = (frame: Readonly<Record<string, unknown>>): Record<string, unknown>[] =>
  Array.isArray(frame['args'])
    ? frame['args'].filter((arg) => typeof arg === 'object' && arg !== null)
    : []

/** A frame's text as a JSON object; undefined for anything else a client may send. */
export function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
