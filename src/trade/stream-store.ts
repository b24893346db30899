// PORT: which venues tell of our accounts just now, for people to see. No decision goes by it.
import type { VenueId } from '../market/market.ts'
import type { StreamState } from './account-news.ts'

export type StreamStatus = StreamState & { readonly venue: VenueId; readonly since: Date }

export type StreamStore = {
  /** Takes the place of all that was said before; to be said again every few seconds. */
  save(states: ReadonlyMap<VenueId, StreamState>): Promise<void>
  /** What nobody has said again for half a minute is away, whatever it was. */
  list(): Promise<readonly StreamStatus[]>
}
