// The invariants of the engine, checked at every commit, at every request on the wire, and at the end
// against the venues' own books. They are worked out here from scratch, not with the engine's own sums.
import type { VenueId } from '../../src/market/market.ts'
import { allowsRole } from '../../src/trade/engine/control.ts'
import { isOver, type Execution, type Leg } from '../../src/trade/engine/execution.ts'
import type { Commit } from '../../src/trade/engine/execution-store.ts'
import type { Order } from '../../src/trade/engine/order-gateway.ts'
import type { Breaches } from './breach.ts'
import { changesByFills, checkHeld, checkOrderHome, placesByFills } from './check-money.ts'
import type { MemoryTables } from './memory-execution-store.ts'
import type { SimulatedVenue, VenuePrint } from './simulated-venue.ts'

export type Checked = {
  readonly tables: MemoryTables
  readonly venues: ReadonlyMap<VenueId, SimulatedVenue>
  readonly breaches: Breaches
  readonly now: () => Date
}

const legBefore = (before: Execution, leg: Leg): Leg | undefined =>
  before.legs.find(({ clientOrderId }) => clientOrderId === leg.clientOrderId)

function checkLeaving({ tables, breaches, now }: Checked, execution: Execution, leg: Leg): void {
  if (!allowsRole(tables.mode, leg.role))
    breaches.add('I12', `${leg.clientOrderId} leaves while the desk is ${tables.mode}`)
  const isFirst = leg.role === 'primary' && execution.legs.every(({ fills }) => fills.length === 0)
  if (
    isFirst &&
    execution.order.length === 1 &&
    now() > new Date(execution.deadline.getTime() + 5_000)
  )
    breaches.add('I4', `${leg.clientOrderId} leaves after the deadline`)
  for (const { ageMs, synced, crossed, venue } of execution.books)
    if (!synced || crossed || ageMs < 0 || ageMs > execution.terms.bookAgeMsMax)
      breaches.add('I17', `${execution.id} was decided on a bad book of ${venue}`)
  if (execution.books.length === 0) breaches.add('I17', `${execution.id} cites no book`)
}

function checkProof({ breaches }: Checked, leg: Leg): void {
  const { proof, clientOrderId } = leg
  const [first, second] = proof?.absentAt ?? []
  const isWhole =
    proof !== undefined &&
    first !== undefined &&
    second !== undefined &&
    first >= proof.deadAt &&
    second.getTime() - first.getTime() >= 5_000 &&
    [proof.notOpenAt, proof.noFillAt, proof.balancedAt].every(
      (at) => at !== undefined && at >= proof.deadAt,
    )
  if (!isWhole) breaches.add('I11', `${clientOrderId} was called dead without all proofs`)
}

/** Whether some market of the route would still take an order that makes this smaller. */
function isTradable(
  execution: Execution,
  asset: string,
  change: bigint,
  venue: VenueId | undefined,
): boolean {
  const size = change < 0n ? 0n - change : change
  return execution.legs.some(({ market, limit }) => {
    if (venue !== undefined && market.venue !== venue) return false
    // Two per cent cover fees and how far a price may lie from the plan's.
    const amount =
      market.base === asset
        ? (size * 98n) / 100n
        : market.quote === asset
          ? (size * 98n * 10n ** 16n) / (limit as bigint)
          : 0n
    const whole = amount - (amount % (market.amountStep as bigint))
    const worth = (whole * (limit as bigint) * 98n) / 10n ** 20n
    return whole > 0n && whole >= market.amountMin && worth >= market.notionalMin
  })
}

/** A coin that was sent can be sold where it is and nowhere else. */
function isLeftOpen(
  { tables }: Checked,
  execution: Execution,
  asset: string,
  change: bigint,
): boolean {
  if (execution.transfer === undefined) return isTradable(execution, asset, change, undefined)
  const places = placesByFills(execution, asset, tables.transfers.values())
  return [...places].some(([venue, there]) => isTradable(execution, asset, there, venue))
}

