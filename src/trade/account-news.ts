// PORT: what a venue's stream tells of our account. It is evidence that arrives early and never the truth:
// it says that something happened, and what happened is asked for. So nothing that a stream gets wrong can
// get into the books: a frame doubled, late, out of order or made up costs one look that finds nothing new.
import type { VenueId } from '../market/market.ts'

export type AccountListener = {
  /** An order of this account moved: came, was filled, amended or ended, whoever sent it. */
  order(venue: VenueId, clientOrderId: string): void
  balances(venue: VenueId): void
  /** Said when it changes. While one is away nothing is lost but time: REST asks at its own pace. */
  changed(venue: VenueId, state: StreamState): void
}

export type StreamState =
  | { readonly state: 'up' }
  /** `reason` is one line for people and holds no secret. */
  | { readonly state: 'away'; readonly reason: string }

export type AccountStreams = {
  /** Begins it anew: it seems to be up and tells nothing of what happens. */
  renew(venue: VenueId): void
  close(): Promise<void>
}
