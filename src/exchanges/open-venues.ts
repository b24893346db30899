// The venues of one run: who they are, how each is reached, and one REST client for each that asks.
import { z } from 'zod'
import type { VenueId } from '../market/market.ts'
import type { MarketRest } from '../market/market-rest.ts'
import type { RequestBudget } from '../market/request-budget.ts'
import type { MarketSide, VenueAccess } from './ccxt-client.ts'
import { openCcxtMarketRest } from './ccxt-market-rest.ts'
import { knownExchange, knownExchanges } from './known-exchanges.ts'

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
  readonly budget: RequestBudget
}

const health = z.object({ venues: z.array(z.string()), recorded: z.boolean().optional() })
/** Simulated venues ask for keys where the real ones do, and take any. */
const simulatorKeys = { apiKey: 'simulator', secret: 'simulator', password: 'simulator' }
const healthTimeoutMs = 5000

async function askServers(url: string): Promise<z.infer<typeof health>> {
  const response = await fetch(new URL('/simulator/health', url), {
    signal: AbortSignal.timeout(healthTimeoutMs),
  })
  return health.parse(await response.json())
}

/** @throws Error with one line when the venue servers do not answer, or no asked venue is served. */
export async function openVenues(options: VenuesOptions): Promise<Venues> {
  const { market, only, accessOf, budget } = options
  const servers =
    market.kind === 'servers'
      ? await askServers(market.url).catch((error: unknown) => {
          throw new Error(`no venue servers answer at ${market.url}`, { cause: error })
        })
      : undefined
  const offered =
    servers?.venues ?? knownExchanges.filter(({ stream }) => stream).map(({ venue }) => venue)
  const ids = only ?? offered.filter((venue) => knownExchange(venue) !== undefined)
  const missing = servers === undefined ? [] : ids.filter((venue) => !offered.includes(venue))
  if (ids.length === 0 || missing.length > 0)
    throw new Error(
      `this market does not have ${missing.join(', ') || 'any venue'}; it has ${offered.join(', ')}`,
    )

  const keys = servers !== undefined && servers.recorded !== true ? { keys: simulatorKeys } : {}
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
