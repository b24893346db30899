// One venue behind the servers: its dialect, its market, its sockets and what is wrong with it now.
import type { WebSocket } from 'ws'
import type { VenueId } from '../market/market.ts'
import { parseDecimal, type BaseAmount } from '../money.ts'
import { simulatorKey, type Account } from './accounts/account.ts'
import type { PrivateSide } from './accounts/private-calls.ts'
import type { SpotDesk } from './accounts/spot-desk.ts'
import { createFaultyVenue, type FaultyVenue } from './faulty-venue.ts'
import type { SourceVenue } from './market-source.ts'
import type { RestFault, VenueFaults, WhichSockets } from './venue-faults.ts'
import type { Session, VenueDialect } from './venue-dialect.ts'

export type ServedVenue = {
  readonly dialect: VenueDialect
  readonly market: FaultyVenue
  readonly sockets: Map<WebSocket, Session>
  /** The venue's own clock. */
  readonly now: () => number
  /** Undefined where nobody can trade. */
  desk: PrivateSide | undefined
  restFault: RestFault | undefined
  refusing: boolean
  clockOffsetMs: number
}

export function serveVenue(
  venue: SourceVenue,
  dialect: VenueDialect,
  now: () => number,
): ServedVenue {
  const sockets = new Map<WebSocket, Session>()
  venue.onRestart?.(() => {
    for (const ws of sockets.keys()) ws.close(1012, 'Service restart')
  })
  const market = createFaultyVenue(venue)
  const served: ServedVenue = {
    dialect,
    market,
    sockets,
    now: () => now() + served.clockOffsetMs,
    desk: undefined,
    restFault: undefined,
    refusing: false,
    clockOffsetMs: 0,
  }
  return served
}

/** The fault that hits a request for `path`, counted down where it was asked for so many times. */
export function takeRestFault(venue: ServedVenue, path: string): RestFault | undefined {
  const fault = venue.restFault
  if (fault === undefined || (fault.path !== undefined && !path.includes(fault.path)))
    return undefined
  if (fault.times !== undefined)
    venue.restFault = fault.times > 1 ? { ...fault, times: fault.times - 1 } : undefined
  return fault
}

export function faultsOf(served: ReadonlyMap<VenueId, ServedVenue>): VenueFaults {
  const one = (venue: VenueId): ServedVenue => {
    const entry = served.get(venue)
    if (entry === undefined) throw new Error(`the venue servers do not serve ${venue}`)
    return entry
  }
  const deskOf = (venue: VenueId): SpotDesk => {
    const { desk } = one(venue)
    if (desk === undefined) throw new Error(`nobody can trade on ${venue} here`)
    return desk.desk
  }
  const accountOf = (venue: VenueId, apiKey: string): Account => {
    const account = deskOf(venue).account(apiKey)
    if (account === undefined) throw new Error(`${venue} knows no key ${apiKey}`)
    return account
  }
  const socketsOf = (venue: VenueId, which: WhichSockets) =>
    [...one(venue).sockets].flatMap(([ws, session]) =>
      which === 'all' || session.isPrivate?.() === true ? [ws] : [],
    )
  return {
    dropSockets(venue, which = 'all') {
      const open = socketsOf(venue, which)
      for (const ws of open) ws.terminate()
      return open.length
    },
    frame(venue, text, which = 'all') {
      for (const ws of socketsOf(venue, which)) ws.send(text)
    },
    refuseSockets(venue, refusing) {
      one(venue).refusing = refusing
    },
    rest(venue, fault) {
      one(venue).restFault = fault
    },
    stall: (venue, symbol) => one(venue).market.stall(symbol),
    skip: (venue, symbol) => one(venue).market.skip(symbol),
    cross: (venue, symbol) => one(venue).market.cross(symbol),
    desk: (venue, fault) => deskOf(venue).misbehave(fault),
    clock(venue, offsetMs) {
      one(venue).clockOffsetMs = offsetMs
    },
    market: (venue, symbol, state) => one(venue).market.stop(symbol, state),
    wallet: (venue, asset, gate) => one(venue).market.shut(asset, gate),
    permit(venue, permissions, apiKey = simulatorKey.apiKey) {
      accountOf(venue, apiKey).permissions = permissions
    },
    credit(venue, asset, amount, apiKey = simulatorKey.apiKey) {
      deskOf(venue).book(accountOf(venue, apiKey), asset, parseDecimal(amount))
    },
    shrink(venue, clientId, text, apiKey = simulatorKey.apiKey) {
      const amount = parseDecimal(text) as BaseAmount
      if (!deskOf(venue).shrink(accountOf(venue, apiKey), { clientId }, amount))
        throw new Error(`${venue} has no open order ${clientId} that can become ${text}`)
    },
    heal(venue) {
      const entry = one(venue)
      entry.market.heal()
      entry.clockOffsetMs = 0
      entry.desk?.desk.heal()
      entry.restFault = undefined
      entry.refusing = false
    },
  }
}
