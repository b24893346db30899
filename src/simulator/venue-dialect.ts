// One venue's protocol over a SourceVenue: REST routes and a websocket dialect, no state of the world.
import type { VenueId } from '../market/market.ts'
import type { PrivateDialect } from './accounts/private-side.ts'
import type { SpotDesk } from './accounts/spot-desk.ts'
import type { SourceVenue } from './market-source.ts'

export type RestCall = {
  readonly method: string
  readonly host: string
  /** Without the host segment: "/api/v2/symbols". */
  readonly path: string
  readonly query: URLSearchParams
  /** Path and query to the letter as they came, which is what clients sign. */
  readonly target: string
  /** What a POST carries, else "". */
  readonly body: string
  /** By the header's name in lower case; "" where there is none. */
  header(name: string): string
}

/** What a dialect knows of its surroundings. */
export type VenueContext = {
  readonly market: SourceVenue
  readonly now: () => number
  /** "127.0.0.1:4711", for answers that name an endpoint. */
  readonly authority: string
  /** Undefined where nobody trades: recorded venues have nothing to say to a key. */
  readonly desk: SpotDesk | undefined
}

export type Connection = {
  readonly path: string
  readonly query: URLSearchParams
  /** Sends one frame: a string as it is, bytes as a binary frame. */
  send(frame: string | Uint8Array): void
  close(code: number, reason: string): void
}

export type Session = {
  message(text: string): void
  /** The socket is gone: stop every stream. */
  close(): void
  /** Only customers open this one. */
  isPrivate?(): boolean
}

export type VenueDialect = {
  readonly venue: VenueId
  /** Real host names, with the port where the real address has one. */
  readonly hosts: readonly string[]
  /** The answer's JSON value, or undefined where the venue has no such route. */
  answer(call: RestCall, context: VenueContext): unknown
  connect(connection: Connection, context: VenueContext): Session
  /** What the venue says to its customers; undefined where nobody can trade on it here. */
  readonly account?: PrivateDialect
}
