// What an execution keeps set aside: what its legs may still spend, and what arrived and has to go on.
import { marketKey } from '../../market/market.ts'
import { passingAssets } from './balance.ts'
import type { Execution, Held } from './execution.ts'
import { flowsOf } from './ledger.ts'
import { movesOfSends, type Moves } from './sends.ts'

/** Never less than nothing: what was spent beyond it came out of free money. */
export function heldNow(execution: Execution): readonly Held[] {
  const { reserved, legs, transfer } = execution
  const passing = passingAssets(execution)
  const goesOn = ({ venue, asset }: Moves): boolean =>
    passing.includes(asset) || (transfer?.back.from === venue && transfer.back.asset === asset)
  const fills = legs.flatMap(({ market, side, fills: prints }) =>
    prints.flatMap((fill) =>
      flowsOf(market, side, fill).map((flow): Moves => ({ ...flow, venue: market.venue })),
    ),
  )
  const held = new Map(reserved.map((one) => [marketKey(one.venue, one.asset), one]))
  for (const move of [...fills, ...movesOfSends(execution)]) {
    const { venue, asset, amount } = move
    const key = marketKey(venue, asset)
    const before = held.get(key)
    // What comes back in the execution's own asset is free; what must go on is not.
    if (!goesOn(move) && (before === undefined || amount > 0n)) continue
    const sum = (before?.amount ?? 0n) + amount
    held.set(key, { venue, asset, amount: transfer === undefined && sum < 0n ? 0n : sum })
  }
  return [...held.values()].filter(({ amount }) => amount > 0n)
}
