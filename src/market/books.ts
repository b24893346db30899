// The live order books of a universe of markets, in typed arrays indexed by market id: no object,
// string or allocation per update. Detection reads the doubles; exact sizing takes a snapshot.
import type { MarketId } from './market.ts'

export type Books = {
  readonly count: number
  /** Levels kept on each side of a book. */
  readonly depth: number
  /** Best first; level k of market id is at id * depth + k. Base units. */
  readonly bidPrice: Float64Array
  readonly bidSize: Float64Array
  readonly askPrice: Float64Array
  readonly askSize: Float64Array
  readonly bidLevels: Int32Array
  readonly askLevels: Int32Array
  /** Monotonic ms (performance.now) when this book was last proved current; -Infinity: never. */
  readonly provedAtMs: Float64Array
  /** The venue's own time of the last change, corrected to our wall clock, ms; NaN: not told. */
  readonly venueTimeMs: Float64Array
  /** Monotonic ms of the last update or differing copy; -Infinity: never. */
  readonly changedAtMs: Float64Array
  /** How long it usually stays the same, ms: a running mean; NaN until two changes were seen. */
  readonly paceMs: Float64Array
  /** Counts changes, so that a consumer can tell whether a book moved. */
  readonly version: Uint32Array
}

export function createBooks(count: number, depth = 20): Books {
  return {
    count,
    depth,
    bidPrice: new Float64Array(count * depth),
    bidSize: new Float64Array(count * depth),
    askPrice: new Float64Array(count * depth),
    askSize: new Float64Array(count * depth),
    bidLevels: new Int32Array(count),
    askLevels: new Int32Array(count),
    provedAtMs: new Float64Array(count).fill(-Infinity),
    venueTimeMs: new Float64Array(count).fill(Number.NaN),
    changedAtMs: new Float64Array(count).fill(-Infinity),
    paceMs: new Float64Array(count).fill(Number.NaN),
    version: new Uint32Array(count),
  }
}

/** An emptied book decides nothing until the venue fills it again. */
export function clearBook(books: Books, id: MarketId): void {
  books.bidLevels[id] = 0
  books.askLevels[id] = 0
  books.provedAtMs[id] = -Infinity
  books.venueTimeMs[id] = Number.NaN
  books.changedAtMs[id] = -Infinity
  books.paceMs[id] = Number.NaN
  books.version[id] = ((books.version[id] as number) + 1) >>> 0
}

type Level = readonly [price: number, size: number]
/** ccxt's levels may carry an order count as a third entry. */
export type LevelLike = readonly (number | undefined)[]

/** Set by writeSide when a level differs from what stood there: some venues repeat a book unchanged. */
let differs = false

function writeSide(
  prices: Float64Array,
  sizes: Float64Array,
  from: number,
  depth: number,
  levels: readonly LevelLike[],
): number {
  let written = 0
  for (let i = 0; i < levels.length && written < depth; i++) {
    const level = levels[i] as LevelLike
    const levelPrice = level[0] as number
    const size = level[1] as number
    // Zero, negative, NaN and infinite prices and sizes do occur on the wire.
    if (!(levelPrice > 0 && levelPrice < Infinity && size > 0 && size < Infinity)) continue
    const at = from + written
    if (prices[at] !== levelPrice || sizes[at] !== size) differs = true
    prices[at] = levelPrice
    sizes[at] = size
    written++
  }
  return written
}

/** The last eight gaps or so make the mean. */
const paceWeight = 1 / 8

function notePace(books: Books, id: MarketId, nowMs: number): void {
  const gapMs = nowMs - (books.changedAtMs[id] as number)
  books.changedAtMs[id] = nowMs
  if (gapMs === Infinity) return
  const pace = books.paceMs[id] as number
  books.paceMs[id] = Number.isNaN(pace) ? gapMs : pace + (gapMs - pace) * paceWeight
}

/** Overwrites one book with the best levels given, best first. */
export function writeBook(
  books: Books,
  id: MarketId,
  bids: readonly LevelLike[],
  asks: readonly LevelLike[],
  provedAtMs: number,
  venueTimeMs: number,
): void {
  const from = id * books.depth
  const bidLevels = books.bidLevels[id]
  const askLevels = books.askLevels[id]
  differs = false
  books.bidLevels[id] = writeSide(books.bidPrice, books.bidSize, from, books.depth, bids)
  books.askLevels[id] = writeSide(books.askPrice, books.askSize, from, books.depth, asks)
  if (bidLevels !== books.bidLevels[id] || askLevels !== books.askLevels[id]) differs = true
  books.provedAtMs[id] = provedAtMs
  books.venueTimeMs[id] = venueTimeMs
  if (differs) notePace(books, id, provedAtMs)
  books.version[id] = ((books.version[id] as number) + 1) >>> 0
}

/** 0 where that side is empty. */
export const bestBid = (books: Books, id: MarketId): number =>
  books.bidLevels[id] === 0 ? 0 : (books.bidPrice[id * books.depth] as number)
/** Infinity where that side is empty. */
export const bestAsk = (books: Books, id: MarketId): number =>
  books.askLevels[id] === 0 ? Infinity : (books.askPrice[id * books.depth] as number)

/** A copy of one side for exact work and for people, best first. */
export function sideOf(books: Books, id: MarketId, side: 'bid' | 'ask'): Level[] {
  const from = id * books.depth
  const prices = side === 'bid' ? books.bidPrice : books.askPrice
  const sizes = side === 'bid' ? books.bidSize : books.askSize
  const levels = (side === 'bid' ? books.bidLevels[id] : books.askLevels[id]) as number
  return Array.from({ length: levels }, (_, k): Level => [
    prices[from + k] as number,
    sizes[from + k] as number,
  ])
}
