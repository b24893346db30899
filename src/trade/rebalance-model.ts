// A rebalance as a flow of worth: every coin on every venue is a node, every conversion and every transfer
// an arc. What a node holds in the end has a price: nothing in its band, a share of the worth outside of
// it, and no plan may leave a node further outside than it was. That price is convex, so the cheapest
// flow is the cheapest plan but for withdrawal fees, which are flat and belong to rebalance-search.ts.
import { toNumber } from '../money.ts'
import { outsideOf, type Band } from './inventory-band.ts'
import { settlement, type Conversion, type RebalanceInput } from './rebalance.ts'
import type { TransferLink } from './transfer-link.ts'

/** Outside by less than this is not worth a step, in USDT. */
export const dustUsdt = 5
/** How many coins that need nothing themselves may carry worth for others. */
const carriersMax = 3
/** How far inside its band the plan aims, as a share of it: fees and rounding must not lead out again. */
const insideShare = 0.05
/** Per unit, where a node must never end. */
const never = 1000
/** Draws what is moved anyway towards its target: less than any conversion, more than nothing. */
const centring = 2e-5
/** Between ways of one price the quick and direct one is taken: per unit and hour, in no plan's cost. */
const haste = 1e-6
const minutesAssumed = 120

/** What a node holds, in USDT worth, and the slopes of its price on either side of four corners. */
export type Node = {
  readonly venue: string
  readonly asset: string
  readonly held: number
  /** How far it is from its target, if it is outside its band. */
  readonly amiss: number
  /** Ascending; below the first and above the last is forbidden. */
  readonly corners: readonly number[]
  /** One more than corners. */
  readonly slopes: readonly number[]
}

/** A conversion or a transfer: what goes in at one node comes out at another, in worth. */
export type Way = {
  readonly from: number
  readonly to: number
  /** Share of the worth that is lost, or what makes it second choice. */
  readonly cost: number
  /** Paid once, in USDT, however much goes this way. */
  readonly fixed: number
  /** In USDT worth: less is not taken, and no cheapest plan sends more than `most`. */
  readonly min: number
  readonly most: number
  readonly by:
    | { readonly kind: 'convert'; readonly side: 'buy' | 'sell'; readonly conversion: Conversion }
    | { readonly kind: 'transfer'; readonly link: TransferLink }
}

type WayAlone = Omit<Way, 'most'>

export type Model = { readonly nodes: readonly Node[]; readonly ways: readonly Way[] }

type IndexOf = (venue: string, asset: string) => number | undefined

const keyOf = (venue: string, asset: string): string => `${venue} ${asset}`

const isOutside = (band: Band, value: number): boolean =>
  toNumber(outsideOf(band)) * value >= dustUsdt

/** What a venue holds of a coin nobody wants to have anywhere: it may pass through and not stay. */
const passing = (venue: string, asset: string): Node => ({
  venue,
  asset,
  held: 0,
  amiss: 0,
  corners: [0],
  slopes: [-never, never],
})

function nodeOf(band: Band, value: number, penalty: number): Node {
  const worth = (amount: bigint) => toNumber(amount) * value
  const held = worth(band.amount)
  const bound = worth(band.reserved)
  const margin = (worth(band.high) - worth(band.low)) * insideShare
  const isOut = isOutside(band, value)
  const low = Math.max(
    bound,
    isOut ? worth(band.low) + margin : Math.min(held, worth(band.low) + margin),
  )
  const high = Math.max(
    low,
    isOut ? worth(band.high) - margin : Math.max(held, worth(band.high) - margin),
  )
  const centre = Math.min(high, Math.max(low, isOut ? worth(band.target) : held))
  return {
    venue: band.venue,
    asset: band.asset,
    held,
    amiss: isOut ? Math.abs(held - centre) : 0,
    corners: [Math.max(bound, Math.min(held, low)), low, centre, high, Math.max(held, high)],
    slopes: [-never, -penalty, -centring, centring, penalty, never],
  }
}

/** What holding `amount` costs at that node, beyond holding what it should. */
export function priceAt({ corners, slopes }: Node, amount: number): number {
  const centre = slopes.findIndex((slope) => slope > 0) - 1
  let price = 0
  for (let k = centre; k < corners.length; k++) {
    const from = corners[k] as number
    const to = Math.min(amount, corners[k + 1] ?? amount)
    if (to > from) price += (to - from) * (slopes[k + 1] as number)
  }
  for (let k = centre; k >= 0; k--) {
    const from = corners[k] as number
    const to = Math.max(amount, corners[k - 1] ?? amount)
    if (to < from) price += (to - from) * (slopes[k] as number)
  }
  return price
}

/** Every way to change what it holds: by how much at most, and what a unit of it costs. */
export function changesAt(
  { corners, slopes }: Node,
  held: number,
): readonly {
  readonly direction: 'more' | 'less'
  readonly most: number
  readonly cost: number
}[] {
  return slopes.flatMap((slope, k) => {
    const from = corners[k - 1] ?? Number.NEGATIVE_INFINITY
    const to = corners[k] ?? Number.POSITIVE_INFINITY
    const above = Math.max(0, to - Math.max(from, held))
    const below = Math.max(0, Math.min(to, held) - from)
    return [
      ...(above > 0 && k < corners.length
        ? [{ direction: 'more' as const, most: above, cost: slope }]
        : []),
      ...(below > 0 && k > 0 ? [{ direction: 'less' as const, most: below, cost: -slope }] : []),
    ]
  })
}

