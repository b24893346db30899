// How far the legs' limits may lie from what the books showed, so that a price which moves a little while
// the order travels still fills. Whatever fills stays within what the approval agreed to.
import { ratio, type Rate } from '../money.ts'

/**
 * The share each of `legs` limits may slip: what lies between the net found and the net agreed to, spread
 * over what slipping costs, and never more than `slipMax`. It costs each leg that share of what passes
 * through it, which is never more than what is put in and won; and the size makes room for it.
 */
export function slipShare(
  { net, floor, notional, legs }: { net: bigint; floor: bigint; notional: bigint; legs: number },
  slipMax: Rate,
): Rate {
  if (net <= floor || notional <= 0n) return 0n as Rate
  const share = ratio(net - floor, BigInt(legs) * (notional + net) + net)
  return share < slipMax ? share : slipMax
}
