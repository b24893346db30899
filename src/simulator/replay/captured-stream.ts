// Plays a capture: its frames in their own rhythm, and the books they change.
import type {
  BookChange,
  BookListener,
  Level,
  RecordedFrames,
  SourceBook,
  SourceTicker,
} from '../market-source.ts'
import { amountText, priceText } from '../wire-text.ts'
import type { CapturedBook, CapturedFrame } from './capture-grammar.ts'
import type { Capture, CapturedMarket } from './capture.ts'
import { createListeners } from './listeners.ts'
import { createMovingBook, type MovingBook } from './moving-book.ts'
import { shiftFrame } from './time-shift.ts'

export type CapturedStream = {
  has(symbol: string): boolean
  tickers(): readonly SourceTicker[]
  ticker(symbol: string): SourceTicker | undefined
  book(symbol: string): SourceBook | undefined
  subscribe(symbol: string, listener: BookListener): () => void
  readonly frames: RecordedFrames
  /** Starts over: the first frame is sent now. */
  begin(startMs: number): void
  /** Sends what is due `elapsedMs` after the beginning; when the next frame is due, Infinity at the end. */
  play(elapsedMs: number): number
}

type Playing = CapturedMarket & { readonly moving: MovingBook }

/** Levels of the old side that the new one does not have, as removed. */
const gone = (old: readonly Level[], now: readonly Level[]): Level[] => {
  const prices = new Set(now.map(([price]) => price))
  return old.filter(([price]) => !prices.has(price)).map(([price]): Level => [price, 0])
}

export function createCapturedStream(capture: Capture, now: () => number): CapturedStream {
  const { grammar, frames } = capture
  const listeners = createListeners<BookChange>()
  const topics = createListeners<string>()
  const known = new Set(frames.map(({ topic }) => topic))
  const byId = new Map<string, Playing>()
  const bySymbol = new Map<string, Playing>()
  let shiftMs = 0
  let next = 0

  for (const market of capture.markets) {
    const playing = { ...market, moving: createMovingBook() }
    byId.set(market.id, playing)
    bySymbol.set(market.market.symbol, playing)
  }
  const startBook = ({ moving, book }: Playing) => {
    // Given a little later in the recording; a book cannot be newer than the moment.
    const timeMs = Math.min(book.timeMs ?? capture.startMs, capture.startMs) + shiftMs
    moving.reset(Number.isNaN(book.last) ? 1 : book.last, timeMs, book.bids, book.asks)
  }
  for (const playing of bySymbol.values()) startBook(playing)

  const apply = (frame: CapturedFrame, receivedMs: number) => {
    const whole = grammar.wholeOf(frame)
    const change: CapturedBook | undefined = whole ?? grammar.changeOf(frame)
    const playing = change && byId.get(change.id)
    if (change === undefined || playing === undefined) return
    const { view } = playing.moving
    const previousSequence = view.sequence
    // Sent before the book was taken, which has it already.
    if (change.last <= previousSequence) return
    const bids = whole ? [...gone(view.bids, change.bids), ...change.bids] : change.bids
    const asks = whole ? [...gone(view.asks, change.asks), ...change.asks] : change.asks
    const sequence = Number.isNaN(change.last) ? previousSequence + 1 : change.last
    const timeMs = change.timeMs === undefined ? receivedMs : change.timeMs + shiftMs
    playing.moving.change(sequence, timeMs, bids, asks)
    const { symbol } = playing.market
    listeners.tell(symbol, { symbol, previousSequence, sequence, timeMs, bids, asks })
  }

  const tickerOf = ({ id, market, moving }: Playing): SourceTicker => {
    const [bid = 0, bidSize = 0] = moving.view.bids[0] ?? []
    const [ask = 0, askSize = 0] = moving.view.asks[0] ?? []
    // The venue answers from its books as they are; after the last frame nobody knows any more.
    const timeMs = Math.round(Math.min(now(), capture.startMs + capture.durationMs + shiftMs))
    const best = {
      id,
      bid: priceText(market, bid),
      bidSize: amountText(market, bidSize),
      ask: priceText(market, ask),
      askSize: amountText(market, askSize),
      timeMs,
    }
    const { symbol } = market
    const still = { last: bid, open: bid, high: bid, low: bid, baseVolume: 0, quoteVolume: 0 }
    const sizes = { bidSize, askSize }
    return { symbol, bid, ask, ...sizes, ...still, timeMs, recorded: grammar.rowOf(best) }
  }

  return {
    has: (symbol) => bySymbol.has(symbol),
    tickers: () => [...bySymbol.values()].map(tickerOf),
    ticker(symbol) {
      const playing = bySymbol.get(symbol)
      return playing && tickerOf(playing)
    },
    book: (symbol) => bySymbol.get(symbol)?.moving.view,
    subscribe: (symbol, listener) => listeners.add(symbol, listener),
    frames: {
      has: (topic) => known.has(topic),
      subscribe: (topic, tell) => topics.add(topic, tell),
    },
    begin(startMs) {
      shiftMs = Math.round(startMs - capture.startMs)
      next = 0
      for (const playing of bySymbol.values()) startBook(playing)
    },
    play(elapsedMs) {
      for (; next < frames.length; next++) {
        const frame = frames[next] as (typeof frames)[number]
        if (frame.atMs > elapsedMs) return frame.atMs
        const receivedMs = Math.round(capture.startMs + frame.atMs + shiftMs)
        if (grammar.isChange(frame.topic)) apply(frame, receivedMs)
        if (topics.any(frame.topic)) topics.tell(frame.topic, shiftFrame(frame.text, shiftMs))
      }
      return Infinity
    },
  }
}
