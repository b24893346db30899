// What open orders hold of their accounts' money.
import type { BaseAmount } from '../../money.ts'
import type { Account } from './account.ts'
import { holdOf } from './order-fee.ts'
import type { SpotOrder } from './spot-order.ts'
import type { VenueHabits } from './venue-habits.ts'

export type OrderHolds = {
  /** Returns the asset that is held. */
  hold(account: Account, order: SpotOrder): string
  /** Gives back what is held for `amount` of the order, or all that is left. */
  release(account: Account, order: SpotOrder, amount?: BaseAmount): void
}

export function createOrderHolds(habits: VenueHabits): OrderHolds {
  const heldFor = new Map<string, bigint>()
  return {
    hold({ holdings }, order) {
      const { asset, amount } = holdOf(habits, order, order.amount)
      holdings.hold(asset, amount)
      heldFor.set(order.id, amount)
      return asset
    },
    release({ holdings }, order, amount) {
      const held = heldFor.get(order.id) ?? 0n
      const due = holdOf(habits, order, amount ?? order.amount)
      // Rounding may ask for more than is left, and so does an order that is overfilled.
      const back = amount === undefined || due.amount > held ? held : due.amount
      holdings.release(due.asset, back)
      if (back === held) heldFor.delete(order.id)
      else heldFor.set(order.id, held - back)
    },
  }
}
