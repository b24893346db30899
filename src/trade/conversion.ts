// What amounts of many assets are worth in one currency, at prices somebody would really pay. One asset
// has one rate within a report, and nothing is rounded after it: so parts add up to the whole. Pure.
import { costOf, type AssetAmount, type Price, type Rate } from '../money.ts'
import { sumByAsset } from './profit.ts'

/** The best of all venues: the highest bid, the lowest ask. */
export type BestPrices = { readonly bid: Price; readonly ask: Price }
export type PricesOf = (symbol: string) => BestPrices | undefined

export type Conversion = {
  readonly currency: string
  /** Units of the currency for one unit; an asset that no market converts is absent. */
  readonly rates: ReadonlyMap<string, Rate>
}

export type Worth = {
  readonly currency: string
  /** Exact, scaled by 10^36: see costOf. */
  readonly exact: bigint
  /** In no sum, so whoever shows the sum names them. */
  readonly unconverted: readonly AssetAmount[]
}

const one = 10n ** 18n
/** What is traded against nearly everything, most liquid first. */
export const bridges = ['USDT', 'USDC', 'BTC', 'EUR'] as const

const over = (numerator: bigint, denominator: bigint, up: boolean): bigint =>
  (numerator + (up ? denominator - 1n : 0n)) / denominator

/** By one market: what is there is sold, what is missing is bought, either way rounded against us. */
function directRate(
  asset: string,
  currency: string,
  isOwned: boolean,
  pricesOf: PricesOf,
): bigint | undefined {
  if (asset === currency) return one
  const own = pricesOf(`${asset}/${currency}`)
  if (own !== undefined) return isOwned ? own.bid : own.ask
  const inverse = pricesOf(`${currency}/${asset}`)
  if (inverse === undefined) return undefined
  return isOwned ? over(one * one, inverse.ask, false) : over(one * one, inverse.bid, true)
}

function rateOf(
  { asset, amount }: AssetAmount,
  currency: string,
  pricesOf: PricesOf,
): bigint | undefined {
  const isOwned = amount >= 0n
  const direct = directRate(asset, currency, isOwned, pricesOf)
  if (direct !== undefined) return direct
  for (const bridge of bridges) {
    const first = directRate(asset, bridge, isOwned, pricesOf)
    const second = directRate(bridge, currency, isOwned, pricesOf)
    if (first !== undefined && second !== undefined) return over(first * second, one, !isOwned)
  }
  return undefined
}

/** `whole` is everything the report sums up: it decides what would be sold and what bought. */
export function conversionOf(
  currency: string,
  whole: readonly AssetAmount[],
  pricesOf: PricesOf,
): Conversion {
  const assets = [...new Set(whole.map(({ asset }) => asset))]
  const sums = new Map(sumByAsset(whole).map(({ asset, amount }) => [asset, amount]))
  const rates = assets.flatMap((asset) => {
    const rate = rateOf({ asset, amount: sums.get(asset) ?? 0n }, currency, pricesOf)
    return rate === undefined ? [] : [[asset, rate as Rate] as const]
  })
  return { currency, rates: new Map(rates) }
}

export function worthIn({ currency, rates }: Conversion, amounts: readonly AssetAmount[]): Worth {
  const sums = sumByAsset(amounts)
  const exact = sums.reduce((sum, { asset, amount }) => {
    const rate = rates.get(asset)
    return rate === undefined ? sum : sum + costOf(amount, rate)
  }, 0n)
  return { currency, exact, unconverted: sums.filter(({ asset }) => !rates.has(asset)) }
}
