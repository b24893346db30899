// What the fills of a trade add up to: realised profit and what is left over. Pure.
import type { AssetAmount } from '../money.ts'
import type { LegFill } from './trade.ts'

export type Outcome = {
  /** Change of `asset` over all legs, fees included. */
  readonly realisedNet: bigint
  /** Changes of every other asset that are not zero. */
  readonly residual: readonly AssetAmount[]
}

/** A fee in a coin of its own, such as BNB or KCS: one in an asset of the leg is in its flows already. */
export const feeCoinOf = ({
  spent,
  received,
  fee,
}: Pick<LegFill, 'spent' | 'received' | 'fee'>): AssetAmount[] =>
  fee.amount === 0n || fee.asset === spent.asset || fee.asset === received.asset ? [] : [fee]
