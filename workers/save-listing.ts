// What a venue lists, saved and told to the shards when it differs from what is known.
import { isDeepStrictEqual } from 'node:util'
import type { VenueAsset } from '../src/market/asset.ts'
import type { MarketStore } from '../src/market/market-store.ts'
import type { Market, VenueId } from '../src/market/market.ts'
import type { Hub } from '../src/settings/hub.ts'
import { listingChannel } from './channels.ts'

const bySymbol = (a: Market, b: Market) => (a.symbol < b.symbol ? -1 : 1)
const byAsset = (a: VenueAsset, b: VenueAsset) => (a.asset < b.asset ? -1 : 1)

/** What shards look at: a withdrawal fee changes every hour on some venues and concerns no gap. */
const watchedOf = ({ networks, ...asset }: VenueAsset) => ({
  ...asset,
  networks: networks.map(({ network, deposit, withdraw, contract }) => ({
    network,
    deposit,
    withdraw,
    contract,
  })),
})

/** Shards begin anew with a new list, so the same list again must not disturb them. */
export async function saveListing(
  { markets, hub }: { readonly markets: MarketStore; readonly hub: Pick<Hub, 'publish'> },
  venue: VenueId,
  listed: readonly Market[],
  assets: readonly VenueAsset[],
): Promise<void> {
  const [knownMarkets, allAssets] = await Promise.all([markets.markets([venue]), markets.assets()])
  const knownAssets = allAssets.filter((asset) => asset.venue === venue)
  const known = knownAssets.toSorted(byAsset)
  const told = assets.toSorted(byAsset)
  const sameMarkets = isDeepStrictEqual(knownMarkets.toSorted(bySymbol), listed.toSorted(bySymbol))
  if (sameMarkets && isDeepStrictEqual(known, told)) return
  await markets.saveListing(venue, listed, assets)
  if (sameMarkets && isDeepStrictEqual(known.map(watchedOf), told.map(watchedOf))) return
  await hub.publish(listingChannel, venue)
}
