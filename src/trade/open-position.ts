// Where the open position of an exposed trade lies: the fills know, what is left over alone does not.
import type { VenueId } from '../market/market.ts'
import type { AssetAmount } from '../money.ts'
import { feeCoinOf } from './outcome.ts'
import { sumByAsset } from './profit.ts'
import type { Trade } from './trade.ts'

/** Negative: sold and not bought back. */
export type OpenPosition = AssetAmount & { readonly venues: readonly VenueId[] }

/** None unless the trade ended exposed. The venues are those on which the asset moved that way. */
export function openPositionsOf(trade: Trade): readonly OpenPosition[] {
  if (trade.state !== 'exposed') return []
  // Coins that went for fees are missing from what is left over, and nobody has to buy them back.
  return sumByAsset([...trade.residual, ...trade.fills.flatMap(feeCoinOf)]).map(
    ({ asset, amount }) => {
      const venues = trade.fills
        .filter(({ spent, received }) => (amount > 0n ? received : spent).asset === asset)
        .map(({ venue }) => venue)
      return { asset, amount, venues: [...new Set(venues)] }
    },
  )
}
