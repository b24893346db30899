// Which money a trade sets aside before it sends anything. Pure.
import type { VenueId } from '../market/market.ts'
import type { LegPlan } from '../opportunity/opportunity.ts'
import { worstSpend } from './leg-budget.ts'

export type Reservation = {
  readonly venue: VenueId
  readonly asset: string
  /** What the legs spend if every order fills at its limit. */
  readonly amount: bigint
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
    const before = wanted.get(place(at))?.amount ?? 0n
    wanted.set(place(at), { ...at, amount: before + worstSpend(leg) })
  }
  return [...wanted.values()]
}
