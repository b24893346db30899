// The venues of one run: who they are, how each is reached, and one REST client for each that asks.
import type { VenueId } from '../market/market.ts'
import type { MarketRest } from '../market/market-rest.ts'
import type { RequestBudget } from '../market/request-budget.ts'
import type { MarketSide, VenueAccess } from './ccxt-client.ts'
import { openCcxtMarketRest } from './ccxt-market-rest.ts'
import { knownExchanges } from './known-exchanges.ts'
import { askVenueServers, pickVenues } from './venue-servers.ts'

export type Venues = {
  readonly ids: readonly VenueId[]
  access(venue: VenueId): VenueAccess
  /** Opened when first asked for, then shared. Throws for a venue that nobody knows. */
  rest(venue: VenueId): MarketRest
  close(): Promise<void>
}

export type VenuesOptions = {
  readonly market: MarketSide
  /** Undefined: every venue the market has. */
  readonly only: readonly VenueId[] | undefined
  readonly accessOf: (venue: VenueId) => Partial<VenueAccess>
  /** Simulated venues may be asked with the keys that they give to everybody. Default: yes. */
  readonly lendsKeys?: boolean
  readonly budget: RequestBudget
}

/** Simulated venues ask for keys where the real ones do; who trades on them must have this one. */
const simulatorKeys = { apiKey: 'simulator', secret: 'simulator', password: 'simulator' }

/** @throws Error with one line when the venue servers do not answer, or no asked venue is served. */
export async function openVenues(options: VenuesOptions): Promise<Venues> {
  const { market, only, accessOf, budget, lendsKeys = true } = options
  const servers = market.kind === 'servers' ? await askVenueServers(market.url) : undefined
  const streamed = knownExchanges.filter(({ stream }) => stream).map(({ venue }) => venue)
  const ids = servers === undefined ? (only ?? streamed) : pickVenues(servers.venues, only)
  const isLent = lendsKeys && servers !== undefined && servers.recorded !== true
  const keys = isLent ? { keys: simulatorKeys } : {}
  const access = (venue: VenueId): VenueAccess => ({ venue, market, ...keys, ...accessOf(venue) })
  const open = new Map<VenueId, MarketRest>()
  return {
    ids,
    access,
    rest(venue) {
      const known = open.get(venue)
      if (known !== undefined) return known
      const rest = openCcxtMarketRest({ access: access(venue), budget })
      open.set(venue, rest)
      return rest
    },
    async close() {
      await Promise.all(Array.from(open.values(), (rest) => rest.close()))
    },
  }
}
