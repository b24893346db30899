// Where each coin should lie: a share of it on each venue, and a band around that share in which nobody
// has to do anything.
import type { VenueId } from '../market/market.ts'
import { decimalOf, portion, rate, subtract } from '../money.ts'

/** One coin on one venue; an amount of nothing counts where the venue trades it. */
export type Holding = {
  readonly venue: VenueId
  readonly asset: string
  /** What open trades reserved included. */
  readonly amount: bigint
  readonly reserved: bigint
}

export type BandRules = {
  /** Percent of a coin on a venue; what is not named shares the rest evenly. */
  readonly 'inventory.target_percent': Readonly<Record<string, Readonly<Record<string, number>>>>
  /** How far from its target a share may be, in percentage points either way. */
  readonly 'inventory.band_percent': number
}

export type Band = Holding & {
  readonly low: bigint
  readonly target: bigint
  readonly high: bigint
  readonly targetPercent: number
  readonly lowPercent: number
  readonly highPercent: number
}

export type BandState = 'below' | 'within' | 'above'

export const stateOf = ({ amount, low, high }: Pick<Band, 'amount' | 'low' | 'high'>): BandState =>
  amount < low ? 'below' : amount > high ? 'above' : 'within'

/** How much of it lies outside its band; nothing within it. */
export const outsideOf = ({ amount, low, high }: Pick<Band, 'amount' | 'low' | 'high'>): bigint =>
  amount < low ? subtract(low, amount) : amount > high ? subtract(amount, high) : 0n

/** Percent by venue, together a hundred. */
function targetsOf(
  venues: readonly VenueId[],
  named: Readonly<Record<string, number>>,
): ReadonlyMap<VenueId, number> {
  const told = venues.filter((venue) => Object.hasOwn(named, venue))
  const sum = told.reduce((total, venue) => total + (named[venue] ?? 0), 0)
  const others = venues.length - told.length
  // Named ones alone must be all of it: a venue that is not in this run leaves its share to them.
  const scale = others === 0 && sum > 0 ? 100 / sum : 1
  const rest = others === 0 ? 0 : Math.max(0, 100 - sum) / others
  const even = 100 / Math.max(1, venues.length)
  return new Map(
    venues.map((venue) => {
      if (others === 0 && sum === 0) return [venue, even]
      return [venue, told.includes(venue) ? (named[venue] ?? 0) * scale : rest]
    }),
  )
}

const share = (total: bigint, percent: number): bigint =>
  portion(total, rate(decimalOf(Number((percent / 100).toFixed(12)))), 'down')

/** The bands of one coin. A coin that one venue alone trades has nowhere else to be. */
function bandsOfCoin(
  asset: string,
  holdings: readonly Holding[],
  rules: BandRules,
): readonly Band[] {
  const total = holdings.reduce((sum, { amount }) => sum + amount, 0n)
  const named = rules['inventory.target_percent']
  const targets = targetsOf(
    holdings.map(({ venue }) => venue),
    Object.hasOwn(named, asset) ? (named[asset] ?? {}) : {},
  )
  const bandPercent = rules['inventory.band_percent']
  return holdings.map((holding) => {
    const targetPercent = targets.get(holding.venue) ?? 0
    // Half the target at least, or with many venues an empty one would be within its band.
    const lowPercent = Math.max(targetPercent - bandPercent, targetPercent / 2)
    const highPercent = Math.min(100, targetPercent + bandPercent)
    return {
      ...holding,
      low: share(total, lowPercent),
      target: share(total, targetPercent),
      high: highPercent === 100 ? total : share(total, highPercent),
      targetPercent,
      lowPercent,
      highPercent,
    }
  })
}

export const bandsOf = (holdings: readonly Holding[], rules: BandRules): readonly Band[] =>
  Array.from(
    Map.groupBy(holdings, ({ asset }) => asset),
    ([asset, rows]) => bandsOfCoin(asset, rows, rules),
  ).flat()
