// A leg's best prices with their age, from a live book or from a swept ticker.
import { bestAsk, bestBid, type Books } from '../market/books.ts'
import type { MarketId } from '../market/market.ts'
import type { Ticker } from '../market/ticker.ts'
import type { LegQuote } from './candidate.ts'

/** Venue times are corrected to our clock, but not to the millisecond. */
const clockErrorMsMax = 100

/**
 * `nowMs` is monotonic, as `provedAtMs` is; `wallNowMs` is our wall clock. Age counts from when the book
 * was last proved current: a quiet market is not a stale one. A venue time in the future is a negative age.
 */
export function bookQuote(books: Books, id: MarketId, nowMs: number, wallNowMs: number): LegQuote {
  const provedAtMs = books.provedAtMs[id] as number
  const toldAgeMs = wallNowMs - (books.venueTimeMs[id] as number)
  const top = id * books.depth
  return {
    bid: bestBid(books, id),
    ask: bestAsk(books, id),
    bidSize: books.bidLevels[id] === 0 ? 0 : books.bidSize[top],
    askSize: books.askLevels[id] === 0 ? 0 : books.askSize[top],
    ageMs: toldAgeMs < -clockErrorMsMax ? toldAgeMs : nowMs - provedAtMs,
    seenAtMs: provedAtMs,
    stillMs: nowMs - (books.changedAtMs[id] as number),
    paceMs: books.paceMs[id] as number,
  }
}

/** A venue's clock may run ahead of ours by so much; a row further in the future is a lie. */
const venueAheadMsMax = 1000

/**
 * How far a venue's clock is ahead of ours at least: it cannot have seen what came after its answer.
 * `receivedAtMs` is our wall clock.
 */
export function venueAheadMs(tickers: readonly Ticker[], receivedAtMs: number): number {
  let ahead = 0
  for (const { venueTimeMs } of tickers) {
    const rowAhead = (venueTimeMs ?? 0) - receivedAtMs
    if (rowAhead > ahead && rowAhead <= venueAheadMsMax) ahead = rowAhead
  }
  return ahead
}

/** Age by our clock and by the venue's, whichever is older. All times are of our wall clock. */
export function tickerQuote(
  ticker: Ticker,
  receivedAtMs: number,
  aheadMs: number,
  nowMs: number,
): LegQuote {
  const { bid, ask, bidSize, askSize, venueTimeMs } = ticker
  const toldMs = venueTimeMs === undefined ? receivedAtMs : venueTimeMs - aheadMs
  const fromFuture = toldMs > receivedAtMs
  return {
    bid,
    ask,
    bidSize,
    askSize,
    ageMs: fromFuture ? receivedAtMs - toldMs : nowMs - toldMs,
    seenAtMs: toldMs,
  }
}
