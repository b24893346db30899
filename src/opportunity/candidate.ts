// A gap as detection sees it at the best prices, before depth: doubles, and all that filters ask about.
import type { MarketFacts } from '../market/market-store.ts'
import type { VenueId } from '../market/market.ts'
import type { Route } from '../market/route.ts'
import type { Identity, Side, Wallet } from './opportunity.ts'

/** One market's best prices at one moment. */
export type LegQuote = {
  readonly bid: number
  readonly ask: number
  /** Base units on offer at the best price; undefined where the venue does not say. */
  readonly bidSize: number | undefined
  readonly askSize: number | undefined
  /** Age at the time of the decision, ms. Negative: it claims to come from the future. */
  readonly ageMs: number
  /** When it was seen, ms on one clock that all legs share; NaN where nobody can tell. */
  readonly seenAtMs: number
  /** How long the book has not changed, and how long it usually takes; absent where nobody can tell. */
  readonly stillMs?: number
  readonly paceMs?: number
}

/** What is known of a market beyond its prices. */
export type LegTraits = MarketFacts & {
  readonly venue: VenueId
  readonly symbol: string
  readonly base: string
  readonly quote: string
  /** False while the venue halts, delists or auctions it. */
  readonly active: boolean
  /** False while the venue as a whole fails. */
  readonly venueUp: boolean
  /** The base is a leveraged or venue-made token. */
  readonly leveraged: boolean
}

export type CandidateLeg = LegTraits & LegQuote & { readonly side: Side }

export type Candidate = {
  readonly route: Route
  readonly legs: readonly CandidateLeg[]
  /** Shares at the best prices, before and after fees: 0.012 for 1.2 %. */
  readonly gross: number
  readonly net: number
  readonly identity: Identity
  readonly wallet: Wallet
}

/** Between the oldest and the youngest leg, ms; NaN where a leg's time is not told. */
export function legSkewMs(legs: readonly LegQuote[]): number {
  let oldest = Infinity
  let youngest = -Infinity
  for (const { seenAtMs } of legs) {
    oldest = Math.min(oldest, seenAtMs)
    youngest = Math.max(youngest, seenAtMs)
  }
  return youngest - oldest
}
