// The exact search for the most profitable size around a proposed one. Profit is a sawtooth in size,
// because every leg trades whole lots and what a lot leaves over is worth nothing: so sizes are tried that
// bring some leg to exactly so many lots. They are ranked in doubles; the best are followed exactly.
import {
  add,
  ceilToStep,
  decimalOf,
  floorToStep,
  parseDecimal,
  ratio,
  smaller,
  toNumber,
  type BaseAmount,
  type Rate,
} from '../money.ts'
import { createBest } from './best.ts'
import { amountForProceeds } from './depth.ts'
import {
  amountDelivering,
  belowMinimum,
  fillLeg,
  largestAmount,
  sentOn,
  type LegFill,
  type SizingLeg,
} from './leg-fill.ts'
import { roughFirstAmount, roughNet, type RoughLeg } from './size-estimate.ts'

export type Chain = { readonly fills: readonly LegFill[]; readonly net: bigint }

export type Search = {
  /** The largest net of those that bring the wanted share; of all where none does. */
  readonly best: Chain | undefined
  /** Why the last amount tried could not be ordered; only told when none could. */
  readonly shortfall: string
}

export type Wanted = {
  /** The proposed base amount of each leg. */
  readonly amounts: readonly number[]
  /** Caps what the first leg spends, whatever it fills at. */
  readonly notionalMax: bigint
  /** Sizes that bring this share come before larger ones that do not. */
  readonly netMin: number
}

/** Whole lots looked at on each leg. Above the proposed amount the last units lose, but a lot may fit better. */
const lotsBelow = 96
const lotsAbove = 32
/** How many of all those are followed exactly. */
const sizesTried = 12

/** An order of `amount` on leg `at`. */
type Target = { readonly at: number; readonly amount: BaseAmount }

const exact = (value: number): BaseAmount => parseDecimal(decimalOf(value)) as BaseAmount

function bestTargets(rough: readonly RoughLeg[], wanted: Wanted): readonly Target[] {
  const { amounts, netMin } = wanted
  const cap = Math.min(toNumber(wanted.notionalMax), (rough[0] as RoughLeg).spendable)
  const best = createBest<Target>(sizesTried)
  const bestThatPays = createBest<Target>(sizesTried)
  rough.forEach((leg, at) => {
    const proposed = amounts[at] as number
    const lots = leg.lot === 0 ? 1 : Math.floor(proposed / leg.lot + 1e-7)
    const most = leg.lot === 0 ? 1 : lots + lotsAbove
    for (let n = most; n >= Math.max(1, lots - lotsBelow); n--) {
      const amount = leg.lot === 0 ? proposed : n * leg.lot
      const { net, spent, reserved } = roughNet(rough, roughFirstAmount(rough, at, amount))
      if (!Number.isFinite(net) || reserved > cap * (1 + 1e-12)) continue
      const list = net >= spent * netMin ? bestThatPays : best
      if (list.admits(net)) list.add(net, { at, amount: exact(Number(amount.toPrecision(15))) })
    }
  })
  return bestThatPays.entries.length > 0 ? bestThatPays.entries : best.entries
}

/** The smallest orders that the markets take: a minimum above the proposed size may still pay. */
function leastTargets(legs: readonly SizingLeg[]): readonly Target[] {
  return legs.flatMap(({ market, levels }, at) => {
    const { amountStep, amountMin, notionalMin } = market
    const worthEnough = amountForProceeds(levels, notionalMin)
    if (worthEnough === undefined) return []
    const least = ceilToStep(worthEnough > amountMin ? worthEnough : amountMin, amountStep)
    return [
      { at, amount: least },
      { at, amount: add(least, amountStep) },
    ]
  })
}

/** The least order on the first leg that brings leg `at` to `amount`. */
function firstAmountFor(legs: readonly SizingLeg[], target: Target): BaseAmount | undefined {
  let amount: BaseAmount | undefined = floorToStep(
    target.amount,
    (legs[target.at] as SizingLeg).market.amountStep,
  )
  for (let k = target.at; k > 0 && amount !== undefined; k--) {
    const fill = fillLeg(legs[k] as SizingLeg, amount)
    const before = legs[k - 1] as SizingLeg
    amount = fill && amountDelivering(before, fill.reserves + (before.sendFee ?? 0n))
  }
  return amount
}

/** Each leg spends of what the one before delivered or sent, never more; a minimum that is missed is told in words. */
function runChain(legs: readonly SizingLeg[], firstAmount: BaseAmount): Chain | string {
  const fills: LegFill[] = []
  let carried = 0n
  for (const leg of legs) {
    const amount = fills.length === 0 ? firstAmount : largestAmount(leg, carried)
    const fill = fillLeg(leg, amount)
    const { venue, symbol } = leg.market
    if (fill === undefined) return `${venue} ${symbol} has no room for a single lot`
    const shortfall = belowMinimum(fill)
    if (shortfall !== undefined) return shortfall
    fills.push(fill)
    carried = sentOn(leg, fill.receives)
    if (carried <= 0n) return `sending on what ${venue} ${symbol} brings costs all of it`
  }
  return { fills, net: carried - (fills[0] as LegFill).spends }
}

/** Net over what the first leg spends. */
export const shareOf = ({ fills, net }: Chain): Rate => ratio(net, (fills[0] as LegFill).spends)

function isBetter(chain: Chain, than: Chain | undefined, netMin: Rate): boolean {
  if (than === undefined) return true
  const enough = shareOf(chain) >= netMin
  return enough === shareOf(than) >= netMin ? chain.net > than.net : enough
}

export function searchSize(
  legs: readonly SizingLeg[],
  rough: readonly RoughLeg[],
  wanted: Wanted,
): Search {
  const most = largestAmount(legs[0] as SizingLeg, wanted.notionalMax)
  const netMin = exact(wanted.netMin) as bigint as Rate
  const tried = new Set<bigint>()
  let best: Chain | undefined
  let shortfall = ''
  for (const target of [...bestTargets(rough, wanted), ...leastTargets(legs)]) {
    const first = firstAmountFor(legs, target)
    if (first === undefined) continue
    const amount = smaller(first, most)
    if (tried.has(amount)) continue
    tried.add(amount)
    const chain = runChain(legs, amount)
    if (typeof chain === 'string') shortfall = chain
    else if (isBetter(chain, best, netMin)) best = chain
  }
  return { best, shortfall }
}
