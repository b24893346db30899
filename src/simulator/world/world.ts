// The simulated world: fair prices that walk, books that follow them, one tick at a time.
import { offsetsOf } from './bait.ts'
import { createCalendar } from './calendar.ts'
import { listCoins, type Coin } from './coins.ts'
import { listMarkets } from './listing.ts'
import { createRandom, type Random } from './random.ts'
import { createSimMarket, isDead, moveMarket, type Fair, type SimMarket } from './sim-market.ts'
import { temperaments } from './temperaments.ts'

export const tickMs = 100
/** How many ticks so many seconds last. */
export const seconds = (count: number): number => Math.round((count * 1000) / tickMs)

export type World = {
  readonly coins: readonly Coin[]
  readonly markets: readonly SimMarket[]
  readonly random: Random
  /** Ticks since the beginning. */
  readonly tick: number
  readonly timeMs: number
  readonly find: (venue: string, symbol: string) => SimMarket | undefined
  /** Moves the world on by one tick, up to `timeMs`. */
  advance(timeMs: number): void
  /** Moves these markets now, in this tick, besides their own calendar. */
  moveNow(markets: readonly SimMarket[]): void
}

const bp = 1e-4
// Prices come home slowly, so that a market left running for weeks still looks like itself.
const homing = 1 / seconds(3600)

function walk(fair: Fair, walkBp: number, random: Random): void {
  const home = homing * (fair.priceUsdt / fair.startUsdt - 1)
  fair.priceUsdt *= 1 + walkBp * bp * (random.next() + random.next() - 1) - home
}

function marketsOf(coins: readonly Coin[], fairOf: (asset: string) => Fair): SimMarket[] {
  return listMarkets(coins).map(({ venue, coin, quote, rules, character }) => {
    const nth = coins.filter(({ role }) => role === coin.role).indexOf(coin)
    const offsets = offsetsOf(coin.role)
    const isOff = coin.role === 'dead-cycle' ? quote === 'BTC' : venue === coin.venues[1]
    const offset = isOff ? (offsets[nth % offsets.length] ?? 0) : 0
    const [base, quoted] = [fairOf(coin.asset), fairOf(quote)]
    return createSimMarket({
      venue,
      rules,
      role: coin.role,
      base,
      quote: quoted,
      character,
      offset,
    })
  })
}

function fairsOf(coins: readonly Coin[]): (asset: string) => Fair {
  const fairs = new Map(
    [{ asset: 'USDT', priceUsdt: 1 }, ...coins].map(({ asset, priceUsdt }): [string, Fair] => [
      asset,
      { asset, startUsdt: priceUsdt, priceUsdt },
    ]),
  )
  return (asset) => {
    const fair = fairs.get(asset)
    if (fair === undefined) throw new Error(`nothing is known of ${asset}`)
    return fair
  }
}

export function createWorld(seed: string, startMs: number): World {
  const coins = listCoins()
  const random = createRandom(`world ${seed}`)
  const fairOf = fairsOf(coins)
  const markets = marketsOf(coins, fairOf)
  const byKey = new Map(markets.map((market) => [`${market.venue} ${market.rules.symbol}`, market]))
  const walkers = coins.filter(({ role }) => temperaments[role].walksWith === 'tick')
  const calendar = createCalendar(random)
  let tick = 0
  let timeMs = startMs

  const move = (market: SimMarket) => {
    // A dead market's row still carries a new time on most venues; only its numbers stand still.
    if (isDead(market)) market.changedAtMs = timeMs
    else if (!market.frozen) moveMarket(market, timeMs, random)
  }
  for (const market of markets) moveMarket(market, timeMs, random)
  for (const { asset, role } of coins) {
    const { ticks, walkBp, walksWith } = temperaments[role]
    const own = markets.filter(({ base }) => base.asset === asset)
    if (walksWith === 'move') calendar.plan({ markets: own, fair: fairOf(asset), walkBp, ticks }, 0)
    else
      for (const market of own)
        calendar.plan({ markets: [market], fair: undefined, walkBp, ticks }, 0)
  }

  return {
    coins,
    markets,
    random,
    get tick() {
      return tick
    },
    get timeMs() {
      return timeMs
    },
    find: (venue, symbol) => byKey.get(`${venue} ${symbol}`),
    advance(nowMs) {
      tick++
      timeMs = nowMs
      for (const { asset, role } of walkers) walk(fairOf(asset), temperaments[role].walkBp, random)
      for (const group of calendar.due(tick)) {
        if (group.fair !== undefined) walk(group.fair, group.walkBp, random)
        for (const market of group.markets) move(market)
        calendar.plan(group, tick)
      }
    },
    moveNow(chosen) {
      for (const market of chosen) move(market)
    },
  }
}
