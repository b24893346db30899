// The default market: a seeded world behind the venue servers, with a truth file of what was planted.
import type { BookListener, MarketSource, SourceVenue } from './market-source.ts'
import { simulatedVenues } from './world/coins.ts'
import { assetsOf } from './world/listing.ts'
import { bookOf, tickerOf } from './world/sim-market.ts'
import { createWorld, tickMs } from './world/world.ts'

export type SimulatedMarket = MarketSource & {
  /** Moves the world on by one tick by hand; for tests that do not `start` it. */
  tick(): void
}

/** Same seed and same number of ticks: same books and same truth, at whatever time it runs. */
export function openSimulatedMarket(options: {
  seed: string
  truthFile?: string
  now?: () => number
}): SimulatedMarket {
  const { seed, now = Date.now } = options
  const startMs = now()
  const world = createWorld(seed, startMs)
  let timer: NodeJS.Timeout | undefined
  const tick = () => world.advance(startMs + (world.tick + 1) * tickMs)

  const venues = simulatedVenues.map((venue): SourceVenue => {
    const markets = world.markets.filter((market) => market.venue === venue)
    return {
      venue,
      markets: markets.map(({ rules }) => rules),
      assets: assetsOf(world.coins, venue),
      tickers: () => markets.map(tickerOf),
      ticker(symbol) {
        const market = world.find(venue, symbol)
        return market && tickerOf(market)
      },
      book(symbol) {
        const market = world.find(venue, symbol)
        return market && bookOf(market)
      },
      subscribe(symbol, listener: BookListener) {
        const listeners = world.find(venue, symbol)?.listeners
        listeners?.add(listener)
        return () => void listeners?.delete(listener)
      },
    }
  })

  return {
    venues,
    now,
    tick,
    start() {
      timer ??= setInterval(() => {
        while (startMs + (world.tick + 1) * tickMs <= now()) tick()
      }, tickMs / 2)
    },
    close: async () => {
      clearInterval(timer)
    },
  }
}