/** I10: what is open is dust, on its way, or a person's with an alert. */
function checkExposure(checked: Checked, execution: Execution): void {
  const { tables, breaches } = checked
  const { id, state, accepted, asset, plan } = execution
  if (state === 'exposed') {
    const isTold = [...tables.alerts.values()].some(
      ({ execution: of, kind }) => of === id && (kind === 'exposed' || kind === 'escalated'),
    )
    if (!isTold) breaches.add('I10', `${id} is exposed and nobody was told`)
    return
  }
  const isQuiet = state === 'settling' || isOver(state)
  if (!isQuiet || accepted) return
  const passing = new Set(plan.flatMap(({ base, quote }) => [base, quote]))
  for (const [name, change] of changesByFills(execution, tables.transfers.values()))
    if (name !== asset && passing.has(name) && isLeftOpen(checked, execution, name, change))
      breaches.add('I10', `${id} is ${state} with ${change} ${name} open`)
}

function checkLegs(checked: Checked, before: Execution, after: Execution): void {
  const { breaches, tables } = checked
  for (const leg of after.legs) {
    const was = legBefore(before, leg)
    if (was === undefined) continue
    const isLeaving = was.state === 'intent' && leg.state === 'sending'
    if (isLeaving) checkLeaving(checked, after, leg)
    if (isLeaving && leg.role !== 'primary')
      checkOrderHome(breaches, before, leg, tables.transfers.values())
    if (leg.state === 'never-accepted' && was.state !== leg.state) checkProof(checked, leg)
    if ((leg.seen?.filled ?? 0n) < (was.seen?.filled ?? 0n))
      breaches.add('I9', `${leg.clientOrderId} has less filled than before`)
    if (!was.fills.every(({ tradeId }) => leg.fills.some((fill) => fill.tradeId === tradeId)))
      breaches.add('I9', `${leg.clientOrderId} lost a fill`)
  }
}

/** At the instant of a commit. */
export function checkCommit(
  checked: Checked,
  before: Execution,
  after: Execution,
  commit: Commit,
): void {
  const { breaches, tables } = checked
  checkLegs(checked, before, after)
  checkExposure(checked, after)
  checkHeld(breaches, after)
  if (isOver(after.state) && after.held.length > 0)
    breaches.add('I7', `${after.id} is over and holds money`)
  if (commit.reserves)
    for (const { venue, asset } of after.held) {
      const capital = tables.capital.get(`${venue} ${asset}`)
      if (capital !== undefined && capital.reserved > capital.free)
        breaches.add('I7', `${venue} ${asset} is reserved beyond what is free`)
    }
  const sums = new Map<string, bigint>()
  for (const { transaction, asset, amount } of commit.entries)
    sums.set(`${transaction} ${asset}`, (sums.get(`${transaction} ${asset}`) ?? 0n) + amount)
  for (const [key, sum] of sums)
    if (sum !== 0n) breaches.add('I6', `${key} does not add up to nothing`)
}

/** When a request leaves a worker's machine. */
export function checkWire(
  checked: Checked,
  order: Order,
  sent: Map<string, number>,
  isClockTrue: boolean,
): void {
  const { tables, breaches } = checked
  const { clientOrderId } = order
  const times = (sent.get(clientOrderId) ?? 0) + 1
  sent.set(clientOrderId, times)
  if (times > 1) breaches.add('I2', `${clientOrderId} was sent ${times} times`)
  const owner = tables.legOwner.get(clientOrderId)
  const execution = owner === undefined ? undefined : tables.rows.get(owner)?.execution
  const leg = execution?.legs.find((one) => one.clientOrderId === clientOrderId)
  if (leg === undefined || leg.state === 'intent')
    breaches.add('I1', `${clientOrderId} was sent without a committed intent to send it`)
  else if (isClockTrue && (leg.notAfter === undefined || checked.now() > leg.notAfter))
    breaches.add('I4', `${clientOrderId} was sent after its time`)
  else if (leg.amount !== order.amount || leg.limit !== order.limit || leg.side !== order.side)
    breaches.add('I1', `${clientOrderId} was sent otherwise than written down`)
}

