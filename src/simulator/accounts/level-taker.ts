// What the book still has for an order, and the memory of what orders took from it.
import type { DeskParts } from './desk-parts.ts'
import { priceStepOf } from './check-order.ts'
import { matchOrder, worsened, type Take } from './match-order.ts'
import {
  createTakenLevels,
  exactLevels,
  type ExactLevel,
  type TakenLevels,
} from './shown-levels.ts'
import { remainingOf, type SpotOrder } from './spot-order.ts'

/** Takes what the order still wants of the other side, as far as its limit goes. */
export type TakeFrom = (order: SpotOrder) => readonly Take[]

export function createLevelTaker({ venue, faults }: DeskParts): TakeFrom {
  const taken = new Map<string, TakenLevels>()
  const takenOf = ({ market, side }: SpotOrder): TakenLevels => {
    const key = `${market.symbol} ${side}`
    const known = taken.get(key) ?? createTakenLevels()
    taken.set(key, known)
    return known
  }
  return (order) => {
    const { market, side } = order
    const book = venue.book(market.symbol)
    const shown = exactLevels(market, (side === 'buy' ? book?.asks : book?.bids) ?? [])
    const left = takenOf(order).left(shown)
    const moved = faults.take('moved-price')
    const step = priceStepOf(market)
    const offered = moved
      ? left.map(([at, size]): ExactLevel => [worsened(side, at, moved.bps, step), size])
      : left
    const takes = matchOrder({ ...order, amount: remainingOf(order) }, offered)
    for (const [at, amount] of takes) takenOf(order).take(shown, at, amount)
    return takes
  }
}
