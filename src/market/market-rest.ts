// PORT: a venue's public REST side: what is listed, what everything costs now, one book in depth.
import type { VenueAsset } from './asset.ts'
import type { Market, VenueId } from './market.ts'
import type { Ticker } from './ticker.ts'

export type RestFailure = {
  readonly outcome: 'failed'
  /** 'refused' (403, 451): not available from here; backing off does not help. */
  readonly reason: 'rate-limited' | 'refused' | 'unreachable' | 'malformed' | 'busy'
  /** One line for people, without secrets. */
  readonly detail: string
  /** How long the venue asked us to wait, where it did. */
  readonly retryAfterMs?: number
}

export type Listing = {
  readonly outcome: 'ok'
  readonly markets: readonly Market[]
  /** Empty where the venue tells nothing without keys: then every gate is 'unknown'. */
  readonly assets: readonly VenueAsset[]
}

export type TickerSweep = {
  readonly outcome: 'ok'
  readonly tickers: readonly Ticker[]
  /** Our wall clock, ms, when the answer's last byte arrived and when the request left. */
  readonly receivedAtMs: number
  readonly sentAtMs: number
}

export type BookCopy = {
  readonly outcome: 'ok'
  /** Best first; [price, base size]. */
  readonly bids: readonly (readonly [number, number])[]
  readonly asks: readonly (readonly [number, number])[]
  /** As in TickerSweep: the copy is as old as `sentAtMs` at worst. */
  readonly receivedAtMs: number
  readonly sentAtMs: number
}

/** Every call waits for the venue's request budget, which all workers share, and never throws for the venue's sake. */
export type MarketRest = {
  readonly venue: VenueId
  list(): Promise<Listing | RestFailure>
  sweep(): Promise<TickerSweep | RestFailure>
  book(symbol: string, levels: number): Promise<BookCopy | RestFailure>
  close(): Promise<void>
}
