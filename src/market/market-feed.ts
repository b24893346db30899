// PORT: live order books over websockets. It speaks market ids, never strings or objects per update,
// so that a byte-level decoder can take its place without touching a detector.
import type { Books } from './books.ts'
import type { MarketId, VenueId } from './market.ts'

/**
 * 'live': updates arrive; 'quiet': connected, nothing for the watchdog's time; 'down': reconnecting;
 * 'refused': the venue says it is not available from here, which is said once.
 */
export type StreamState = 'live' | 'quiet' | 'down' | 'refused'

export type FeedListener = {
  /**
   * A book changed or was proved current. Called on every update: must not wait or allocate much.
   * `frameMs`: performance.now() when the frame was read that brought the change; absent without one.
   */
  book(id: MarketId, frameMs?: number): void
  /** A venue's connections as a whole changed state; `reason` is one line for people. */
  venue(venue: VenueId, state: StreamState, reason: string): void
}

export type MarketFeed = {
  readonly books: Books
  /**
   * Makes the watched set equal to `ids`, over as many connections as the venues' topic limits need.
   * A book no longer watched is cleared. Returns at once; books fill as the venues answer.
   */
  watch(ids: readonly MarketId[]): void
  /** Asks for a REST copy of one book, to prove a quiet market current. At most one at a time each. */
  refresh(id: MarketId): void
  /** Closes every connection and stops every timer. */
  close(): Promise<void>
}
