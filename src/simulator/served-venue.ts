// One venue behind the servers: its dialect, its market, its sockets and what is wrong with it now.
import type { WebSocket } from 'ws'
import type { VenueId } from '../market/market.ts'
import { createFaultyVenue, type FaultyVenue } from './faulty-venue.ts'
import type { SourceVenue } from './market-source.ts'
import type { RestFault, VenueFaults } from './venue-faults.ts'
import type { VenueDialect } from './venue-dialect.ts'

export type ServedVenue = {
  readonly dialect: VenueDialect
  readonly market: FaultyVenue
  readonly sockets: Set<WebSocket>
  restFault: RestFault | undefined
  refusing: boolean
}

export function serveVenue(venue: SourceVenue, dialect: VenueDialect): ServedVenue {
  const sockets = new Set<WebSocket>()
  venue.onRestart?.(() => {
    for (const ws of sockets) ws.close(1012, 'Service restart')
  })
  const market = createFaultyVenue(venue)
  return { dialect, market, sockets, restFault: undefined, refusing: false }
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
  return {
    dropSockets(venue) {
      const { sockets } = one(venue)
      const count = sockets.size
      for (const ws of sockets) ws.terminate()
      return count
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
    heal(venue) {
      const entry = one(venue)
      entry.market.heal()
      entry.restFault = undefined
      entry.refusing = false
    },
  }
}
