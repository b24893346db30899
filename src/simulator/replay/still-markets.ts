// Markets of which the recording holds one moment: their rows, their best levels, and then silence.
import type { BookChange, BookListener, SourceBook, SourceTicker } from '../market-source.ts'
import { createListeners } from './listeners.ts'
import type { TickerRecording, TickerRow } from './ticker-recording.ts'
import { shiftRow } from './time-shift.ts'

export type StillMarkets = {
  tickers(): readonly SourceTicker[]
  ticker(symbol: string): SourceTicker | undefined
  book(symbol: string): SourceBook | undefined
  subscribe(symbol: string, listener: BookListener): () => void
  /** Moves every time by `shiftMs` and tells everybody subscribed what the books are. */
  begin(shiftMs: number): void
  stop(): void
}

// Delta protocols need a few changes before a client asks for the book under them: ccxt wants six of
// KuCoin's. So a still book is told a few times, unchanged, and is silent from then on.
const tellTimes = 6
const tellSpacingMs = 50

/** `momentMs` is the time of the whole recording, for rows that carry none. */
export function createStillMarkets({ rows }: TickerRecording, momentMs: number): StillMarkets {
  const bySymbol = new Map(rows.map((row) => [row.ticker.symbol, row]))
  const sequences = new Map<string, number>()
  const listeners = createListeners<BookChange>()
  const timers = new Set<NodeJS.Timeout>()
  let shiftMs = 0
  let shifted = new Map<string, SourceTicker>()

  const timeOf = ({ timeMs }: TickerRow) => Math.round((timeMs ?? momentMs) + shiftMs)
  const shift = (row: TickerRow): SourceTicker => ({
    ...row.ticker,
    timeMs: timeOf(row),
    recorded: shiftRow(row.answer, shiftMs),
  })
  const sequenceOf = (symbol: string) => sequences.get(symbol) ?? 1

  const tell = (symbol: string) => {
    const row = bySymbol.get(symbol)
    if (row === undefined || !listeners.any(symbol)) return
    const previousSequence = sequenceOf(symbol)
    const sequence = previousSequence + 1
    sequences.set(symbol, sequence)
    const { bids, asks } = row
    const timeMs = timeOf(row)
    listeners.tell(symbol, { symbol, previousSequence, sequence, timeMs, bids, asks })
  }
  const tellAgain = (symbol: string, times: number) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      tell(symbol)
      if (times > 1) tellAgain(symbol, times - 1)
    }, tellSpacingMs)
    timers.add(timer)
  }

  const begin = (ms: number) => {
    shiftMs = ms
    shifted = new Map(rows.map((row) => [row.ticker.symbol, shift(row)]))
    for (const symbol of listeners.names()) tell(symbol)
  }
  begin(0)

  return {
    tickers: () => [...shifted.values()],
    ticker: (symbol) => shifted.get(symbol),
    book(symbol) {
      const row = bySymbol.get(symbol)
      if (row === undefined) return undefined
      return { sequence: sequenceOf(symbol), timeMs: timeOf(row), bids: row.bids, asks: row.asks }
    },
    subscribe(symbol, listener) {
      const stop = listeners.add(symbol, listener)
      tellAgain(symbol, tellTimes)
      return stop
    },
    begin,
    stop() {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}
