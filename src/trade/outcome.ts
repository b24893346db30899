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

type Flow = Pick<LegFill, 'spent' | 'received'>

/** A fee in a coin of its own, such as BNB or KCS: one in an asset of the leg is in its flows already. */
export const feeCoinOf = ({ spent, received, fee }: Flow & Pick<LegFill, 'fee'>): AssetAmount[] =>
  fee.amount === 0n || fee.asset === spent.asset || fee.asset === received.asset ? [] : [fee]

/**
 * Sums cash flows: what arrived minus what left, per asset, coins spent on fees included. Legs that
 * failed simply add nothing.
 */
export const outcomeOf = (
  fills: readonly (Flow & Pick<LegFill, 'fee'>)[],
  asset: string,
): Outcome => sumOf(fills, fills.flatMap(feeCoinOf), asset)

/** The same without coins spent on fees: those are gone, so they are no position. */
export const positionOf = (fills: readonly Flow[], asset: string): Outcome =>
  sumOf(fills, [], asset)

function sumOf(flows: readonly Flow[], feeCoins: readonly AssetAmount[], asset: string): Outcome {
  const change = new Map<string, bigint>()
  const move = ({ asset: of, amount }: AssetAmount, sign: bigint) =>
    change.set(of, (change.get(of) ?? 0n) + sign * amount)
  for (const fee of feeCoins) move(fee, -1n)
  for (const { spent, received } of flows) {
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
  positionOf(
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
