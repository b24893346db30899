// Which levels a limit order takes, and how: one print a level, or more where the venue cuts them up.
import {
  floorToStep,
  portion,
  rate,
  smaller,
  subtract,
  type BaseAmount,
  type Price,
} from '../../money.ts'
import type { OrderWish, Side } from './spot-order.ts'
import type { ExactLevel } from './shown-levels.ts'

export type Take = readonly [at: Price, amount: BaseAmount]

type Limit = Pick<OrderWish, 'side' | 'price' | 'amount' | 'timeInForce'>

const isWithin = (side: Side, limit: Price, at: Price) =>
  side === 'buy' ? at <= limit : at >= limit

/** `levels` are those of the other side, best first. */
export function matchOrder(wish: Limit, levels: readonly ExactLevel[]): readonly Take[] {
  const takes: Take[] = []
  let left = wish.amount
  for (const [at, size] of levels) {
    if (left <= 0n || !isWithin(wish.side, wish.price, at)) break
    const amount = smaller(left, size)
    takes.push([at, amount])
    left = subtract(left, amount)
  }
  return wish.timeInForce === 'FOK' && left > 0n ? [] : takes
}

/** Each take as `count` prints of about the same size, where the step allows as many. */
export function cutTakes(takes: readonly Take[], count: number, step: BaseAmount): readonly Take[] {
  return takes.flatMap(([at, amount]): Take[] => {
    const part = floorToStep((amount / BigInt(count)) as BaseAmount, step)
    if (part === 0n) return [[at, amount]]
    const last = (amount - part * BigInt(count - 1)) as BaseAmount
    return Array.from({ length: count }, (_, i): Take => [at, i === count - 1 ? last : part])
  })
}

/** The price moved against whoever wants to take it, down to the market's own step. */
export function worsened(side: Side, at: Price, bps: number, step: Price): Price {
  const share = rate((bps / 10_000).toFixed(8))
  const shift = portion(at, share, 'up')
  return floorToStep((side === 'buy' ? at + shift : at - shift) as Price, step)
}
