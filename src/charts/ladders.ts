// The geometry of two order books that face each other. A ladder holds sizes added up from its best level.
import type { Level } from '../notification/chart.ts'

/** The size to be had at a price or better. */
function sizeAt(ladder: readonly Level[], price: number, order: 1 | -1): number {
  const reached = ladder.findLast(([level]) => (price - level) * order >= 0)
  return reached?.[1] ?? 0
}

/** The corners of the area below both ladders, by rising price; empty where they do not overlap. */
export function overlapOf(asks: readonly Level[], bids: readonly Level[]): readonly Level[] {
  const from = asks[0]?.[0] ?? Infinity
  const to = bids[0]?.[0] ?? -Infinity
  if (from >= to) return []
  const inside = [...asks, ...bids].map(([price]) => price).filter((p) => p >= from && p <= to)
  const prices = [...new Set(inside)].toSorted((a, b) => a - b)
  return prices.slice(0, -1).flatMap((price, n): readonly Level[] => {
    const next = prices[n + 1] as number
    // Between two levels both ladders stand still; the middle is on neither edge.
    const middle = (price + next) / 2
    const size = Math.min(sizeAt(asks, middle, 1), sizeAt(bids, middle, -1))
    return [
      [price, size],
      [next, size],
    ]
  })
}

/** A ladder as a staircase from nothing at its best price. */
export const stairs = (ladder: readonly Level[]): readonly Level[] =>
  ladder.flatMap(([price, size], n): readonly Level[] => [
    [price, ladder[n - 1]?.[1] ?? 0],
    [price, size],
  ])

/**
 * The prices worth showing: the distance between the two best prices on either side of them, since a
 * book goes on far beyond; all there is where one side is missing.
 */
export function priceRange(asks: readonly Level[], bids: readonly Level[]): readonly number[] {
  const bestAsk = asks[0]?.[0]
  const bestBid = bids[0]?.[0]
  if (bestAsk === undefined || bestBid === undefined)
    return [...asks, ...bids].map(([price]) => price)
  const middle = (bestAsk + bestBid) / 2
  const reach = Math.max(Math.abs(bestBid - bestAsk) * 1.5, middle * 1e-6)
  return [middle - reach, middle + reach]
}

/** Nothing above the plot's edge. */
export const capped = (corners: readonly Level[], sizeMax: number): readonly Level[] =>
  corners.map(([price, size]) => [price, Math.min(size, sizeMax)])

/** High enough for the overlap and the plan, not for all the depth behind them. */
export function sizeWorthShowing(
  sizesInView: readonly number[],
  overlapSize: number,
  plannedSize: number,
): number {
  const most = Math.max(0, ...sizesInView)
  const wanted = Math.max(overlapSize * 2.5, plannedSize * 1.4)
  return wanted > 0 ? Math.max(Math.min(most, wanted), plannedSize * 1.15) : most
}
