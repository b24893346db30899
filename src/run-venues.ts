// The venues of this run, as its configuration says. Apart from runtime.ts, because commands need no
// exchange client and loading one takes longer than most of them.
import type { Config } from './config.ts'
import type { MarketSide } from './exchanges/ccxt-client.ts'
import { openVenues, type Venues } from './exchanges/open-venues.ts'
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

/** The venues of this run. Keys are revealed here and handed to the exchange clients alone. */
export const openRunVenues = ({ config, budget }: Runtime): Promise<Venues> =>
  openVenues({
    market: marketSide(config),
    only: config.venues,
    budget,
    accessOf(venue) {
      const { keys, restUrl, wsUrl } = config.venueVariables[venue] ?? {}
      return {
        ...(restUrl !== undefined && { restUrl }),
        ...(wsUrl !== undefined && { wsUrl }),
        ...(keys !== undefined && {
          keys: {
            apiKey: keys.apiKey.reveal(),
            secret: keys.secret.reveal(),
            ...(keys.password !== undefined && { password: keys.password.reveal() }),
          },
        }),
      }
    },
  })
