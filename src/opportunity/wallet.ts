// Whether a cross route's coin can be moved. A closed wallet keeps a price apart: the gap looks best where
// nobody can close it, and whoever buys into it is locked in.
import type { Gate, VenueAsset } from '../market/asset.ts'
import type { Wallet } from './opportunity.ts'

const gatesOf = (asset: VenueAsset | undefined): readonly Gate[] =>
  asset === undefined ? ['unknown'] : [asset.deposit, asset.withdraw]

/**
 * `assets` are the base and the quote as both venues know them. One shut gate shuts the route, whichever
 * way it faces; one that nobody tells leaves it unknown.
 */
export function crossWallet(assets: readonly (VenueAsset | undefined)[]): Wallet {
  const gates = assets.flatMap(gatesOf)
  if (gates.includes('shut')) return 'shut'
  return gates.includes('unknown') ? 'unknown' : 'open'
}
