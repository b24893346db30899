// What a trade has brought while nobody knows what became of one of its orders: from its least to its most.
import { cost, type BaseAmount } from '../money.ts'
import type { Trade } from '../trade/trade.ts'
import { signedText } from './amount-text.ts'
import { legOutcomes } from './leg-outcome.ts'

/** Positions of which only the least and the most are known. */
export const unsureOf = ({ exposure }: Trade) =>
  exposure === undefined || exposure.closedAt !== undefined
    ? []
    : exposure.open.filter(({ least, most }) => least !== most)

/** Undefined where more than one order is in doubt, or the one does not move what profit is counted in. */
function rangeOf(trade: Trade, realised: bigint): readonly [bigint, bigint] | undefined {
  const [range, ...others] = unsureOf(trade)
  if (range === undefined || others.length > 0) return undefined
  const unfilled = legOutcomes(trade).flatMap(({ plan, fill }) =>
    plan !== undefined && fill?.filled !== plan.amount && plan.base === range.asset ? [plan] : [],
  )
  const [leg, ...more] = unfilled
  if (leg === undefined || more.length > 0 || leg.quote !== trade.asset) return undefined
  const doubtful = (range.most - range.least) as BaseAmount
  // By the plan's own price, fees aside: the order could not do worse than its limit by much.
  return leg.side === 'sell'
    ? [realised, realised + cost(leg.average, doubtful, 'down')]
    : [realised - cost(leg.average, doubtful, 'up'), realised]
}

/** "Realised so far -100 USDT"; "Realised so far UNKNOWN: between -100 and +1.2 USDT". */
export function realisedText(trade: Trade, realised: bigint): string {
  const { asset } = trade
  const sure = `${signedText(realised)} ${asset}`
  if (unsureOf(trade).length === 0) return `Realised so far ${sure}`
  const range = rangeOf(trade, realised)
  if (range === undefined)
    return `Realised so far UNKNOWN: ${sure} without the orders that nobody can find`
  const [least, most] = range
  return `Realised so far UNKNOWN: between ${signedText(least)} and ${signedText(most)} ${asset}`
}
