// Inventory as a price: what a change of a holding makes the next rebalance cost, in USDT. Nothing of
// this reaches sizing or detection yet; it is here to be wired in once plans are carried out.
import { toNumber } from '../money.ts'
import type { Band } from './inventory-band.ts'

/**
 * What holding so much is expected to cost: nothing at the target, and with every unit away from it the
 * next unit costs more, until at the end of its band and beyond each one costs what bringing it back does.
 */
function expectedCost({ low, target, high }: Band, amount: bigint, unitCostUsdt: number): number {
  const away = toNumber(amount - target)
  const width = toNumber(away < 0 ? target - low : high - target)
  const distance = Math.abs(away)
  const inside = Math.min(distance, width)
  const beyond = distance - inside
  return unitCostUsdt * ((width === 0 ? 0 : inside ** 2 / (2 * width)) + beyond)
}

/**
 * Above zero for a trade that takes a holding away from its target, below zero for one that brings it
 * nearer: the first has to earn more, the second may earn less. A way and its way back cost nothing
 * together, in however many pieces they are gone. `unitCostUsdt` is what bringing one unit back costs,
 * such as a withdrawal fee spread over half a band.
 */
export const skewCost = (band: Band, change: bigint, unitCostUsdt: number): number =>
  expectedCost(band, band.amount + change, unitCostUsdt) -
  expectedCost(band, band.amount, unitCostUsdt)
