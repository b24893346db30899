// One side of a simulated book: whole ticks and whole lots in typed arrays, best first. The best level
// stands anywhere; the deeper ones stand on a fixed grid of prices, so that a small move of the price
// changes few levels, as in a real book.
import type { Random } from './random.ts'

export type Ladder = {
  readonly side: 'bid' | 'ask'
  readonly ticks: Float64Array
  readonly lots: Float64Array
}

export const createLadder = (side: Ladder['side'], levels: number): Ladder => ({
  side,
  ticks: new Float64Array(levels),
  lots: new Float64Array(levels),
})

export type LadderShape = {
  /** Best price in ticks. */
  readonly topTicks: number
  /** Where the deeper levels begin: the best price, unless only the best level is out of line. */
  readonly depthTicks: number
  /** Distance of the deeper levels, in ticks. */
  readonly gridTicks: number
  readonly topLots: number
  /** Typical size of the deeper levels. */
  readonly levelLots: number
}

// Share of the standing levels whose size changes when the book does.
const refreshShare = 0.12

const scratchTicks = new Float64Array(64)
const scratchLots = new Float64Array(64)

/** Moves a ladder to `shape`. Levels that stay keep their size, mostly. */
export function moveLadder(ladder: Ladder, shape: LadderShape, random: Random): void {
  const { ticks, lots, side } = ladder
  const { topTicks, depthTicks, gridTicks, topLots, levelLots } = shape
  const away = side === 'bid' ? -1 : 1
  const count = ticks.length
  scratchTicks.set(ticks)
  scratchLots.set(lots)
  ticks[0] = topTicks
  lots[0] = Math.max(1, Math.round(topLots))
  const onGrid =
    side === 'bid' ? Math.ceil(depthTicks / gridTicks) : Math.floor(depthTicks / gridTicks)
  let old = 0
  for (let k = 1; k < count; k++) {
    const at = (onGrid + away * k) * gridTicks
    while (old < count && ((scratchTicks[old] as number) - at) * away < 0) old++
    const stands = old < count && scratchTicks[old] === at && old > 0
    ticks[k] = at
    lots[k] =
      stands && random.next() > refreshShare
        ? (scratchLots[old] as number)
        : Math.max(1, Math.round(levelLots * (0.4 + 1.2 * random.next()) * (1 + 0.06 * k)))
  }
}

/** Tells every level in which the ladder differs from what it was; gone levels have zero lots. */
export function compareLadder(
  ladder: Ladder,
  oldTicks: Float64Array,
  oldLots: Float64Array,
  tell: (ticks: number, lots: number) => void,
): void {
  const { ticks, lots, side } = ladder
  const away = side === 'bid' ? -1 : 1
  const count = ticks.length
  let was = 0
  let is = 0
  while (was < count || is < count) {
    const distance =
      was === count
        ? 1
        : is === count
          ? -1
          : ((oldTicks[was] as number) - (ticks[is] as number)) * away
    if (distance < 0) {
      tell(oldTicks[was] as number, 0)
      was++
    } else if (distance > 0) {
      tell(ticks[is] as number, lots[is] as number)
      is++
    } else {
      if (oldLots[was] !== lots[is]) tell(ticks[is] as number, lots[is] as number)
      was++
      is++
    }
  }
}
