// The three ways a venue tells of a book: every change, the whole book after a change, or only a new best.
import type { BookChange, Level, SourceBook, SourceMarket, SourceVenue } from './market-source.ts'

type Stop = () => void

export const onChange = (
  venue: SourceVenue,
  { symbol }: SourceMarket,
  tell: (change: BookChange) => void,
): Stop => venue.subscribe(symbol, tell)

export const onBook = (
  venue: SourceVenue,
  { symbol }: SourceMarket,
  tell: (book: SourceBook) => void,
): Stop =>
  venue.subscribe(symbol, () => {
    const book = venue.book(symbol)
    if (book !== undefined) tell(book)
  })

export type Best = {
  readonly bid: Level
  readonly ask: Level
  readonly sequence: number
  readonly timeMs: number
}

/** Calls back when the best price or size on either side is no longer what it was. */
export function onBest(venue: SourceVenue, market: SourceMarket, tell: (best: Best) => void): Stop {
  let last: Best | undefined
  return onBook(venue, market, (book) => {
    const best = bestOf(book)
    if (best === undefined) return
    if (last !== undefined && same(last.bid, best.bid) && same(last.ask, best.ask)) return
    last = best
    tell(best)
  })
}

/** Undefined while one side is empty. */
export function bestOf({ bids, asks, sequence, timeMs }: SourceBook): Best | undefined {
  const bid = bids[0]
  const ask = asks[0]
  return bid === undefined || ask === undefined ? undefined : { bid, ask, sequence, timeMs }
}

const same = (one: Level, two: Level) => one[0] === two[0] && one[1] === two[1]

/** At most one call in `intervalMs`, and only when the market moved. */
export function onMove(
  venue: SourceVenue,
  market: SourceMarket,
  intervalMs: number,
  tell: (change: BookChange) => void,
): Stop {
  let toldAtMs = -Infinity
  return onChange(venue, market, (change) => {
    if (change.timeMs - toldAtMs < intervalMs) return
    toldAtMs = change.timeMs
    tell(change)
  })
}

/**
 * Turns whole books into changes of their best `count` levels, for channels of limited depth: a level
 * that enters or leaves the window is a change although the book itself kept it.
 */
export function createWindow(count: number): {
  /** The window as it is now, from which the changes go on. */
  reset(book: SourceBook): { bids: readonly Level[]; asks: readonly Level[] }
  changes(book: SourceBook): { bids: Level[]; asks: Level[] }
} {
  let bids = new Map<number, number>()
  let asks = new Map<number, number>()
  const top = (levels: readonly Level[]) => levels.slice(0, count)
  const diff = (before: ReadonlyMap<number, number>, now: ReadonlyMap<number, number>): Level[] => {
    const gone = [...before.keys()].filter((price) => !now.has(price))
    const changed = [...now].filter(([price, size]) => before.get(price) !== size)
    return [...gone.map((price): Level => [price, 0]), ...changed]
  }
  return {
    reset(book) {
      bids = new Map(top(book.bids))
      asks = new Map(top(book.asks))
      return { bids: [...bids], asks: [...asks] }
    },
    changes(book) {
      const nowBids = new Map(top(book.bids))
      const nowAsks = new Map(top(book.asks))
      const changed = { bids: diff(bids, nowBids), asks: diff(asks, nowAsks) }
      bids = nowBids
      asks = nowAsks
      return changed
    },
  }
}
