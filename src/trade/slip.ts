// How far a leg's limit may be moved from what the books showed, so that a price which moves a little
// while the order travels still fills. Whatever fills stays within what the approval agreed to.
import type { Market } from '../market/market.ts'
import {
  add,
  ceilToStep,
  floorToStep,
  portion,
  ratio,
  subtract,
  type Price,
  type Rate,
} from '../money.ts'
import type { LegPlan } from '../opportunity/opportunity.ts'

/**
 * The share each of `legs` limits may slip: what lies between the net found and the net agreed to,
 * spread over the legs, and never more than `slipMax`.
 */
export function slipShare(
  { net, floor, notional, legs }: { net: bigint; floor: bigint; notional: bigint; legs: number },
  slipMax: Rate,
): Rate {
  if (net <= floor || notional <= 0n) return 0n as Rate
  const share = (ratio(net - floor, notional) / BigInt(legs)) as Rate
  return share < slipMax ? share : slipMax
}

/** A buy may pay up to `share` more, a sell take up to `share` less, on the tick inside that. */
export function withSlip(
  plan: readonly LegPlan[],
  markets: readonly Market[],
  share: Rate,
): LegPlan[] {
  return plan.map((leg, k) => {
    const step = markets[k]?.priceStep ?? (0n as Price)
    const slip = portion(leg.limit, share, 'down')
    const limit =
      leg.side === 'buy'
        ? floorToStep(add(leg.limit, slip), step)
        : ceilToStep(subtract(leg.limit, slip), step)
    return { ...leg, limit }
  })
}
