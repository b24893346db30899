// Where the open position of an exposed trade lies: the fills know, what is left over alone does not.
import type { VenueId } from '../market/market.ts'
import type { AssetAmount } from '../money.ts'
import { feeCoinOf } from './outcome.ts'
import { sumByAsset } from './profit.ts'
import type { Trade } from './trade.ts'

/** Negative: sold and not bought back. */
export type OpenPosition = AssetAmount & { readonly venues: readonly VenueId[] }

const tradedAt = ({ fills }: Trade, asset: string, amount: bigint): readonly VenueId[] =>
  fills
    .filter(({ spent, received }) => (amount > 0n ? received : spent).asset === asset)
    .map(({ venue }) => venue)

/** What was sent is where it arrived. */
function liesAt({ fills, sends = [] }: Trade, asset: string): readonly VenueId[] {
  const sums = new Map<VenueId, bigint>()
  const move = (venue: VenueId, { asset: of, amount }: AssetAmount) =>
    of === asset && sums.set(venue, (sums.get(venue) ?? 0n) + amount)
  for (const { venue, spent, received } of fills) {
    move(venue, { ...spent, amount: -spent.amount })
    move(venue, received)
  }
  for (const { from, to, asset: sent, amount, fee, arrived, state } of sends) {
    if (state === 'rejected' || state === 'returned') continue
    move(from, { asset: sent, amount: -(amount + fee) })
    move(to, { asset: sent, amount: arrived ?? 0n })
  }
  return [...sums].filter(([, amount]) => amount !== 0n).map(([venue]) => venue)
}

/** None unless the trade ended exposed. The venues are those on which the asset moved that way. */
export function openPositionsOf(trade: Trade): readonly OpenPosition[] {
  if (trade.state !== 'exposed') return []
  // Coins that went for fees are missing from what is left over, and nobody has to buy them back.
  return sumByAsset([...trade.residual, ...trade.fills.flatMap(feeCoinOf)]).map(
    ({ asset, amount }) => {
      const venues =
        trade.sends === undefined ? tradedAt(trade, asset, amount) : liesAt(trade, asset)
      return { asset, amount, venues: [...new Set(venues)] }
    },
  )
}
