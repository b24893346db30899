// What the fills of a trade add up to: realised profit and what is left over. Pure.
import type { AssetAmount } from '../money.ts'
import type { LegFill } from './trade.ts'

export type Outcome = {
  /** Change of `asset` over all legs, fees included. */
  readonly realisedNet: bigint
  /** Changes of every other asset that are not zero. */
  readonly residual: readonly AssetAmount[]
}

/** Sums cash flows: what arrived minus what left, per asset. Legs that failed simply add nothing. */
export function outcomeOf(fills: readonly LegFill[], asset: string): Outcome {
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

/**
 * True when what is left over is more than rounding can explain: an open position. `worthUsdt` values
 * one residual; `dustUsdt` is what rounding may leave on a leg.
 */
export const isExposed = (
  { residual }: Outcome,
  worthUsdt: (amount: AssetAmount) => number,
  dustUsdt: number,
): boolean => residual.some((left) => Math.abs(worthUsdt(left)) > dustUsdt)
