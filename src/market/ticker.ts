// A best bid and ask as a REST sweep saw it. Doubles: good for detection, never for an order.
import type { VenueId } from './market.ts'

export type Ticker = {
  readonly venue: VenueId
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly bid: number
  readonly ask: number
  /** Base units on offer at the best price, where the venue says. */
  readonly bidSize?: number
  readonly askSize?: number
  /** Traded in the last 24 hours, in the quote asset. */
  readonly quoteVolume?: number
  /** The venue's own time of this row, ms since 1970 by the venue's clock. */
  readonly venueTimeMs?: number
}

/** A spot symbol: no slash, colon or space inside either asset. */
export const spotSymbol = /^[^/:\s]+\/[^/:\s]+$/
