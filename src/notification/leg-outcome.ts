// What became of each leg of a trade: the plan beside its fills.
import { add, averagePrice, cost, type AssetAmount, type BaseAmount } from '../money.ts'
import type { LegPlan } from '../opportunity/opportunity.ts'
import type { LegFill, Trade } from '../trade/trade.ts'

export type LegOutcome = {
  /** Undefined for an order that no plan had, such as a way out of a position. */
  readonly plan: LegPlan | undefined
  /** Undefined when nothing of it was filled. Several fills of one leg are added up. */
  readonly fill: LegFill | undefined
}

const plus = (a: AssetAmount, b: AssetAmount): AssetAmount => ({
  asset: a.asset,
  amount: a.amount + b.amount,
})

function combined(first: LegFill, second: LegFill): LegFill {
  const filled = add(first.filled, second.filled)
  const quote = add(
    cost(first.average, first.filled, 'up'),
    cost(second.average, second.filled, 'up'),
  )
  return {
    ...first,
    filled,
    average: filled === 0n ? first.average : averagePrice(quote, filled, 'up'),
    fee: plus(first.fee, second.fee),
    spent: plus(first.spent, second.spent),
    received: plus(first.received, second.received),
    filledAt: first.filledAt > second.filledAt ? first.filledAt : second.filledAt,
  }
}

/** An order towards home is nobody's plan, though it may look like one. */
const belongs = (fill: LegFill, leg: LegPlan): boolean =>
  fill.role === undefined &&
  fill.venue === leg.venue &&
  fill.symbol === leg.symbol &&
  fill.side === leg.side

/** The planned legs in their order, then whatever was done beyond the plan. */
export function legOutcomes({ plan, fills }: Pick<Trade, 'plan' | 'fills'>): readonly LegOutcome[] {
  const planned = plan.map((leg): LegOutcome => {
    const own = fills.filter((fill) => belongs(fill, leg) && fill.filled > (0n as BaseAmount))
    const [first, ...rest] = own
    return { plan: leg, fill: first === undefined ? undefined : rest.reduce(combined, first) }
  })
  const beyond = fills
    .filter((fill) => !plan.some((leg) => belongs(fill, leg)))
    .map((fill): LegOutcome => ({ plan: undefined, fill }))
  return [...planned, ...beyond]
}
