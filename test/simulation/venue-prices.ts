// Where a simulated venue's prices stand: still, until something makes them jump for a while.
import type { Market } from '../../src/market/market.ts'
import {
  add,
  ceilToStep,
  floorToStep,
  portion,
  rate,
  subtract,
  type Price,
  type Rate,
} from '../../src/money.ts'
import type { Side } from '../../src/opportunity/opportunity.ts'
import type { VenueWorld } from './simulated-venue.ts'

const spread = rate('0.0002')

/** The best price on a side of the book, now. */
export type Top = (market: Market, side: Side) => Price

export function createPrices(
  middles: ReadonlyMap<string, Price>,
  { time, random, faults }: Pick<VenueWorld, 'time' | 'random' | 'faults'>,
): Top {
  const jumps = new Map<string, { share: Rate; up: boolean; untilMs: number }>()

  const middleOf = (market: Market): Price => {
    const still = middles.get(market.symbol) as Price
    if (faults.fires('price jump'))
      jumps.set(market.symbol, {
        share: rate(`0.0${random.whole(1, 3)}`),
        up: random.chance(0.5),
        untilMs: time.elapsedMs() + random.whole(2_000, 20_000),
      })
    const jump = jumps.get(market.symbol)
    if (jump === undefined || jump.untilMs < time.elapsedMs()) return still
    const move = portion(still, jump.share, 'down')
    return jump.up ? add(still, move) : subtract(still, move)
  }

  return (market, side) => {
    const middle = middleOf(market)
    const half = portion(middle, spread, 'up')
    return side === 'buy'
      ? ceilToStep(add(middle, half), market.priceStep)
      : floorToStep(subtract(middle, half), market.priceStep)
  }
}
