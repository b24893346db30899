// What the fills of an execution have left open: the net change of every asset, what of it is too small to
// trade, and the orders that would bring it home. All of it counts net of fees.
import {
  bought,
  ceilToStep,
  cost,
  floorToStep,
  portion,
  rate,
  ratio,
  subtract,
  type BaseAmount,
  type Price,
  type QuoteAmount,
  type Rate,
} from '../../money.ts'
import type { Market, VenueId } from '../../market/market.ts'
import type { LegPlan, Side } from '../../opportunity/opportunity.ts'
import type { Ask } from './effect.ts'
import { isActive, type Execution, type Leg } from './execution.ts'
import { flowsOf, type Flow } from './ledger.ts'
import { costsOfSends, madeAt } from './sends.ts'

const one = rate('1')

/** Sums over all legs, by asset; fees in third assets and what transfers cost are among them. */
export function changesOf(
  execution: Pick<Execution, 'legs' | 'sends' | 'transfer'>,
): ReadonlyMap<string, bigint> {
  const changes = new Map<string, bigint>()
  const move = ({ asset, amount }: Flow) => changes.set(asset, (changes.get(asset) ?? 0n) + amount)
  for (const { market, side, fills } of execution.legs)
    for (const fill of fills) flowsOf(market, side, fill).forEach(move)
  costsOfSends(execution).forEach(move)
  return changes
}

/** The assets that must come out even: a fee in any other is a coin spent. */
export const passingAssets = ({ plan, asset }: Pick<Execution, 'plan' | 'asset'>): string[] => [
  ...new Set(plan.flatMap(({ base, quote }) => [base, quote]).filter((name) => name !== asset)),
]

const smallerOf = (a: bigint, b: bigint): bigint => (a < b ? a : b)
const opposite = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy')

const sizeOf = (amount: bigint): bigint => (amount < 0n ? -amount : amount)

/** What of an open amount an order on that venue can close: a coin that was sent is nowhere else. */
function withinReach(execution: Execution, venue: VenueId, asset: string, change: bigint): bigint {
  if (execution.transfer === undefined) return sizeOf(change)
  const there = madeAt(execution, venue, asset)
  return there < 0n === change < 0n ? smallerOf(sizeOf(there), sizeOf(change)) : 0n
}

/** Every order that moves `asset` the right way: on in the plan's direction, or back. */
export function asksFor(execution: Execution, asset: string, change: bigint): Ask[] {
  return execution.plan.flatMap(({ venue, side, spends, receives }, step): Ask[] => {
    const amount = withinReach(execution, venue, asset, change)
    if (amount === 0n && execution.transfer !== undefined) return []
    const [onward, back] = change > 0n ? [spends, receives] : [receives, spends]
    if (onward.asset === asset) return [{ role: 'hedge', step, side, asset, amount }]
    if (back.asset === asset) return [{ role: 'unwind', step, side: opposite(side), asset, amount }]
    return []
  })
}

/** The worst price at which an order of this side may still leave for that leg of the plan. */
export function boundOf({ average }: LegPlan, side: Side, slipMax: Rate, market: Market): Price {
  const slip = portion(average, slipMax, 'down')
  return side === 'buy'
    ? floorToStep((average + slip) as Price, market.priceStep)
    : ceilToStep(subtract(average, slip), market.priceStep)
}

const isSpent = ({ side, asset }: Ask, { base }: Market): boolean =>
  side === 'sell' ? asset === base : asset !== base

/** As many whole steps as get rid of, or get, what is asked for, should all fill at `limit`. */
export function amountFor(ask: Ask, market: Market, limit: Price): BaseAmount {
  const { amount, side } = ask
  const share = market.takerFee.rate
  const kept = subtract(one, share)
  const inBase = ask.asset === market.base
  const onTop = side === 'buy' && market.takerFee.paidIn === 'quote'
  const grossed = (value: bigint): bigint => (value * one) / kept
  if (isSpent(ask, market)) {
    if (inBase) return floorToStep(amount as BaseAmount, market.amountStep)
    const beforeFee = onTop ? (amount * one) / (one + share) : amount
    return floorToStep(bought(limit, beforeFee as QuoteAmount), market.amountStep)
  }
  if (inBase)
    return floorToStep((onTop ? amount : grossed(amount)) as BaseAmount, market.amountStep)
  return floorToStep(bought(limit, grossed(amount) as QuoteAmount), market.amountStep)
}

