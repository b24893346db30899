// An order book that follows recorded changes.
import type { Level, SourceBook } from '../market-source.ts'

export type MovingBook = {
  readonly view: SourceBook
  /** Starts over from a whole book. */
  reset(sequence: number, timeMs: number, bids: readonly Level[], asks: readonly Level[]): void
  /** Replaces levels by price; size 0 removes one. */
  change(sequence: number, timeMs: number, bids: readonly Level[], asks: readonly Level[]): void
}

/** `sign` is 1 for asks, best lowest, and -1 for bids. The side stays sorted, best first. */
function replaceLevel(side: Level[], level: Level, sign: 1 | -1): void {
  const [price, size] = level
  let from = 0
  let to = side.length
  while (from < to) {
    const middle = (from + to) >> 1
    if (sign * ((side[middle] as Level)[0] - price) < 0) from = middle + 1
    else to = middle
  }
  const known = side[from]?.[0] === price
  if (size > 0) side.splice(from, known ? 1 : 0, level)
  else if (known) side.splice(from, 1)
}

export function createMovingBook(): MovingBook {
  const bids: Level[] = []
  const asks: Level[] = []
  const view = { sequence: 0, timeMs: 0, bids, asks }
  const change: MovingBook['change'] = (sequence, timeMs, changedBids, changedAsks) => {
    for (const level of changedBids) replaceLevel(bids, level, -1)
    for (const level of changedAsks) replaceLevel(asks, level, 1)
    view.sequence = sequence
    view.timeMs = timeMs
  }
  return {
    view,
    change,
    reset(sequence, timeMs, wholeBids, wholeAsks) {
      bids.length = 0
      asks.length = 0
      change(sequence, timeMs, wholeBids, wholeAsks)
    },
  }
}
