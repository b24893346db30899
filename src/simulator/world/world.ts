// The simulated world: fair prices that walk, books that follow them, one tick at a time.
import { offsetsOf } from './bait.ts'
import { listCoins, type Coin, type CoinRole } from './coins.ts'
import { listMarkets } from './listing.ts'
import { createRandom, type Random } from './random.ts'
import { createSimMarket, isDead, moveMarket, type Fair, type SimMarket } from './sim-market.ts'

export const tickMs = 100
/** How many ticks so many seconds last. */
export const seconds = (count: number): number => Math.round((count * 1000) / tickMs)

/** Markets that always move in the same tick, such as the two legs of a planted gap. */
type Group = {
  readonly markets: readonly SimMarket[]
  /** Walks when the group moves; undefined where the coin walks every tick. */
  readonly walks: Fair | undefined
  readonly ticksMin: number
  readonly ticksMax: number
}

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
// How far a fair price walks in one step of its group.
const walkOf = (role: CoinRole): number => {
  switch (role) {
    case 'major':
      return 0.25 * bp
    case 'stable':
      return 0.01 * bp
    case 'mid':
      return 0.35 * bp
    case 'duo':
    case 'solo':
    case 'shut':
    case 'namesake':
    case 'unfunded':
    case 'stale':
      return 0.5 * bp
    case 'tail':
      return 3 * bp
    case 'dead':
    case 'dead-cycle':
    case 'leveraged':
      return 0.3 * bp
  }
}

/** Ticks between two moves, least and most. */
function paceOf(role: CoinRole): readonly [number, number] {
  switch (role) {
    case 'major':
    case 'stable':
    case 'mid':
      return [3, 5]
    case 'duo':
    case 'solo':
    case 'shut':
    case 'namesake':
    case 'unfunded':
    case 'stale':
      return [2, 3]
    case 'tail':
    case 'leveraged':
      return [10, 80]
    case 'dead':
    case 'dead-cycle':
      return [5, 20]
  }
}

const walksEveryTick = (role: CoinRole) => role === 'major' || role === 'stable' || role === 'mid'

// Longer than the slowest pace, so that a bucket is empty before it is filled again.
const calendarTicks = 128

export function createWorld(seed: string, startMs: number): World {
  const coins = listCoins()
  const random = createRandom(`world ${seed}`)
  const fairs = new Map<string, Fair>(
    coins.map(({ asset, priceUsdt }) => [asset, { asset, startUsdt: priceUsdt, priceUsdt }]),
  )
  const usdtFair: Fair = { asset: 'USDT', startUsdt: 1, priceUsdt: 1 }
  const fairOf = (asset: string) => fairs.get(asset) ?? usdtFair

  const markets = listMarkets(coins).map(({ venue, coin, quote, rules, character }) => {
    const nth = coins.filter(({ role }) => role === coin.role).indexOf(coin)
    const offsets = offsetsOf(coin.role)
    const off = coin.role === 'dead-cycle' ? quote === 'BTC' : venue === coin.venues[1]
    return createSimMarket({
      venue,
      rules,
      role: coin.role,
      base: fairOf(coin.asset),
      quote: fairOf(quote),
      character,
      offset: off ? (offsets[nth % offsets.length] ?? 0) : 0,
    })
  })
  const byKey = new Map(markets.map((market) => [`${market.venue} ${market.rules.symbol}`, market]))

  const walkers = coins.filter(({ role }) => walksEveryTick(role))
  const calendar: Group[][] = Array.from({ length: calendarTicks }, () => [])
  let tick = 0
  let timeMs = startMs
  const plan = (group: Group) => {
    const due = tick + random.whole(group.ticksMin, group.ticksMax)
    calendar[due % calendarTicks]?.push(group)
  }
  const walk = (fair: Fair, share: number) => {
    const home = homing * (fair.priceUsdt / fair.startUsdt - 1)
    fair.priceUsdt *= 1 + share * (random.next() + random.next() - 1) * 2 - home
  }
  const move = (market: SimMarket) => {
    // A dead market's row still carries a new time on most venues; only its numbers stand still.
    if (isDead(market)) market.changedAtMs = timeMs
    else if (!market.frozen) moveMarket(market, timeMs, random)
  }

  for (const coin of coins) {
    const own = markets.filter(({ base }) => base.asset === coin.asset)
    const [ticksMin, ticksMax] = paceOf(coin.role)
    if (walksEveryTick(coin.role))
      for (const market of own) plan({ markets: [market], walks: undefined, ticksMin, ticksMax })
    else plan({ markets: own, walks: fairOf(coin.asset), ticksMin, ticksMax })
  }
  for (const market of markets) {
    moveMarket(market, timeMs, random)
    market.frozen = isDead(market)
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
      for (const { asset, role } of walkers) walk(fairOf(asset), walkOf(role))
      const due = calendar[tick % calendarTicks] ?? []
      calendar[tick % calendarTicks] = []
      for (const group of due) {
        if (group.walks !== undefined) walk(group.walks, walkOf(group.markets[0]?.role ?? 'tail'))
        for (const market of group.markets) move(market)
        plan(group)
      }
    },
    moveNow(chosen) {
      for (const market of chosen) move(market)
    },
  }
}
