// The venues of this run, as its configuration says. Apart from runtime.ts, because commands need no
// exchange client and loading one takes longer than most of them.
import type { Config } from './config.ts'
import type { VenueKeys } from './config/venue-variables.ts'
import type { MarketSide, VenueAccess } from './exchanges/ccxt-client.ts'
import { openVenues, type Venues } from './exchanges/open-venues.ts'
import { readTradeKeys } from './exchanges/venue-keys.ts'
import type { VenueId } from './market/market.ts'
import type { Runtime } from './runtime.ts'

/** Where this run's market is reached. */
function marketSide(config: Config): MarketSide {
  const { market, run } = config
  switch (market.kind) {
    case 'live':
      return { kind: 'live' }
    case 'venues':
      return { kind: 'servers', url: market.url }
    case 'simulator':
    case 'replay':
      if (run?.venuesUrl === undefined) throw new Error('the venue servers are not running')
      return { kind: 'servers', url: run.venuesUrl }
  }
}

/** Keys are revealed here and handed to the exchange clients alone. */
const revealed = ({ apiKey, secret, password }: VenueKeys) => ({
  apiKey: apiKey.reveal(),
  secret: secret.reveal(),
  ...(password !== undefined && { password: password.reveal() }),
})

/** The venues of this run, asked without a key or with one that may only read. */
export const openRunVenues = ({
  config,
  budget,
}: Pick<Runtime, 'config' | 'budget'>): Promise<Venues> =>
  openVenues({
    market: marketSide(config),
    only: config.venues,
    budget,
    lendsKeys: config.mode === 'paper',
    accessOf(venue) {
      const { readKeys, restUrl, wsUrl, takerFee } = config.venueVariables[venue] ?? {}
      return {
        ...(restUrl !== undefined && { restUrl }),
        ...(takerFee !== undefined && { takerFee }),
        ...(wsUrl !== undefined && { wsUrl }),
        ...(readKeys !== undefined && { keys: revealed(readKeys) }),
      }
    },
  })

/**
 * How orders reach a venue. Real money is signed for with its own keys and no others, paper money with
 * those that the simulator lends.
 *
 * @throws Error with one line when the keys cannot be read.
 */
export function tradeAccessOf(
  config: Config,
  venues: Pick<Venues, 'access'>,
): (venue: VenueId) => VenueAccess {
  if (config.mode === 'paper') return (venue) => venues.access(venue)
  const read = readTradeKeys(config)
  if (read.outcome === 'failed') throw new Error(read.reason)
  return (venue) => {
    const { keys: _readOnly, ...access } = venues.access(venue)
    const keys = read.keys.get(venue)
    return keys === undefined ? access : { ...access, keys: revealed(keys) }
  }
}
