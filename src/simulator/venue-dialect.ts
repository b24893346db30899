// One venue's protocol over a SourceVenue: REST routes and a websocket dialect, no state of the world.
import type { VenueId } from '../market/market.ts'
import type { SourceVenue } from './market-source.ts'

export type RestCall = {
  readonly method: string
  readonly host: string
  /** Without the host segment: "/api/v2/symbols". */
  readonly path: string
  readonly query: URLSearchParams
  /** What a POST carries, else "". */
  readonly body: string
}

/** What a dialect knows of its surroundings. */
export type VenueContext = {
  readonly market: SourceVenue
  readonly now: () => number
  /** "127.0.0.1:4711", for answers that name an endpoint. */
  readonly authority: string
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
}

export type VenueDialect = {
  readonly venue: VenueId
  /** Real host names, with the port where the real address has one. */
  readonly hosts: readonly string[]
  /** The answer's JSON value, or undefined where the venue has no such route. */
  answer(call: RestCall, context: VenueContext): unknown
  connect(connection: Connection, context: VenueContext): Session
}
