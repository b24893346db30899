// What trades brought, as one number. This is the desk's one meaning of profit: what changed in the asset
// a trade started from, plus whatever it left over, each valued at the last price it could be sold for.
import { estimate, toNumber, type AssetAmount } from '../money.ts'
import type { Trade } from './trade.ts'

export type Profit = {
  readonly usdt: number
  /** Left over and never priced by any venue: in no sum, so whoever shows the sum names them. */
  readonly unvalued: readonly AssetAmount[]
}

/** Everything an ended trade changed: its own asset first, then what it left over. */
export function changesOf(trade: Trade): readonly AssetAmount[] {
  switch (trade.state) {
    case 'approved':
    case 'executing':
    case 'abandoned':
      return []
    case 'settled':
    case 'exposed':
      return [{ asset: trade.asset, amount: trade.realisedNet }, ...trade.residual]
  }
}

/** One entry an asset, in the order they first came; what adds up to nothing is left out. */
export function sumByAsset(changes: readonly AssetAmount[]): readonly AssetAmount[] {
  const sums = new Map<string, bigint>()
  for (const { asset, amount } of changes) sums.set(asset, (sums.get(asset) ?? 0n) + amount)
  return Array.from(sums, ([asset, amount]) => ({ asset, amount })).filter(
    ({ amount }) => amount !== 0n,
  )
}

/** `values` are USDT worth per unit; USDT itself needs none. */
export function profitOf(
  changes: readonly AssetAmount[],
  values: ReadonlyMap<string, number>,
): Profit {
  const worth = sumByAsset(changes).map((change) => ({
    ...change,
    value: change.asset === 'USDT' ? 1 : values.get(change.asset),
  }))
  return {
    usdt: estimate(
      worth.reduce((sum, { amount, value }) => sum + toNumber(amount) * (value ?? 0), 0),
    ),
    unvalued: worth
      .filter(({ value }) => value === undefined)
      .map(({ asset, amount }) => ({ asset, amount })),
  }
}
