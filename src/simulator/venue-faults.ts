// What a test may ask the venue servers to do wrong, venue by venue.
import type { VenueId } from '../market/market.ts'

export type RestFault = {
  /** Answer with this status instead of the venue's answer; left out, only `delayMs` applies. */
  readonly status?: number
  /** A body beginning with "<" goes out as text/html. */
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly delayMs?: number
  /** Only requests whose path contains this. */
  readonly path?: string
  /** How many requests it hits; left out, all until `heal`. */
  readonly times?: number
}

export type VenueFaults = {
  /** Cuts every open socket of the venue without a closing handshake; returns how many. */
  dropSockets(venue: VenueId): number
  /** While true every new socket is turned away with 503. */
  refuseSockets(venue: VenueId, refusing: boolean): void
  rest(venue: VenueId, fault: RestFault | undefined): void
  /** The symbol's present streams go silent while the socket stays alive; a new subscription is served. */
  stall(venue: VenueId, symbol: string): void
  /** The symbol's next change is lost, which leaves a hole in the sequence. */
  skip(venue: VenueId, symbol: string): void
  /** The book stands crossed (a bid 1 % above the best ask) until `heal`. */
  cross(venue: VenueId, symbol: string): void
  /** Ends every fault of the venue. */
  heal(venue: VenueId): void
}
