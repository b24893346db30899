// PORT: one budget of request weight per venue, shared by all workers behind one IP address.
import type { VenueId } from './market.ts'

export type RequestBudget = {
  /**
   * Resolves once `weight` may be spent on the venue, with how long that took. Rejects with the
   * signal's reason when it fires first; nothing is spent then. `leave` is what has to remain for
   * others: whoever can wait asks for it, or many light calls would starve a heavy one.
   */
  take(
    venue: VenueId,
    weight: number,
    signal?: AbortSignal,
    leave?: number,
  ): Promise<{ readonly waitedMs: number }>
  /**
   * The venue said 429 or 418: halves its budget for everybody, which recovers slowly, and pauses it
   * for `retryAfterMs`, or for a few seconds where the venue named no time.
   */
  penalise(venue: VenueId, reason: string, retryAfterMs?: number): Promise<void>
}
