// What each venue will hold once the transfers under way have arrived, so that nothing is planned twice. Pure.
import type { Holding } from '../inventory-band.ts'
import { positionOf } from './transfer-money.ts'
import type { Transfer } from './transfer.ts'

/** What is still to come to the receiver, and what is still to leave the sender. */
function changeBy(
  { order, facts }: Transfer,
  { venue, asset }: Holding,
): Pick<Holding, 'amount' | 'reserved'> {
  const nothing = { amount: 0n, reserved: 0n }
  const { reserved, inTransit } = positionOf(order, facts)
  if (asset !== order.asset || (reserved === 0n && inTransit === 0n)) return nothing
  // What is to come cannot be planned with before it is there.
  if (venue === order.to) return { amount: order.amount, reserved: order.amount }
  return venue === order.from ? { amount: -reserved, reserved: -reserved } : nothing
}

export const afterTransfers = (
  holdings: readonly Holding[],
  transfers: readonly Transfer[],
): readonly Holding[] =>
  holdings.map((holding) =>
    transfers.reduce((sum, transfer) => {
      const { amount, reserved } = changeBy(transfer, holding)
      return { ...sum, amount: sum.amount + amount, reserved: sum.reserved + reserved }
    }, holding),
  )