function checkPrints(
  { tables, breaches }: Checked,
  venue: SimulatedVenue,
  print: VenuePrint,
): void {
  const order = venue.orders.find(({ orderId }) => orderId === print.orderId)
  const owner = tables.legOwner.get(order?.clientOrderId ?? '')
  const execution = owner === undefined ? undefined : tables.rows.get(owner)?.execution
  const leg = execution?.legs.find((one) => one.clientOrderId === order?.clientOrderId)
  const fill = leg?.fills.find(({ tradeId }) => tradeId === print.tradeId)
  const name = `${venue.id} print ${print.tradeId} of ${order?.clientOrderId ?? 'nobody'}`
  if (leg === undefined || fill === undefined)
    return breaches.add('I6', `${name} is not booked; its leg is ${leg?.state ?? 'missing'}`)
  if (fill.amount !== print.amount || fill.price !== print.price)
    breaches.add('I6', `${name} is booked otherwise`)
  const isWorse = leg.side === 'buy' ? print.price > leg.limit : print.price < leg.limit
  const isTold = [...tables.alerts.values()].some(
    ({ kind, execution: of }) => kind === 'worse-than-limit' && of === owner,
  )
  if (isWorse && !isTold) breaches.add('I5', `${name} is worse than its limit, and nobody was told`)
}

/** A transfer trade that is done has left each venue as it was, but for its profit where it began. */
function checkHome({ tables, breaches }: Checked, execution: Execution): void {
  const { id, state, transfer, asset } = execution
  if (transfer === undefined || state !== 'done') return
  const places = placesByFills(execution, asset, tables.transfers.values())
  const left = places.get(transfer.back.from) ?? 0n
  // Fees are rounded print by print.
  if (left > 1_000n || left < -1_000n)
    breaches.add('I10', `${id} is done and has left ${left} ${asset} on ${transfer.back.from}`)
}

/** When all is quiet: our books are the venues' own, to the last digit. */
export function checkBooks(checked: Checked): void {
  const { tables, venues, breaches } = checked
  for (const venue of venues.values()) {
    for (const print of venue.prints) checkPrints(checked, venue, print)
    for (const { clientOrderId, filled, state } of venue.orders) {
      const owner = tables.legOwner.get(clientOrderId)
      const leg = tables.rows
        .get(owner ?? '')
        ?.execution.legs.find((one) => one.clientOrderId === clientOrderId)
      const isDenied = ['void', 'rejected', 'never-accepted', 'intent'].includes(leg?.state ?? '')
      // What was cancelled empty and forgotten since may be called dead: it moved nothing.
      const isHarmless = leg?.state === 'never-accepted' && filled === 0n && state === 'cancelled'
      if (isDenied && !isHarmless)
        breaches.add('I1', `${clientOrderId} is at the venue and ${leg?.state} here`)
    }
    for (const [asset, total] of venue.balances) {
      const ours = tables.capital.get(`${venue.id} ${asset}`)?.free ?? 0n
      if (ours !== total)
        breaches.add('I6', `${venue.id} has ${total} ${asset}, our books say ${ours}`)
    }
  }
  for (const { kind, text } of tables.alerts.values())
    if (kind === 'found-dead') breaches.add('I11', text)
  const held = new Map<string, bigint>()
  const opportunities = new Map<string, string>()
  for (const { execution } of tables.rows.values()) {
    const other = opportunities.get(execution.opportunity)
    if (other !== undefined) breaches.add('I3', `${execution.opportunity} was traded twice`)
    opportunities.set(execution.opportunity, execution.id)
    checkHome(checked, execution)
    for (const { venue, asset, amount } of execution.held)
      held.set(`${venue} ${asset}`, (held.get(`${venue} ${asset}`) ?? 0n) + amount)
  }
  for (const [key, { reserved }] of tables.capital)
    if (reserved !== (held.get(key) ?? 0n))
      breaches.add('I7', `${key}: ${reserved} reserved, ${held.get(key) ?? 0n} held`)
}
