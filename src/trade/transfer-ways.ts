// By which network one coin is sent for a transfer trade. Pure.
import type { VenueAsset } from '../market/asset.ts'
import type { VenueId } from '../market/market.ts'
import type { SendPlan } from '../opportunity/transfer-plan.ts'
import { passageOf } from './transfer-link.ts'

/** The coin as each venue tells it; undefined where it tells nothing. */
export type AssetAt = (venue: VenueId, asset: string) => VenueAsset | undefined

/** Open at both ends as far as both say, its time known; the cheapest of those, then the fastest. */
export function wayFor(
  asset: string,
  from: VenueId,
  to: VenueId,
  assetAt: AssetAt,
): SendPlan | undefined {
  const known = { sending: assetAt(from, asset), receiving: assetAt(to, asset) }
  const ways = passageOf(asset, from, to, known, true).links.flatMap(
    ({ status, network, fee, min, arrival }): SendPlan[] =>
      status === 'open' && arrival !== undefined
        ? [{ asset, network, from, to, fee, min, minutes: arrival.minutes }]
        : [],
  )
  return ways.toSorted((a, b) =>
    a.fee < b.fee ? -1 : a.fee > b.fee ? 1 : a.minutes - b.minutes,
  )[0]
}
