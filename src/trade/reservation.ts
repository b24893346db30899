// Which money a trade sets aside before it sends anything, and where the money of each fill goes. Pure.
import type { VenueId } from '../market/market.ts'
import type { LegPlan } from '../opportunity/opportunity.ts'
import { worstSpend } from './leg-budget.ts'
import type { LegFill } from './trade.ts'

export type Reservation = {
  readonly venue: VenueId
  readonly asset: string
  /** Without this much free the trade may not begin. */
  readonly needed: bigint
  /** What the legs spend if every order fills at its limit; set aside as far as it is there. */
  readonly worst: bigint
}

/** A change of one balance; `reserved` changes what this trade holds by the same amount. */
export type Move = {
  readonly venue: VenueId
  readonly asset: string
  readonly free: bigint
  readonly reserved: bigint
}

const place = ({ venue, asset }: { venue: VenueId; asset: string }): string => `${venue} ${asset}`

/** True when an earlier leg delivers on the same venue what this one spends. */
const isFed = (plan: readonly LegPlan[], leg: LegPlan, index: number): boolean =>
  plan
    .slice(0, index)
    .some(({ venue, receives }) => venue === leg.venue && receives.asset === leg.spends.asset)

/**
 * What has to be set aside, one entry a balance. A later leg of a cycle reserves nothing: it spends
 * what the leg before it delivers.
 */
export function reservationsOf(plan: readonly LegPlan[]): readonly Reservation[] {
  const wanted = new Map<string, Reservation>()
  for (const [index, leg] of plan.entries()) {
    if (isFed(plan, leg, index)) continue
    const at = { venue: leg.venue, asset: leg.spends.asset }
    const before = wanted.get(place(at))
    wanted.set(place(at), {
      ...at,
      needed: (before?.needed ?? 0n) + leg.spends.amount,
      worst: (before?.worst ?? 0n) + worstSpend(leg),
    })
  }
  return [...wanted.values()]
}

/**
 * The moves of one fill. What it spent comes out of what the trade holds (`held`), and out of free
 * money only beyond that; what it received is held on when a later leg of the plan spends it, and
 * free otherwise. A fee in a third asset is paid from free money.
 */
export function movesOf(
  fill: LegFill,
  laterLegs: readonly LegPlan[],
  held: (venue: VenueId, asset: string) => bigint,
): readonly Move[] {
  const { venue, spent, received, fee } = fill
  const moves = new Map<string, { free: bigint; reserved: bigint }>()
  const move = (asset: string, free: bigint, reserved: bigint) => {
    const sum = moves.get(asset) ?? { free: 0n, reserved: 0n }
    moves.set(asset, { free: sum.free + free, reserved: sum.reserved + reserved })
  }
  const holding = held(venue, spent.asset)
  const fromHeld = spent.amount < holding ? spent.amount : holding
  move(spent.asset, fromHeld - spent.amount, -fromHeld)
  const isSpentLater = laterLegs.some(
    (leg) => leg.venue === venue && leg.spends.asset === received.asset,
  )
  if (isSpentLater) move(received.asset, 0n, received.amount)
  else move(received.asset, received.amount, 0n)
  if (fee.asset !== spent.asset && fee.asset !== received.asset) move(fee.asset, -fee.amount, 0n)
  return [...moves].map(([asset, change]) => ({ venue, asset, ...change }))
}
