// A way to trade in the simulated world: its legs, what it nets at the top of the books, how much fits.
import { routeName, type Route } from '../../market/route.ts'
import type { Ladder } from './ladder.ts'
import type { SimMarket } from './sim-market.ts'

type Leg = { readonly market: SimMarket; readonly side: 'buy' | 'sell' }

export type Gap = {
  readonly kind: Route['kind']
  readonly route: string
  readonly venues: readonly string[]
  readonly legs: readonly Leg[]
}

export function crossGap(buy: SimMarket, sell: SimMarket): Gap {
  const { symbol } = buy.rules
  return {
    kind: 'cross',
    route: routeName({ kind: 'cross', symbol, buy: buy.venue, sell: sell.venue }),
    venues: [buy.venue, sell.venue],
    legs: [
      { market: buy, side: 'buy' },
      { market: sell, side: 'sell' },
    ],
  }
}

/** The three markets of a coin X against USDT and BTC on one venue. */
export type Triangle = {
  readonly coinUsdt: SimMarket
  readonly coinBtc: SimMarket
  readonly btcUsdt: SimMarket
}

/** USDT>X>BTC buys the coin with USDT and sells it for BTC; USDT>BTC>X goes the other way round. */
export function cycleGap({ coinUsdt, coinBtc, btcUsdt }: Triangle, first: 'coin' | 'btc'): Gap {
  const { venue } = coinUsdt
  const coin = coinUsdt.rules.base
  const path = first === 'coin' ? ['USDT', coin, 'BTC'] : ['USDT', 'BTC', coin]
  const legs: Leg[] =
    first === 'coin'
      ? [
          { market: coinUsdt, side: 'buy' },
          { market: coinBtc, side: 'sell' },
          { market: btcUsdt, side: 'sell' },
        ]
      : [
          { market: btcUsdt, side: 'buy' },
          { market: coinBtc, side: 'buy' },
          { market: coinUsdt, side: 'sell' },
        ]
  return { kind: 'cycle', route: routeName({ kind: 'cycle', venue, path }), venues: [venue], legs }
}

const ladderOf = ({ market, side }: Leg): Ladder => (side === 'buy' ? market.asks : market.bids)

/** What one unit put in becomes at level `k`, after the taker's fee. */
function rateOf(leg: Leg, kind: Gap['kind'], k: number): number {
  const { rules } = leg.market
  const price = (ladderOf(leg).ticks[k] as number) / 10 ** rules.priceDecimals
  if (leg.side === 'sell') return price * (1 - rules.takerFee)
  // A cross buys so much that the fee comes on top; a cycle loses it on the way.
  return kind === 'cross' ? 1 / (price * (1 + rules.takerFee)) : (1 - rules.takerFee) / price
}

const netAt = ({ kind, legs }: Gap, levels: readonly number[]): number =>
  legs.reduce((product, leg, i) => product * rateOf(leg, kind, levels[i] ?? 0), 1) - 1

/** Net profit at the best prices as a share: 0.012 is 1.2 %. */
export const netAtTop = (gap: Gap): number => netAt(gap, [])

function levelUsdt(leg: Leg, k: number): number {
  const { rules, base } = leg.market
  return ((ladderOf(leg).lots[k] as number) / 10 ** rules.amountDecimals) * base.priceUsdt
}

/** USDT that can go in before the next unit would no longer gain, walking all books together. */
export function capacityOf(gap: Gap): number {
  const { legs } = gap
  const levels = legs.map(() => 0)
  const left = legs.map((leg) => levelUsdt(leg, 0))
  let capacity = 0
  while (netAt(gap, levels) > 0) {
    const take = Math.min(...left)
    capacity += take
    for (const [i, leg] of legs.entries()) {
      const rest = (left[i] ?? 0) - take
      const level = (levels[i] ?? 0) + (rest > 0 ? 0 : 1)
      if (level >= ladderOf(leg).ticks.length) return capacity
      left[i] = rest > 0 ? rest : levelUsdt(leg, level)
      levels[i] = level
    }
  }
  return capacity
}
