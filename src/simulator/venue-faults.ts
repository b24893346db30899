// What a test or a chaos script may ask the venue servers to do wrong, venue by venue.
import type { VenueId } from '../market/market.ts'
import type { Permission } from './accounts/account.ts'
import type { DeskFault } from './accounts/desk-faults.ts'

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

/** 'halted' is listed and takes no order, 'delisted' is gone. */
export type MarketState = 'open' | 'halted' | 'delisted'

/** Which ways are open; without a network it goes for all of them. */
export type WalletGate = {
  readonly network?: string | undefined
  readonly deposit: boolean
  readonly withdraw: boolean
}

/** Private ones are those that only customers open. */
export type WhichSockets = 'all' | 'private'

export type VenueFaults = {
  /** Cuts open sockets of the venue without a closing handshake; returns how many. */
  dropSockets(venue: VenueId, which?: WhichSockets): number
  /** Sends a frame that the venue never would. */
  frame(venue: VenueId, text: string, which?: WhichSockets): void
  /** While true every new socket is turned away with 503. */
  refuseSockets(venue: VenueId, refusing: boolean): void
  rest(venue: VenueId, fault: RestFault | undefined): void
  /** The symbol's present streams go silent while the socket stays alive; a new subscription is served. */
  stall(venue: VenueId, symbol: string): void
  /** The symbol's next change is lost, which leaves a hole in the sequence. */
  skip(venue: VenueId, symbol: string): void
  /** The book stands crossed (a bid 1 % above the best ask) until `heal`. */
  cross(venue: VenueId, symbol: string): void
  /** What goes wrong with orders, lookups, balances, private streams and withdrawals. */
  desk(venue: VenueId, fault: DeskFault): void
  /** The venue's clock is off by so much, also where it checks timestamps. */
  clock(venue: VenueId, offsetMs: number): void
  market(venue: VenueId, symbol: string, state: MarketState): void
  wallet(venue: VenueId, asset: string, gate: WalletGate): void
  /** What a key may do from now on; nothing at all is a revoked key. Outlasts `heal`. */
  permit(venue: VenueId, permissions: readonly Permission[], apiKey?: string): void
  /** So much comes or, below zero, goes without an order. Outlasts `heal`. */
  credit(venue: VenueId, asset: string, amount: string, apiKey?: string): void
  /** Makes an open order smaller, as its owner could by hand. Throws where there is none. */
  shrink(venue: VenueId, clientId: string, amount: string, apiKey?: string): void
  /** Ends every fault of the venue. */
  heal(venue: VenueId): void
}
