// Prints of a new order: what it took, in the odd ways that were asked for.
import { floorToStep, portion, rate } from '../../money.ts'
import { amountStepOf, priceStepOf } from './check-order.ts'
import type { DeskLedger } from './desk-ledger.ts'
import type { DeskParts } from './desk-parts.ts'
import type { DeskTimers } from './desk-timers.ts'
import { cutTakes, worsened, type Take } from './match-order.ts'
import type { SpotOrder } from './spot-order.ts'

/** Prints the takes, now or one after the other, and then does what is to follow. */
export type PrintOrder = (
  order: SpotOrder,
  takes: readonly Take[],
  then: (order: SpotOrder) => SpotOrder,
) => SpotOrder

export function createOrderPrinter(
  { faults, memory }: DeskParts,
  ledger: DeskLedger,
  timers: DeskTimers,
): PrintOrder {
  const overfill = (order: SpotOrder): SpotOrder => {
    const last = order.prints.at(-1)
    const fault = last && faults.take('overfill')
    if (last === undefined || fault === undefined) return order
    const step = amountStepOf(order.market)
    const more = floorToStep(
      portion(order.amount, rate((fault.bps / 10_000).toFixed(8)), 'up'),
      step,
    )
    return ledger.print(order, [last.price, more > step ? more : step], false)
  }

  const one = (
    order: SpotOrder,
    [take, ...rest]: readonly Take[],
    everyMs: number,
    then: (order: SpotOrder) => SpotOrder,
  ): SpotOrder => {
    if (take === undefined) return then(overfill(order))
    const printed = ledger.print(order, take, false)
    if (everyMs === 0 || rest.length === 0) return one(printed, rest, everyMs, then)
    timers.after(everyMs, () => {
      // Somebody may have cancelled it meanwhile; what was matched is printed all the same.
      const present = memory.find(order.apiKey, { id: order.id }) ?? printed
      one(present, rest, everyMs, then)
    })
    return printed
  }

  return (order, takes, then) => {
    const { market, side } = order
    const worse = takes.length > 0 ? faults.take('worse-price') : undefined
    const split = takes.length > 0 ? faults.take('split') : undefined
    const step = priceStepOf(market)
    const priced = takes.map(([at, amount]): Take => [
      worse === undefined ? at : worsened(side, at, worse.bps, step),
      amount,
    ])
    const cut = cutTakes(priced, split?.prints ?? 1, amountStepOf(market))
    return one(order, cut, split?.everyMs ?? 0, then)
  }
}
