// How a transfer trade moves: the coin from where it is bought to where it is sold, and the money back. How
// much of each is sent follows from the legs; what that costs is agreed here. Pure.
import type { VenueId } from '../market/market.ts'
import type { LegPlan } from './opportunity.ts'

export type SendPlan = {
  readonly asset: string
  /** ccxt's code, such as ERC20. */
  readonly network: string
  readonly from: VenueId
  readonly to: VenueId
  /** The most that the sending venue may take for it, in the asset itself. */
  readonly fee: bigint
  /** The least that may arrive. */
  readonly min: bigint
  /** How long it should take. */
  readonly minutes: number
}

export type TransferPlan = {
  readonly out: SendPlan
  readonly back: SendPlan
  /** One standard deviation of the price over the minutes of `out`, a share of it; undefined: too little is known. */
  readonly riskShare: number | undefined
}

/** What is to arrive: everything the leg before brought, less what the network takes. */
export const arrivesBy = ({ fee }: SendPlan, { receives }: LegPlan): bigint => receives.amount - fee

/** A fee in the coin, at what the coin had cost us; rounded up. */
export const worthAtCost = (
  fee: bigint,
  { spends, receives }: Pick<LegPlan, 'spends' | 'receives'>,
) => (receives.amount === 0n ? 0n : (spends.amount * fee + receives.amount - 1n) / receives.amount)

/** What both networks take, in the asset that profit is counted in. */
export function networkFeesOf(
  [buy]: readonly LegPlan[],
  { out, back }: Pick<TransferPlan, 'out' | 'back'>,
): bigint {
  if (buy === undefined) throw new Error('a transfer trade begins with a buy')
  return worthAtCost(out.fee, buy) + back.fee
}
