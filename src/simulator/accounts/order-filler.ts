// How orders meet the venue's book: at once, and while they rest; and how they end.
import type { DeskLedger } from './desk-ledger.ts'
import type { DeskParts } from './desk-parts.ts'
import { createDeskTimers } from './desk-timers.ts'
import { createLevelTaker } from './level-taker.ts'
import { createOrderPrinter } from './order-printer.ts'
import { remainingOf, type OrderState, type SpotOrder } from './spot-order.ts'

export type OrderFiller = {
  /** Takes what the book has for a new order, then lets it rest or ends it. */
  fill(order: SpotOrder): SpotOrder
  end(order: SpotOrder, state: OrderState): SpotOrder
  close(): void
}

export function createOrderFiller(parts: DeskParts, ledger: DeskLedger): OrderFiller {
  const { venue, faults, memory } = parts
  const resting = new Map<string, () => void>()
  const timers = createDeskTimers()
  const takeFrom = createLevelTaker(parts)
  const print = createOrderPrinter(parts, ledger, timers)
  const present = (order: SpotOrder): SpotOrder =>
    memory.find(order.apiKey, { id: order.id }) ?? order

  /** A late fill comes after the end, as if the cancel and the match had crossed. */
  const end = (order: SpotOrder, state: OrderState): SpotOrder => {
    resting.get(order.id)?.()
    resting.delete(order.id)
    const ended = ledger.end(order, state)
    const left = remainingOf(ended)
    const late = left > 0n ? faults.take('late-fill') : undefined
    if (late !== undefined)
      timers.after(late.delayMs, () => {
        ledger.print(present(ended), [ended.price, left], false)
      })
    return ended
  }

  const rest = (order: SpotOrder): SpotOrder => {
    const stop = venue.subscribe(order.market.symbol, () => {
      let next = present(order)
      if (next.state !== 'open') return
      // Whoever rests is filled at the own price, not at that of who comes.
      for (const [, amount] of takeFrom(next)) next = ledger.print(next, [next.price, amount], true)
      if (next.state !== 'open') end(next, next.state)
    })
    resting.set(order.id, stop)
    return order
  }

  return {
    fill: (order) =>
      print(order, takeFrom(order), (printed) => {
        if (printed.state !== 'open') return end(printed, printed.state)
        return order.timeInForce === 'GTC' ? rest(printed) : end(printed, 'expired')
      }),
    end,
    close() {
      timers.close()
      for (const stop of resting.values()) stop()
    },
  }
}
