// One venue as it was recorded: captured markets stream, the others stand still.
import type { VenueId } from '../../market/market.ts'
import type { SourceMarket, SourceVenue } from '../market-source.ts'
import { createCapturedStream } from './captured-stream.ts'
import type { CastVenue } from './cast.ts'
import { createStillMarkets } from './still-markets.ts'

export type ReplayVenue = SourceVenue & {
  readonly venue: VenueId
  /** Starts over at `startMs`, which is now. */
  begin(startMs: number): void
  /** Sends what is due; when the next frame is due, ms after the beginning, Infinity if none is left. */
  play(elapsedMs: number): number
  stop(): void
}

/** `momentMs`: the recorded time of the ticker rows that becomes the present when a loop begins. */
export function createReplayVenue(
  { venue, tickers, capture }: CastVenue,
  momentMs: number,
  now: () => number,
): ReplayVenue {
  const stream = capture && createCapturedStream(capture, now)
  const still = tickers && createStillMarkets(tickers, momentMs)
  const restarts = new Set<() => void>()
  const streamed = (symbol: string) => (stream?.has(symbol) ? stream : undefined)
  const captured = capture?.markets.map(({ market }) => market) ?? []
  const markets: readonly SourceMarket[] = [
    ...captured,
    ...(tickers?.markets.filter(({ symbol }) => streamed(symbol) === undefined) ?? []),
  ]
  let begun = false

  return {
    venue,
    markets,
    // No recording holds what wallets did at that time, so the venue says nothing of them.
    assets: [],
    tickers: () => [
      ...(stream?.tickers() ?? []),
      ...(still?.tickers().filter(({ symbol }) => streamed(symbol) === undefined) ?? []),
    ],
    ticker: (symbol) => (streamed(symbol) ?? still)?.ticker(symbol),
    book: (symbol) => (streamed(symbol) ?? still)?.book(symbol),
    subscribe: (symbol, listener) =>
      (streamed(symbol) ?? still)?.subscribe(symbol, listener) ?? (() => undefined),
    ...(stream !== undefined && { recorded: stream.frames }),
    onRestart(listener) {
      restarts.add(listener)
      return () => restarts.delete(listener)
    },
    begin(startMs) {
      still?.begin(Math.round(startMs - momentMs))
      stream?.begin(startMs)
      // The sequences of a captured stream start over, which no client could follow on one connection.
      if (begun && stream !== undefined) for (const restart of restarts) restart()
      begun = true
    },
    play: (elapsedMs) => stream?.play(elapsedMs) ?? Infinity,
    stop: () => still?.stop(),
  }
}
