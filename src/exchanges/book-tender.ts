// Looks after the books of one venue: takes updates in, empties what may not decide anything, and finds
// out whether a silent book is current or its stream is dead.
import { bestAsk, bestBid, clearBook, writeBook, type Books } from '../market/books.ts'
import type { MarketId } from '../market/market.ts'
import type { BookCopy } from '../market/market-rest.ts'
import {
  askRenewal,
  noteQuiet,
  noteUpdate,
  silenceMsMax,
  takeRenewal,
  type BookHealth,
} from './book-health.ts'
import type { StreamedBook } from './stream-connection.ts'

/** A crossed book longer than this is a broken stream, not a moment of the venue's matching. */
const crossedMsMax = 2_000
// REST may be ahead of a stream that sends every 100 ms; only then is a difference the stream's fault.
const doubtMsMax = 500
const levelsCompared = 5

export type BookTender = {
  readonly books: Books
  readonly health: BookHealth
  /** Called after every change and every proof; with the time of the frame, where one brought it. */
  readonly told: (id: MarketId, frameMs?: number) => void
}

export function emptyBook(tender: BookTender, id: MarketId): void {
  clearBook(tender.books, id)
  tender.told(id)
}

/** One update of the stream. The hot path: writes numbers, allocates nothing. */
export function takeUpdate(
  tender: BookTender,
  id: MarketId,
  book: StreamedBook,
  atMs: number,
  clockOffsetMs: number,
): void {
  const { books, health } = tender
  noteUpdate(health, id, atMs)
  const { bids, asks, timestamp } = book
  const bid = bids[0]?.[0]
  const ask = asks[0]?.[0]
  if (bid !== undefined && ask !== undefined && !(bid < ask)) {
    if (!Number.isNaN(health.crossedAtMs[id])) return
    health.crossedAtMs[id] = atMs
    return emptyBook(tender, id)
  }
  health.crossedAtMs[id] = Number.NaN
  health.doubtedAtMs[id] = Number.NaN
  const venueTimeMs = timestamp === undefined ? Number.NaN : timestamp - clockOffsetMs
  writeBook(books, id, bids, asks, atMs, venueTimeMs)
  tender.told(id, atMs)
}

/** The stream of this book is dead: nothing it said counts, and it has to be subscribed to anew. */
export function breakBook(tender: BookTender, id: MarketId): void {
  emptyBook(tender, id)
  askRenewal(tender.health, id)
}

function sideAgrees(
  prices: Float64Array,
  sizes: Float64Array,
  from: number,
  levels: number,
  copy: readonly (readonly [number, number])[],
): boolean {
  const compared = Math.min(levelsCompared, Math.max(levels, copy.length))
  for (let k = 0; k < compared; k++) {
    const level = copy[k]
    if (k >= levels || level === undefined) return false
    if (prices[from + k] !== level[0] || sizes[from + k] !== level[1]) return false
  }
  return true
}

/** Whether our book and the copy show the same best levels. */
function agrees(books: Books, id: MarketId, copy: BookCopy): boolean {
  const from = id * books.depth
  const { bidPrice, bidSize, askPrice, askSize } = books
  return (
    sideAgrees(bidPrice, bidSize, from, books.bidLevels[id] as number, copy.bids) &&
    sideAgrees(askPrice, askSize, from, books.askLevels[id] as number, copy.asks)
  )
}

const isCrossed = ({ bids, asks }: BookCopy): boolean => {
  const bid = bids[0]?.[0]
  const ask = asks[0]?.[0]
  return bid !== undefined && ask !== undefined && bid >= ask
}

/**
 * A REST copy whose request left at `sentAtMs`. `streamed`: a stream should have told us the same,
 * so that a difference throws doubt on it.
 */
export function takeCopy(
  tender: BookTender,
  id: MarketId,
  copy: BookCopy,
  sentAtMs: number,
  streamed: boolean,
): void {
  const { books, health } = tender
  // The stream spoke after the request left, so it lives, and what it said is newer.
  if ((health.streamedAtMs[id] as number) >= sentAtMs) return
  if (isCrossed(copy) || !Number.isNaN(health.crossedAtMs[id])) {
    noteQuiet(health, id, sentAtMs)
    return
  }
  if (agrees(books, id, copy)) {
    books.provedAtMs[id] = Math.max(books.provedAtMs[id] as number, sentAtMs)
    noteQuiet(health, id, sentAtMs)
  } else {
    writeBook(books, id, copy.bids, copy.asks, sentAtMs, Number.NaN)
    health.evidenceAtMs[id] = sentAtMs
    if (streamed) health.doubtedAtMs[id] = performance.now()
    else health.medianGapMs[id] = (health.medianGapMs[id] as number) / 2
  }
  tender.told(id)
}

/** What a book needs at this moment, if anything. */
export type Need = 'nothing' | 'copy' | 'renewal'

/**
 * Called several times a second. `frameMs` is the last sign of life on the book's connection, which
 * proves the book as long as the book itself has not been silent for too long; -Infinity: no connection.
 */
export function tend(tender: BookTender, id: MarketId, frameMs: number, nowMs: number): Need {
  const { books, health } = tender
  const connected = frameMs > -Infinity
  if (connected) {
    const doubted = nowMs - (health.doubtedAtMs[id] as number) > doubtMsMax
    const crossed = nowMs - (health.crossedAtMs[id] as number) > crossedMsMax
    if (doubted || crossed) askRenewal(health, id)
    if (takeRenewal(health, id, nowMs)) return 'renewal'
  }
  if (nowMs - (health.evidenceAtMs[id] as number) > silenceMsMax(health, id)) return 'copy'
  const proved = books.provedAtMs[id] as number
  const standing = bestBid(books, id) > 0 || bestAsk(books, id) < Infinity
  if (frameMs > proved && standing && Number.isNaN(health.doubtedAtMs[id])) {
    books.provedAtMs[id] = frameMs
    tender.told(id)
  }
  return 'nothing'
}
