// How much of what a book shows is really there when our order comes, by what earlier orders got. Pure.
import { marketKey, type VenueId } from '../market/market.ts'

/** Of the newest first orders on one market that the venue took, within a day; 20 at most, newest first. */
export type FillShares = {
  readonly venue: VenueId
  readonly symbol: string
  readonly shares: readonly number[]
}

/** As many orders that got everything are assumed before any was sent: one miss is not a habit. */
const trustOrders = 4
const shareMin = 0.1

/**
 * The share of a market's shown depth to count on, from 0.1 to 1: the mean over its newest orders, each
 * with the share, 0 to 1, of what it asked for within its limit.
 */
export function fillShare(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + Math.min(1, Math.max(0, share)), trustOrders)
  return Math.max(shareMin, sum / (shares.length + trustOrders))
}

/** What of its shown depth to count on, for every market; all of it where nothing was sent. */
export function fillShareBy(
  markets: readonly FillShares[],
): (venue: VenueId, symbol: string) => number {
  const known = new Map(
    markets.map(({ venue, symbol, shares }) => [marketKey(venue, symbol), fillShare(shares)]),
  )
  return (venue, symbol) => known.get(marketKey(venue, symbol)) ?? 1
}

/** The share of each level that an order may count on, free of the noise of doubles. */
export const countedDepth = (depthFraction: number, share: number): number =>
  Number((depthFraction * share).toPrecision(12))
