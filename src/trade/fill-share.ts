// How much of what a book shows is really there when our order comes, by what earlier orders got. Pure.

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
