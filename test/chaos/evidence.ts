// What to look at when an audit finds something: every execution that a finding names, as we have it and as
// the venues have it. Pure.
import { format } from '../../src/money.ts'
import type { Execution, Leg } from '../../src/trade/engine/execution.ts'
import type { OurBooks } from './our-books.ts'
import type { VenueBooks, VenueOrder } from './venue-books.ts'

const executionsMax = 10

const printsOf = (prints: readonly { readonly amount: bigint; readonly price: bigint }[]): string =>
  prints.length === 0
    ? 'nothing'
    : prints.map(({ amount, price }) => `${format(amount)} at ${format(price)}`).join(' + ')

function legLine(leg: Leg, order: VenueOrder | undefined): string {
  const { clientOrderId, market, side, amount, limit, state, reason, fills } = leg
  const here = `${state}${reason === undefined ? '' : ` (${reason})`}, ${printsOf(fills)}`
  const there = order === undefined ? 'no such order' : `${order.state}, ${printsOf(order.prints)}`
  return `  ${clientOrderId} ${market.venue} ${market.symbol} ${side} ${format(amount)} up to ${format(limit)}: here ${here}; at the venue ${there}`
}

function executionLines(execution: Execution, { alerts }: OurBooks, theirs: VenueBooks): string[] {
  const { id, route, state, reason, legs } = execution
  const orders = new Map(
    Object.values(theirs).flatMap((venue) =>
      venue.orders.map((order) => [order.clientId, order] as const),
    ),
  )
  return [
    `look at ${id}, ${route}: ${state}${reason === undefined ? '' : `, ${reason}`}`,
    ...legs.map((leg) => legLine(leg, orders.get(leg.clientOrderId))),
    ...alerts
      .filter((alert) => alert.execution === id)
      .map(({ kind, text }) => `  ${kind}: ${text}`),
  ]
}

/** A client id carries its execution's, so whatever names an order names the execution too. */
export function evidenceOf(
  findings: readonly string[],
  ours: OurBooks,
  theirs: VenueBooks,
): readonly string[] {
  const named = ours.executions.filter(({ id }) => findings.some((text) => text.includes(id)))
  return named
    .slice(0, executionsMax)
    .flatMap((execution) => executionLines(execution, ours, theirs))
}
