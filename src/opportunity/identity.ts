// Whether one ticker is one coin on two venues. Contracts prove it, a person's review vouches for it,
// agreeing prices make it likely, and any contradiction ends the matter.
import type { VenueAsset } from '../market/asset.ts'
import type { Identity } from './opportunity.ts'
import { reviewedAssets } from './reviewed-assets.ts'

const order: readonly Identity[] = [
  'same-market',
  'contract',
  'reviewed',
  'price',
  'unverified',
  'conflict',
]
const worse = (a: Identity, b: Identity): Identity => (order.indexOf(a) > order.indexOf(b) ? a : b)

/** Whether `identity` is as good as `wanted` or better. */
export const isSureEnough = (identity: Identity, wanted: Identity): boolean =>
  order.indexOf(identity) <= order.indexOf(wanted)

/** Two prices of one coin never stand further apart than this; a ratio, either way round. */
const samePriceRatioMax = 1.5

/**
 * What the venues' own words say of `asset`: contracts first, then the reviewed list, then names.
 * "unverified" where they tell nothing.
 */
export function assetIdentity(
  asset: string,
  one: VenueAsset | undefined,
  other: VenueAsset | undefined,
): Identity {
  const contracts = compareContracts(one, other)
  if (contracts === 'agree') return 'contract'
  if (contracts === 'conflict') return 'conflict'
  if (reviewedAssets.has(asset)) return 'reviewed'
  return namesDiffer(asset, one?.name, other?.name) ? 'conflict' : 'unverified'
}

/** One agreeing network settles it: bridged copies elsewhere have contracts of their own. */
function compareContracts(
  one: VenueAsset | undefined,
  other: VenueAsset | undefined,
): 'agree' | 'conflict' | 'silent' {
  let verdict: 'conflict' | 'silent' = 'silent'
  for (const { network, contract } of one?.networks ?? []) {
    if (contract === undefined) continue
    for (const theirs of other?.networks ?? []) {
      if (theirs.network !== network || theirs.contract === undefined) continue
      if (sameContract(theirs.contract.toLowerCase(), contract.toLowerCase())) return 'agree'
      verdict = 'conflict'
    }
  }
  return verdict
}

/** Some venues tell the last characters of a contract only. */
const tellingLength = 6
const sameContract = (a: string, b: string): boolean =>
  a === b || (Math.min(a.length, b.length) >= tellingLength && (a.endsWith(b) || b.endsWith(a)))

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/\b(token|coin|network|protocol|finance)\b/g, '')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')

/** A name that merely repeats the ticker says nothing; one that contains the other agrees with it. */
function namesDiffer(asset: string, one: string | undefined, other: string | undefined): boolean {
  const ticker = plain(asset)
  const [a, b] = [plain(one ?? ''), plain(other ?? '')]
  if ([a, b].some((name) => name === '' || name === ticker)) return false
  return !a.includes(b) && !b.includes(a)
}

/** What two prices of one symbol say by themselves. */
export function priceIdentity(
  one: number,
  other: number,
  suspiciousPercent: number,
): 'price' | 'unverified' | 'conflict' {
  const ratio = Math.max(one, other) / Math.min(one, other)
  if (!(ratio <= samePriceRatioMax)) return 'conflict'
  return (ratio - 1) * 100 <= suspiciousPercent ? 'price' : 'unverified'
}

/**
 * The verdict on a cross route: base and quote must both be one asset. Prices that are far apart overrule
 * even a contract; prices that agree lift "unverified", since a wrong coin on either side would show.
 */
export function crossIdentity(
  base: Identity,
  quote: Identity,
  prices: 'price' | 'unverified' | 'conflict',
): Identity {
  const told = worse(base, quote)
  if (told === 'conflict' || prices === 'conflict') return 'conflict'
  return told === 'unverified' ? prices : told
}