export const isTradable = (market: Market, amount: BaseAmount, limit: Price): boolean =>
  amount > 0n && amount >= market.amountMin && cost(limit, amount, 'down') >= market.notionalMin

export const marketOf = ({ legs }: Pick<Execution, 'legs'>, step: number): Market | undefined =>
  legs.find((leg) => leg.step === step)?.market

/** Orders that are large enough to be taken at all. */
function possibleAsks(execution: Execution, asset: string, change: bigint): Ask[] {
  return asksFor(execution, asset, change).filter((ask) => {
    const market = marketOf(execution, ask.step)
    const leg = execution.plan[ask.step]
    if (market === undefined || leg === undefined) return false
    const limit = boundOf(leg, ask.side, execution.terms.slipMax, market)
    return isTradable(market, amountFor(ask, market, limit), limit)
  })
}

/** By the plan's own prices: so much of an asset on its way is worth as much as the plan puts in for it. */
function isDust({ plan, terms }: Execution, asset: string, change: bigint): boolean {
  const legs = plan.flatMap(({ spends, receives }) => [spends, receives])
  const passing = legs.find((flow) => flow.asset === asset)?.amount ?? 0n
  const putIn = plan[0]?.spends.amount ?? 0n
  const size = change < 0n ? -change : change
  return passing > 0n && size * putIn <= terms.dustMax * passing
}

export type Imbalance = {
  readonly asset: string
  readonly change: bigint
  readonly asks: readonly Ask[]
}

/** The first open asset that some order could still bring home; undefined: what is left is dust. */
export function imbalanceOf(execution: Execution): Imbalance | undefined {
  const changes = changesOf(execution)
  for (const asset of passingAssets(execution)) {
    const change = changes.get(asset) ?? 0n
    const isNothing = change === 0n || isDust(execution, asset, change)
    const asks = isNothing ? [] : possibleAsks(execution, asset, change)
    if (asks.length > 0) return { asset, change, asks }
  }
  return undefined
}

/** Whether all of an order home is still needed: it never turns round what it was to close. */
export function isStillOpen(execution: Execution, leg: Leg): boolean {
  const { role, step, side, market, amount, limit } = leg
  const ask = imbalanceOf(execution)?.asks.find(
    (each) => each.role === role && each.step === step && each.side === side,
  )
  return ask !== undefined && amount <= amountFor(ask, market, limit)
}

export type OpenRange = { readonly asset: string; readonly least: bigint; readonly most: bigint }

/** What may be open of each passing asset, should orders whose end nobody knows be filled or not; fees aside. */
export function openRanges(execution: Execution): readonly OpenRange[] {
  const changes = changesOf(execution)
  return passingAssets(execution).flatMap((asset): OpenRange[] => {
    let [least, most] = [changes.get(asset) ?? 0n, changes.get(asset) ?? 0n]
    for (const { state, market, side, amount, limit, fills } of execution.legs) {
      if (state !== 'escalated' && !isActive(state)) continue
      const left = amount - fills.reduce((sum, fill) => sum + fill.amount, 0n)
      const whole = market.base === asset ? left : cost(limit, left as BaseAmount, 'up')
      if (left <= 0n || (market.base !== asset && market.quote !== asset)) continue
      const arrives = (side === 'buy') === (market.base === asset)
      if (arrives) most += whole
      else least -= whole
    }
    return least === 0n && most === 0n ? [] : [{ asset, least, most }]
  })
}

/** What an order at `average` keeps of the plan's worth, going on or going back: more is better. */
export function worthOf(
  { plan, expectedNet }: Pick<Execution, 'plan' | 'expectedNet'>,
  { role, step, side }: Pick<Ask, 'role' | 'step' | 'side'>,
  average: Price,
): Rate {
  const leg = plan[step] as LegPlan
  const kept = side === 'sell' ? ratio(average, leg.average) : ratio(leg.average, average)
  const putIn = plan[0]?.spends.amount ?? 0n
  if (role === 'unwind' || putIn === 0n) return subtract(kept, leg.feeRate)
  return (kept + ratio(expectedNet, putIn)) as Rate
}

/** Fills beyond what the order asked for. */
export const isOverfilled = ({ fills, amount }: Leg): boolean =>
  fills.reduce((sum, fill) => sum + fill.amount, 0n) > amount
