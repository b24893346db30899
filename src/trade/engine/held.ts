// What an execution keeps set aside: what its legs may still spend, and what arrived and has to go on.
import { marketKey } from '../../market/market.ts'
import { passingAssets } from './balance.ts'
import type { Execution, Held } from './execution.ts'
import { flowsOf } from './ledger.ts'

/** Never less than nothing: what was spent beyond it came out of free money. */
export function heldNow(execution: Execution): readonly Held[] {
  const { reserved, legs } = execution
  const passing = passingAssets(execution)
  const held = new Map(reserved.map((one) => [marketKey(one.venue, one.asset), one]))
  for (const { market, side, fills } of legs)
    for (const fill of fills)
      for (const { asset, amount } of flowsOf(market, side, fill)) {
        const key = marketKey(market.venue, asset)
        const before = held.get(key)
        // What comes back in the execution's own asset is free; what must go on is not.
        if (before === undefined && !passing.includes(asset)) continue
        if (amount > 0n && !passing.includes(asset)) continue
        const sum = (before?.amount ?? 0n) + amount
        held.set(key, { venue: market.venue, asset, amount: sum > 0n ? sum : 0n })
      }
  return [...held.values()].filter(({ amount }) => amount > 0n)
}
