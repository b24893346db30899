// Prints that a venue showed, taken into the leg they belong to: each once, in whatever order they come.
import { format } from '../../money.ts'
import { alarming, asking, legOf, withLeg, type Decision } from './decision.ts'
import { filledOf, type Execution, type Fill, type Leg } from './execution.ts'
import { entriesOf } from './ledger.ts'
import type { VenueFill } from './order-gateway.ts'
import { withProof } from './proof.ts'

/** Clocks differ: a print may seem a little older than the order. */
const clocksMs = 60_000

const isWorse = ({ side, limit }: Leg, { price }: Fill): boolean =>
  side === 'buy' ? price > limit : price < limit

const isNew = ({ fills }: Leg, { tradeId }: VenueFill): boolean =>
  fills.every((fill) => fill.tradeId !== tradeId)

/** Whether a print could be of this order, which has no venue id yet. */
function mayBeOurs(
  execution: Execution,
  leg: Leg,
  fill: VenueFill,
  others: readonly string[],
): boolean {
  const { sentAt, side, market, amount } = leg
  if (fill.side !== side || fill.symbol !== market.symbol || fill.amount > amount) return false
  if (sentAt !== undefined && fill.at.getTime() < sentAt.getTime() - clocksMs) return false
  const isKnown =
    others.includes(fill.orderId) || execution.legs.some(({ orderId }) => orderId === fill.orderId)
  return !isKnown
}

function alarmsOf(decision: Decision, leg: Leg, fill: Fill): Decision {
  const { clientOrderId, amount, limit, market } = leg
  const where = `${market.venue} ${market.symbol}`
  let told = decision
  if (isWorse(leg, fill))
    told = alarming(told, {
      kind: 'worse-than-limit',
      severity: 'P0',
      name: `${clientOrderId} ${fill.tradeId}`,
      text: `${where} filled at ${format(fill.price)}, worse than ${format(limit)}`,
    })
  if (filledOf(leg) > amount)
    told = alarming(told, {
      kind: 'overfill',
      severity: 'P0',
      name: `${clientOrderId} ${fill.tradeId}`,
      text: `${where} filled ${format(filledOf(leg))} of an order of ${format(amount)}`,
    })
  if (leg.endedAt !== undefined)
    told = alarming(told, {
      kind: 'late-fill',
      severity: 'P1',
      name: `${clientOrderId} ${fill.tradeId}`,
      text: `${where} filled after its order had ended as ${leg.state}`,
    })
  return told
}

function taken(decision: Decision, leg: Leg, venueFill: VenueFill, now: Date): Decision {
  const { symbol: _, side: __, ...fill } = venueFill
  const next: Leg = {
    ...leg,
    fills: [...leg.fills, fill],
    checkedAt: undefined,
    endedAt: leg.endedAt === undefined ? undefined : now,
  }
  const booked = asking(withLeg(decision, next), {
    type: 'book',
    entries: entriesOf(decision.execution.id, leg.market, leg.side, fill),
  })
  return alarmsOf(booked, next, fill)
}

/** The prints of the leg's order are booked; where its id is unknown, none may stay unexplained. */
export function takeFills(
  decision: Decision,
  clientOrderId: string,
  fills: readonly VenueFill[],
  others: readonly string[],
  { askedAt, now }: { readonly askedAt: Date; readonly now: Date },
): Decision {
  const leg = legOf(decision.execution, clientOrderId)
  if (leg === undefined) return decision
  const { orderId } = leg
  if (orderId === undefined) {
    const isQuiet = !fills.some((fill) => mayBeOurs(decision.execution, leg, fill, others))
    return withLeg(decision, {
      ...leg,
      proof: withProof(leg.proof, 'noFillAt', askedAt, isQuiet),
    })
  }
  let next = decision
  for (const fill of fills) {
    const current = legOf(next.execution, clientOrderId) as Leg
    const isOurs =
      fill.orderId === orderId && fill.side === leg.side && fill.symbol === leg.market.symbol
    if (isOurs && isNew(current, fill)) next = taken(next, current, fill, now)
  }
  const current = legOf(next.execution, clientOrderId) as Leg
  return withLeg(next, {
    ...current,
    proof: withProof(current.proof, 'noFillAt', askedAt, true),
    checkedAt: isCheck(current, askedAt, decision.execution.terms.settleMs)
      ? askedAt
      : current.checkedAt,
  })
}

/** A look at an ended leg counts as the last one from some time after its end on. */
export const isCheck = ({ endedAt }: Leg, askedAt: Date, settleMs: number): boolean =>
  endedAt !== undefined && askedAt.getTime() >= endedAt.getTime() + settleMs
