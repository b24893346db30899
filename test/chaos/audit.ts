// Our books against the venues' own, to the last digit: every order, every print, every sum, and what was
// left open. Pure; worked out from scratch, not with the engine's own sums.
import { prefixOf } from '../../src/trade/engine/client-order-id.ts'
import { isOver, type Execution, type Leg } from '../../src/trade/engine/execution.ts'
import { checkLedger, checkMoney, movesOf, sumsOf } from './audit-money.ts'
import type { OurBooks } from './our-books.ts'
import type { VenueBooks, VenueOrder, VenuePrint } from './venue-books.ts'

/** How much was held against what the venues say. */
export type Compared = {
  readonly executions: number
  /** Of them, those of which at least one order filled. */
  readonly traded: number
  readonly venues: number
  readonly orders: number
  readonly prints: number
  /** One for each asset on each account. */
  readonly balances: number
  readonly entries: number
}

export type Findings = {
  readonly compared: Compared
  readonly breaches: readonly string[]
  readonly doubleSubmits: readonly string[]
  readonly orphans: readonly string[]
  readonly unreportedExposure: readonly string[]
}

type Ours = { readonly execution: Execution; readonly leg: Leg }

const one = 10n ** 18n
const size = (value: bigint): bigint => (value < 0n ? -value : value)
const legsOf = ({ executions }: OurBooks): ReadonlyMap<string, Ours> =>
  new Map(
    executions.flatMap((execution) =>
      execution.legs.map((leg) => [leg.clientOrderId, { execution, leg }] as const),
    ),
  )

const samePrint = (leg: Leg, { id, price, amount, fee, feeAsset }: VenuePrint): boolean =>
  leg.fills.some(
    (fill) =>
      fill.tradeId === id &&
      fill.price === price &&
      fill.amount === amount &&
      fill.fee.asset === feeAsset &&
      fill.fee.amount === fee,
  )

const deniedStates: ReadonlySet<string> = new Set(['intent', 'void', 'rejected', 'never-accepted'])

/** One order of ours at a venue against the leg it belongs to. */
function orderFaults(name: string, order: VenueOrder, { leg }: Ours): string[] {
  const faults: string[] = []
  if (deniedStates.has(leg.state)) faults.push(`${name} is at the venue and ${leg.state} here`)
  const isSame =
    leg.amount === order.amount &&
    leg.limit === order.price &&
    leg.side === order.side &&
    leg.market.symbol === order.symbol
  if (!isSame) faults.push(`${name} was sent otherwise than written down`)
  for (const print of order.prints)
    if (!samePrint(leg, print)) faults.push(`${name}: print ${print.id} is not booked as it was`)
  for (const { tradeId } of leg.fills)
    if (!order.prints.some(({ id }) => id === tradeId))
      faults.push(`${name}: print ${tradeId} is booked and the venue has none`)
  return faults
}

function checkOrders(ours: OurBooks, theirs: VenueBooks) {
  const legs = legsOf(ours)
  const prefix = prefixOf('paper')
  const known = new Set<string>()
  const [breaches, orphans, doubleSubmits]: [string[], string[], string[]] = [[], [], []]
  for (const [venue, { orders, arrivals }] of Object.entries(theirs)) {
    for (const order of orders) {
      if (!order.clientId.startsWith(prefix)) continue
      const name = `${venue} ${order.clientId}`
      known.add(order.clientId)
      const found = legs.get(order.clientId)
      if (found === undefined || found.leg.market.venue !== venue) orphans.push(name)
      else breaches.push(...orderFaults(name, order, found))
    }
    for (const [clientId, times] of Object.entries(arrivals))
      if (times > 1) doubleSubmits.push(`${venue} ${clientId} arrived ${times} times`)
  }
  for (const [clientOrderId, { leg }] of legs)
    if (!known.has(clientOrderId) && leg.fills.length > 0)
      breaches.push(`${clientOrderId} has fills here and is not at ${leg.market.venue}`)
  return { breaches, orphans, doubleSubmits }
}

/** Net change of each asset by the fills themselves. */
const changesOf = ({ legs }: Execution): ReadonlyMap<string, bigint> =>
  sumsOf(legs.flatMap(movesOf))

/** Whether some market of the route would still take an order that makes this smaller. */
const isTradable = ({ legs }: Execution, asset: string, change: bigint): boolean =>
  legs.some(({ market, limit }) => {
    // Two per cent cover fees and how far a price may lie from the plan's.
    const kept = (size(change) * 98n) / 100n
    const amount = market.base === asset ? kept : market.quote === asset ? (kept * one) / limit : 0n
    const whole = amount - (amount % market.amountStep)
    const worth = (((whole * limit) / one) * 98n) / 100n
    return whole > 0n && whole >= market.amountMin && worth >= market.notionalMin
  })

/** What is open must be dust, or a person's, who was told. */
function checkExposure({ executions, alerts }: OurBooks): string[] {
  return executions.flatMap((execution) => {
    const { id, plan, asset: profit, accepted, state } = execution
    const passing = new Set(plan.flatMap(({ base, quote }) => [base, quote]))
    const open = [...changesOf(execution)].filter(
      ([asset, change]) =>
        asset !== profit && passing.has(asset) && isTradable(execution, asset, change),
    )
    const isTold = alerts.some(
      (alert) => alert.execution === id && ['exposed', 'escalated'].includes(alert.kind),
    )
    const isPersons = state === 'exposed' || accepted
    if (open.length === 0 && state !== 'exposed') return []
    if (isPersons && isTold) return []
    const what = open.map(([asset, change]) => `${change} ${asset}`).join(', ')
    return [`${id} is ${state} with ${what || 'an open question'} and nobody was told`]
  })
}

function comparedOf({ executions, entries }: OurBooks, theirs: VenueBooks): Compared {
  const venues = Object.values(theirs)
  const orders = venues.flatMap((venue) => venue.orders)
  const count = (sizes: readonly number[]) => sizes.reduce((sum, each) => sum + each, 0)
  return {
    executions: executions.length,
    traded: executions.filter(({ legs }) => legs.some(({ fills }) => fills.length > 0)).length,
    venues: venues.length,
    orders: orders.length,
    prints: count(orders.map(({ prints }) => prints.length)),
    balances: count(
      venues.flatMap(({ accounts }) =>
        accounts.map(({ starting, balances }) => Object.keys({ ...starting, ...balances }).length),
      ),
    ),
    entries: entries.length,
  }
}

export function audit(ours: OurBooks, theirs: VenueBooks): Findings {
  const { breaches, orphans, doubleSubmits } = checkOrders(ours, theirs)
  const unended = ours.executions
    .filter(({ state }) => !isOver(state) && state !== 'exposed')
    .map(({ id, state }) => `${id} did not come to its end: it is ${state}`)
  const dead = ours.alerts.filter(({ kind }) => kind === 'found-dead').map(({ text }) => text)
  return {
    compared: comparedOf(ours, theirs),
    breaches: [...breaches, ...unended, ...dead, ...checkLedger(ours), ...checkMoney(ours, theirs)],
    doubleSubmits,
    orphans,
    unreportedExposure: checkExposure(ours),
  }
}