const feeOf = ({ market }: Conversion): number => toNumber(market.takerFee.rate)

/** Against the middle of that venue's own prices: a rebalance is no bet on where a price goes. */
const lossOf = (conversion: Conversion, side: 'buy' | 'sell'): number => {
  const { bid, ask } = conversion
  const middle = (bid + ask) / 2
  const fee = feeOf(conversion)
  return side === 'sell' ? 1 - (bid * (1 - fee)) / middle : (ask * (1 + fee)) / middle - 1
}

/** Coins outside their bands, USDT, and the few whose withdrawals cost least. */
function assetsOf({ bands, valueUsdt, passages }: RebalanceInput): ReadonlySet<string> {
  const valueOf = (asset: string) => valueUsdt.get(asset)
  const needed = bands
    .filter((band) => isOutside(band, valueOf(band.asset) ?? 0))
    .map(({ asset }) => asset)
  const cheapest = passages
    .flatMap(({ links }) => links)
    .map(({ asset, fee }) => ({ asset, feeUsdt: toNumber(fee) * (valueOf(asset) ?? Number.NaN) }))
    .filter(({ feeUsdt }) => Number.isFinite(feeUsdt))
    .toSorted((a, b) => a.feeUsdt - b.feeUsdt)
    .map(({ asset }) => asset)
  return new Set([...needed, settlement, ...[...new Set(cheapest)].slice(0, carriersMax)])
}

const orderMin = ({ market, bid }: Conversion): number =>
  Math.max(toNumber(market.notionalMin), toNumber(market.amountMin) * bid)

function conversionWays({ conversions }: RebalanceInput, indexOf: IndexOf): WayAlone[] {
  return conversions.flatMap((conversion): WayAlone[] => {
    const { market, bid, ask } = conversion
    const coin = indexOf(market.venue, market.base)
    const cash = indexOf(market.venue, settlement)
    if (coin === undefined || cash === undefined || !market.active) return []
    if (market.quote !== settlement || !(bid > 0) || !(ask >= bid)) return []
    const min = orderMin(conversion)
    const way = (from: number, to: number, side: 'buy' | 'sell'): WayAlone => ({
      from,
      to,
      cost: lossOf(conversion, side),
      fixed: 0,
      min,
      by: { kind: 'convert', side, conversion },
    })
    return [way(coin, cash, 'sell'), way(cash, coin, 'buy')]
  })
}

function transferWays({ passages, valueUsdt }: RebalanceInput, indexOf: IndexOf): WayAlone[] {
  return passages
    .flatMap(({ links }) => links)
    .flatMap((link): WayAlone[] => {
      const from = indexOf(link.from, link.asset)
      const to = indexOf(link.to, link.asset)
      const value = valueUsdt.get(link.asset)
      if (from === undefined || to === undefined || value === undefined) return []
      const min = toNumber(link.min) * value
      const fixed = toNumber(link.fee) * value
      const cost = haste * (1 + (link.arrival?.minutes ?? minutesAssumed) / 60)
      return [{ from, to, cost, fixed, min, by: { kind: 'transfer', link } }]
    })
}

/**
 * Whatever a cheapest plan moves leaves a node that has too much, reaches one that lacks, or is there to
 * fill up the least amount of some way, which shifts as much at both of its ends.
 */
export function withMost(nodes: readonly Node[], ways: readonly WayAlone[]): readonly Way[] {
  const amiss = nodes.reduce((sum, node) => sum + node.amiss, 0)
  const least = ways.reduce((sum, { min }) => sum + min, 0)
  return ways.map((way) => ({ ...way, most: amiss + 2 * least + way.min }))
}

export function modelOf(input: RebalanceInput): Model {
  const { bands, valueUsdt, costPercentMax } = input
  const assets = [...assetsOf(input)].filter((asset) => valueUsdt.has(asset))
  const banded = bands
    .filter(({ asset }) => assets.includes(asset))
    .map((band) => nodeOf(band, valueUsdt.get(band.asset) ?? 0, costPercentMax / 100))
  const known = new Set(banded.map(({ venue, asset }) => keyOf(venue, asset)))
  const venues = [...new Set(bands.map(({ venue }) => venue))]
  const passed = venues.flatMap((venue) =>
    assets.filter((asset) => !known.has(keyOf(venue, asset))).map((asset) => passing(venue, asset)),
  )
  const nodes = [...banded, ...passed]
  const indices = new Map(nodes.map(({ venue, asset }, i) => [keyOf(venue, asset), i]))
  const indexOf: IndexOf = (venue, asset) => indices.get(keyOf(venue, asset))
  const all = nodes.reduce((sum, { held }) => sum + held, 0)
  const ways = [...conversionWays(input, indexOf), ...transferWays(input, indexOf)]
  // What asks for more than there is of everything is no way at all.
  return {
    nodes,
    ways: withMost(
      nodes,
      ways.filter(({ min }) => min <= all),
    ),
  }
}
