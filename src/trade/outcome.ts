// What the fills of a trade add up to: realised profit and what is left over. Pure.
import type { AssetAmount } from '../money.ts'
import type { LegPlan } from '../opportunity/opportunity.ts'
import type { LegFill } from './trade.ts'

export type Outcome = {
  /** Change of `asset` over all legs, fees included. */
  readonly realisedNet: bigint
  /** Changes of every other asset that are not zero. */
  readonly residual: readonly AssetAmount[]
}

/** Sums cash flows: what arrived minus what left, per asset. Legs that failed simply add nothing. */
export function outcomeOf(
  fills: readonly Pick<LegFill, 'spent' | 'received'>[],
  asset: string,
): Outcome {
  const change = new Map<string, bigint>()
  const move = ({ asset: of, amount }: AssetAmount, sign: bigint) =>
    change.set(of, (change.get(of) ?? 0n) + sign * amount)
  for (const { spent, received } of fills) {
    move(spent, -1n)
    move(received, 1n)
  }
  const realisedNet = change.get(asset) ?? 0n
  change.delete(asset)
  return {
    realisedNet,
    residual: [...change]
      .filter(([, amount]) => amount !== 0n)
      .map(([of, amount]) => ({ asset: of, amount })),
  }
}

/** What the plan itself leaves over: lots never divide a fee evenly. */
export const plannedOutcome = (plan: readonly LegPlan[], asset: string): Outcome =>
  outcomeOf(
    plan.map(({ spends, receives }) => ({ spent: spends, received: receives })),
    asset,
  )

/** How much of `amount` lies outside what is between nothing and `planned`. */
function beyond(amount: bigint, planned: bigint): bigint {
  const [least, most] = planned < 0n ? [planned, 0n] : [0n, planned]
  return amount < least ? amount - least : amount > most ? amount - most : 0n
}

/**
 * True when more is left over than the plan and rounding explain: an open position. `worthUsdt` values
 * an amount, undefined when nobody knows what it is worth, and that counts as a position too; `dustUsdt`
 * is what rounding may leave.
 */
export function isExposed(
  { residual }: Outcome,
  planned: Outcome,
  worthUsdt: (amount: AssetAmount) => number | undefined,
  dustUsdt: number,
): boolean {
  const expected = new Map(planned.residual.map(({ asset, amount }) => [asset, amount]))
  return residual.some(({ asset, amount }) => {
    const over = beyond(amount, expected.get(asset) ?? 0n)
    if (over === 0n) return false
    const worth = worthUsdt({ asset, amount: over })
    return worth === undefined || Math.abs(worth) > dustUsdt
  })
}
