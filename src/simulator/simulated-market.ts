// The default market: a seeded world behind the venue servers, with a truth file of what was planted.
import type { BookListener, MarketSource, SourceVenue } from './market-source.ts'
import { shutWallets, standingBait, type Bait } from './world/bait.ts'
import { createBusyBooks, type BusyBooks } from './world/busy-books.ts'
import { simulatedVenues, type SimulatedVenue } from './world/coins.ts'
import { assetsOf } from './world/listing.ts'
import { createPlanter } from './world/planter.ts'
import { bookOf, tickerOf } from './world/sim-market.ts'
import { openTruthFile, type TruthLine } from './world/truth.ts'
import { createWorld, tickMs, type World } from './world/world.ts'

// After a longer sleep the world goes on from now instead of living through what it missed.
const catchUpMsMax = 60_000
/** Messages of a busy market come one after the other, not all at once. */
const busyEveryMs = 5

export type SimulatedMarket = MarketSource & {
  /** Moves the world on by one tick; `start` does it every 100 ms, a test may do it by hand. */
  tick(): void
  /** Every gap and decoy on offer now. */
  alive(): readonly TruthLine[]
}

function sourceVenueOf(
  world: World,
  venue: SimulatedVenue,
  bait: readonly Bait[],
  busy: BusyBooks | undefined,
): SourceVenue {
  const markets = world.markets.filter((market) => market.venue === venue)
  const find = (symbol: string) => world.find(venue, symbol)
  return {
    venue,
    markets: markets.map(({ rules }) => rules),
    assets: shutWallets(assetsOf(world.coins, venue), venue, bait),
    tickers: () => markets.map(tickerOf),
    ticker(symbol) {
      const market = find(symbol)
      return market && tickerOf(market)
    },
    book(symbol) {
      const market = find(symbol)
      return market && bookOf(market)
    },
    subscribe(symbol, tell) {
      const listeners = find(symbol)?.listeners
      const counted: BookListener = (change) => {
        busy?.told()
        tell(change)
      }
      const listener = busy === undefined ? tell : counted
      listeners?.add(listener)
      return () => void listeners?.delete(listener)
    },
  }
}

/**
 * Same seed and same number of ticks: same books and same truth, at whatever time it runs. The truth
 * file is emptied first, unless this world takes the place of one that died. `onTruthLost` hears once that the file can no longer be written (a full
 * disk); the market goes on without it. Left out, that error is thrown.
 */
export function openSimulatedMarket(options: {
  seed: string
  truthFile?: string
  followsAnother?: boolean
  now?: () => number
  onTruthLost?: (error: unknown) => void
  /** Book messages a second that leave at least, as far as books are watched; 0: as many as come. */
  messagesPerSecond?: number
  /** Short true gaps that are planted besides the usual ones. */
  gapsPerMinute?: number
}): SimulatedMarket {
  const { seed, truthFile, followsAnother = false, now = Date.now, onTruthLost } = options
  const { messagesPerSecond = 0, gapsPerMinute = 0 } = options
  let originMs = now()
  const timers: NodeJS.Timeout[] = []
  const diedBy = followsAnother ? new Date(originMs) : undefined
  let write = truthFile === undefined ? undefined : openTruthFile(truthFile, diedBy)
  const tell = (line: TruthLine) => {
    try {
      write?.(line)
    } catch (error) {
      write = undefined
      if (onTruthLost === undefined) throw error
      onTruthLost(error)
    }
  }

  const world = createWorld(seed, originMs)
  const busy = messagesPerSecond > 0 ? createBusyBooks(world, seed, messagesPerSecond) : undefined
  const planter = createPlanter(world, tell, gapsPerMinute)
  const nextTickMs = () => originMs + (world.tick + 1) * tickMs
  const tick = () => {
    world.advance(nextTickMs())
    planter.step()
  }
  const catchUp = () => {
    const behindMs = now() - nextTickMs()
    if (behindMs > catchUpMsMax) {
      originMs += behindMs
      planter.clear()
    }
    while (nextTickMs() <= now()) tick()
  }

  const bait = standingBait(world.markets, world.find)
  const venues = simulatedVenues.map((venue) => sourceVenueOf(world, venue, bait, busy))

  return {
    venues,
    now,
    tick,
    alive: () => planter.alive(),
    start() {
      if (timers.length > 0) return
      originMs = now() - world.tick * tickMs
      // Where somebody measures how late we are read, our own lateness must not count for much.
      timers.push(setInterval(catchUp, busy === undefined ? tickMs / 4 : busyEveryMs))
      if (busy !== undefined) timers.push(setInterval(() => busy.step(now()), busyEveryMs))
    },
    close: async () => {
      for (const timer of timers) clearInterval(timer)
    },
  }
}
