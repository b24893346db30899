// The places where gaps can be planted, and how a book is bent to make one.
import type { SimulatedVenue } from './coins.ts'
import { crossGap, cycleGap, netAtTop, type Gap, type Triangle } from './gap.ts'
import type { Bend, SimMarket } from './sim-market.ts'
import type { World } from './world.ts'

/** A coin's two venues, or its two markets on one venue. */
export type Site = {
  /** The two directions in which it can gain. */
  readonly gaps: readonly [Gap, Gap]
  /** The markets whose price a plant may move. */
  readonly markets: readonly SimMarket[]
  freeAtTick: number
  /** Which direction comes next. */
  turn: 0 | 1
}

export type Seed = {
  readonly net: number
  readonly ticks: number
  /** Null for a true gap, else why it is none. */
  readonly decoy: string | null
  /** Set where only the best level of one book is off: the USDT it holds. */
  readonly topOnlyUsdt?: number
}

function siteOf(world: World, asset: string, venues: readonly SimulatedVenue[]): Site | undefined {
  const at = (venue: SimulatedVenue | undefined, symbol: string) =>
    venue && world.find(venue, symbol)
  const [first, second] = venues
  const one = at(first, `${asset}/USDT`)
  const two = at(second, `${asset}/USDT`)
  const rest = { freeAtTick: 0, turn: 0 } as const
  if (one !== undefined && two !== undefined)
    return { ...rest, gaps: [crossGap(one, two), crossGap(two, one)], markets: [one, two] }
  const coinBtc = at(first, `${asset}/BTC`)
  const btcUsdt = at(first, 'BTC/USDT')
  if (one === undefined || coinBtc === undefined || btcUsdt === undefined) return undefined
  const triangle: Triangle = { coinUsdt: one, coinBtc, btcUsdt }
  return {
    ...rest,
    gaps: [cycleGap(triangle, 'coin'), cycleGap(triangle, 'btc')],
    markets: [coinBtc],
  }
}

/** Duos and unfunded coins give crosses, solos give cycles. */
export const sitesOf = (world: World, role: 'duo' | 'solo' | 'unfunded'): readonly Site[] =>
  world.coins.flatMap((coin) =>
    coin.role === role ? (siteOf(world, coin.asset, coin.venues) ?? []) : [],
  )

/**
 * Bends the books so that `gap` nets `net`: the prices it buys at fall, those it sells at rise. With
 * `topOnlyUsdt` one book alone gives way, and of its touched side only the best level.
 */
export function bend(site: Site, gap: Gap, { net, topOnlyUsdt }: Seed): void {
  const legs = gap.legs.filter(({ market }) => site.markets.includes(market))
  const moved = topOnlyUsdt === undefined ? legs : legs.slice(0, 1)
  const factor = ((1 + net) / (1 + netAtTop(gap))) ** (1 / moved.length)
  for (const { market, side } of moved) {
    const shift = side === 'buy' ? 1 / factor - 1 : factor - 1
    const whole: Bend = { shift }
    const touched: Bend = topOnlyUsdt === undefined ? whole : { shift, topOnlyUsdt }
    market.bend = side === 'buy' ? { bid: whole, ask: touched } : { bid: touched, ask: whole }
  }
}

export function unbend(site: Site): void {
  for (const market of site.markets) market.bend = undefined
}
