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
  /** Monotonic ms since when it stands as it does: its last move, or when it was first seen. */
  readonly changedAtMs: Float64Array
  /** How long it usually stands still, ms: a running mean; NaN until it moved twice. */
  readonly paceMs: Float64Array
  /** 1: it moved since it is watched. */
  readonly moved: Uint8Array
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
    moved: new Uint8Array(count),
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
  books.moved[id] = 0
  books.version[id] = ((books.version[id] as number) + 1) >>> 0
}

type Level = readonly [price: number, size: number]
/** ccxt's levels may carry an order count as a third entry. */
export type LevelLike = readonly (number | undefined)[]

/**
 * Set by writeSide when a level is not what stood there: some venues repeat a book unchanged. More or
 * fewer levels are no difference, for one channel shows more of the same book than another.
 */
let differs = false

function writeSide(
  prices: Float64Array,
  sizes: Float64Array,
  from: number,
  depth: number,
  stood: number,
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
    if (written < stood && (prices[at] !== levelPrice || sizes[at] !== size)) differs = true
    prices[at] = levelPrice
    sizes[at] = size
    written++
  }
  return written
}

/** The last eight gaps or so make the mean. */
const paceWeight = 1 / 8
// One long silence must not earn a book the right to the next, so it counts as four usual ones at most.
const silencesCounted = 4
const paceMsMin = 50
// A single gap may be the silence of a stuck book: a market has to show again and again that it is slow.
const paceMsFirst = 500

/** From first sight to the first move says nothing of how often a book moves. */
function noteMove(books: Books, id: MarketId, nowMs: number): void {
  const gapMs = nowMs - (books.changedAtMs[id] as number)
  const pace = books.paceMs[id] as number
  books.changedAtMs[id] = nowMs
  if (books.moved[id] === 0) books.moved[id] = 1
  else if (Number.isNaN(pace)) books.paceMs[id] = Math.min(gapMs, paceMsFirst)
  else {
    const counted = Math.min(gapMs, Math.max(pace, paceMsMin) * silencesCounted)
    books.paceMs[id] = pace + (counted - pace) * paceWeight
  }
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
  const { depth, bidPrice, bidSize, askPrice, askSize } = books
  const bidLevels = books.bidLevels[id] as number
  const askLevels = books.askLevels[id] as number
  differs = false
  books.bidLevels[id] = writeSide(bidPrice, bidSize, from, depth, bidLevels, bids)
  books.askLevels[id] = writeSide(askPrice, askSize, from, depth, askLevels, asks)
  books.provedAtMs[id] = provedAtMs
  books.venueTimeMs[id] = venueTimeMs
  if (differs) noteMove(books, id, provedAtMs)
  else if (books.changedAtMs[id] === -Infinity) books.changedAtMs[id] = provedAtMs
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
