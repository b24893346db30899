// An execution as people are told of it: a trade with one fill an order, and what all of them add up to.
// Pure.
import { averagePrice, costOver, type AssetAmount } from '../../money.ts'
import type { Outcome } from '../outcome.ts'
import { sumByAsset } from '../profit.ts'
import type { LegFill, Trade } from '../trade.ts'
import { filledOf, isOver, type Execution, type Leg, type Role } from './execution.ts'
import { flowsOf } from './ledger.ts'
import { costsOfSends } from './sends.ts'

export type OrderFill = { readonly step: number; readonly role: Role; readonly fill: LegFill }

const movedBy = ({ market, side, fills }: Leg): readonly AssetAmount[] =>
  sumByAsset(fills.flatMap((fill) => flowsOf(market, side, fill)))

/** All prints of one order as one fill. A fee in a second asset is in none, but in what is left over. */
function fillOf(leg: Leg): LegFill {
  const { market, side, fills, role } = leg
  const moved = movedBy(leg)
  const change = (asset: string) => moved.find((one) => one.asset === asset)?.amount ?? 0n
  const size = (asset: string): AssetAmount => {
    const amount = change(asset)
    return { asset, amount: amount < 0n ? -amount : amount }
  }
  const [given, got] = side === 'buy' ? [market.quote, market.base] : [market.base, market.quote]
  const rounding = side === 'buy' ? 'up' : 'down'
  const filled = filledOf(leg)
  const notional = costOver(
    fills.map(({ price, amount }) => [price, amount]),
    rounding,
  )
  const [first] = fills
  const isOnePrice = fills.every(({ price }) => price === first?.price)
  // Of next to nothing no average can be told; of one price none need be reckoned, and rounded.
  const average =
    first !== undefined && isOnePrice ? first.price : averagePrice(notional, filled, rounding)
  const feeAsset = first?.fee.asset ?? market.quote
  const fees = fills.filter(({ fee }) => fee.asset === feeAsset)
  const sentAt = leg.sentAt ?? leg.createdAt
  // The venue's clock is not ours.
  const filledAt = Math.max(sentAt.getTime(), ...fills.map(({ at }) => at.getTime()))
  return {
    venue: market.venue,
    symbol: market.symbol,
    side,
    orderId: leg.clientOrderId,
    filled,
    average: average > 0n ? average : leg.limit,
    fee: { asset: feeAsset, amount: fees.reduce((sum, { fee }) => sum + fee.amount, 0n) },
    spent: size(given),
    received: size(got),
    sentAt,
    filledAt: new Date(filledAt),
    ...(role === 'primary' ? {} : { role }),
  }
}

/** One for each order that has prints. */
export const orderFillsOf = ({ legs }: Pick<Execution, 'legs'>): readonly OrderFill[] =>
  legs
    .filter(({ fills }) => fills.length > 0)
    .map((leg) => ({ step: leg.step, role: leg.role, fill: fillOf(leg) }))

/** Fees in third assets are among what is left over, and what transfers cost is taken off. */
export function outcomeOf(
  execution: Pick<Execution, 'legs' | 'asset' | 'sends' | 'transfer'>,
): Outcome {
  const { legs, asset } = execution
  const changes = sumByAsset([...legs.flatMap(movedBy), ...costsOfSends(execution)])
  return {
    realisedNet: changes.find((one) => one.asset === asset)?.amount ?? 0n,
    residual: changes.filter((one) => one.asset !== asset),
  }
}

/** Nothing is known to be open: it is only looked at once more. */
const isLooking = (state: Execution['state']): boolean =>
  state === 'settling' || state === 'resolving'

/** An order may have left. */
export const hasBegun = ({ legs }: Pick<Execution, 'legs'>): boolean =>
  legs.some(({ sentAt, fills }) => sentAt !== undefined || fills.length > 0)

/** `before` is how the trade stood: what was over once is never called under way again. */
export function standingOf(execution: Execution, before: Trade['state']): Trade['state'] {
  const { state, legs } = execution
  const hasFills = legs.some(({ fills }) => fills.length > 0)
  if (isOver(state)) return hasFills ? 'settled' : 'abandoned'
  if (state === 'exposed') return 'exposed'
  switch (before) {
    case 'approved':
      return hasBegun(execution) ? 'executing' : 'approved'
    case 'executing':
      return 'executing'
    case 'settled':
    case 'exposed':
      return isLooking(state) ? before : 'exposed'
    case 'abandoned':
      return isLooking(state) && !hasFills ? before : 'exposed'
  }
}
