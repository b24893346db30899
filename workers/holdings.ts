// Which assets our accounts hold enough of to trade with.
import { marketKey, type VenueId } from '../src/market/market.ts'
import { toNumber } from '../src/money.ts'
import type { Balance } from '../src/trade/trade-store.ts'

/** Holdings below this are dust and fund nothing. */
const worthMinUsdt = 10

export function holdingsOf(
  balances: readonly Balance[],
  values: ReadonlyMap<string, number>,
): (venue: VenueId, asset: string) => boolean {
  const held = new Set(
    balances
      .filter(({ asset, free }) => toNumber(free) * (values.get(asset) ?? 0) >= worthMinUsdt)
      .map(({ venue, asset }) => marketKey(venue, asset)),
  )
  return (venue, asset) => held.has(marketKey(venue, asset))
}
