// Order rules of a recorded market: no recording holds them, so they follow from the digits it shows.
import type { SourceMarket } from '../market-source.ts'

const decimalsMax = 18
/** Sums of trades carry more digits than any lot. */
const amountDecimalsMax = 8
/** What venues usually ask for at least, in the quote; elsewhere nothing is known and nothing asked. */
const notionalMins: Readonly<Record<string, number>> = {
  USDT: 1,
  USDC: 1,
  BUSD: 1,
  TUSD: 1,
  USD: 1,
  EUR: 1,
  BTC: 0.0001,
  XBT: 0.0001,
  ETH: 0.001,
}

/** Digits behind the point of the shortest text of a number: 3 for 0.125, 8 for 1.7e-7. */
export function decimalsOf(value: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  const fraction = mantissa.split('.')[1]?.length ?? 0
  return Math.max(0, fraction - Number(exponent))
}

function mostDecimals(values: readonly (number | undefined)[]): number | undefined {
  let most: number | undefined
  for (const value of values)
    if (value !== undefined && value > 0 && value < Infinity)
      most = Math.max(most ?? 0, decimalsOf(value))
  return most
}

/** `base` and `quote` in the venue's own codes; prices and amounts are whatever was seen of each. */
export function recordedMarket(facts: {
  symbol: string
  base: string
  quote: string
  takerFee: number
  active: boolean
  prices: readonly (number | undefined)[]
  amounts: readonly (number | undefined)[]
}): SourceMarket {
  const { symbol, base, quote, takerFee, active, prices, amounts } = facts
  const amountDecimals = Math.min(mostDecimals(amounts) ?? amountDecimalsMax, amountDecimalsMax)
  return {
    symbol,
    base,
    quote,
    priceDecimals: Math.min(mostDecimals(prices) ?? amountDecimalsMax, decimalsMax),
    amountDecimals,
    amountMin: Number((10 ** -amountDecimals).toFixed(amountDecimals)),
    notionalMin: notionalMins[quote.toUpperCase()] ?? 0,
    takerFee,
    active,
  }
}
