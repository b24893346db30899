// What venues answered about one leg, taken into what is known of it. Nothing is decided here.
import type { AssetAmount } from '../../money.ts'
import { alarming, legOf, withLeg, type Decision } from './decision.ts'
import type { Leg } from './execution.ts'
import { ended, unknown } from './leg-end.ts'
import type { Submission, VenueBalance, VenueOrder } from './order-gateway.ts'
import { proofOfEnd, withAbsence, withoutProof, withProof } from './proof.ts'
import { isCheck } from './take-fills.ts'

const accepted = (leg: Leg, orderId: string, now: Date): Leg => ({
  ...leg,
  state: 'acked',
  orderId,
  ackedAt: now,
  unknownSince: undefined,
  endedAt: undefined,
  checkedAt: undefined,
  proof: proofOfEnd(now),
  reads: 0,
  readAt: now,
})

/** Only a leg that is on its way hears this; what was made of it meanwhile knows better. */
export function takeSubmission(
  decision: Decision,
  clientOrderId: string,
  submission: Submission,
  now: Date,
): Decision {
  const { execution } = decision
  const leg = legOf(execution, clientOrderId)
  if (leg?.state !== 'sending') return decision
  switch (submission.outcome) {
    case 'accepted':
      return withLeg(decision, accepted(leg, submission.orderId, now))
    case 'rejected': {
      const { venue, symbol } = leg.market
      const { reason: words, code } = submission
      const reason = words.includes(code) ? words : `${words} (${code})`
      return alarming(withLeg(decision, ended(leg, 'rejected', now, reason)), {
        kind: 'leg-rejected',
        severity: 'P1',
        name: clientOrderId,
        text: `${venue} ${symbol} was rejected: ${reason}`,
      })
    }
    case 'duplicate':
    case 'unknown':
      return withLeg(decision, unknown(execution, leg, now, submission.reason))
    case 'void':
      return withLeg(decision, ended(leg, 'void', now, `never left: ${submission.reason}`))
  }
}

/** Once the venue has named the order, its amount may have been changed there by hand. */
const isMatch = (leg: Leg, { clientOrderId, amount, orderId }: VenueOrder): boolean =>
  clientOrderId === leg.clientOrderId &&
  (leg.orderId === undefined ? amount === leg.amount : leg.orderId === orderId)

/** The order as the venue has it; its sum is never taken back. */
function seen(decision: Decision, leg: Leg, order: VenueOrder, now: Date): Decision {
  const before = leg.seen?.filled ?? order.filled
  const filled = order.filled > before ? order.filled : before
  const next = { state: order.state, filled }
  const wasFound = leg.orderId !== undefined
  const found: Leg = wasFound ? leg : { ...foundAs(leg, order.orderId, now) }
  let told = withLeg(decision, { ...found, seen: next, proof: withoutProof(found.proof) })
  const where = `${leg.market.venue} ${leg.market.symbol}`
  if (order.filled < before)
    told = alarming(told, {
      kind: 'backwards',
      severity: 'P1',
      name: leg.clientOrderId,
      text: `${where} says that less is filled than before`,
    })
  if (!wasFound && leg.endedAt !== undefined)
    told = alarming(told, {
      kind: 'found-dead',
      severity: 'P0',
      name: leg.clientOrderId,
      text: `${where} has an order that was ${leg.state}`,
    })
  return told
}

/** An escalated leg stays a person's until it has ended. */
function foundAs(leg: Leg, orderId: string, now: Date): Leg {
  const next = accepted(leg, orderId, now)
  return leg.state === 'escalated' ? { ...next, state: leg.state } : next
}

/** What has not left, or is just leaving, is not asked about. */
const mayBeFound = ({ state }: Leg): boolean => state !== 'intent' && state !== 'sending'

/** An order whose id alone matches is another's: such an answer says nothing at all. */
export function takeLookup(
  decision: Decision,
  clientOrderId: string,
  order: VenueOrder | undefined,
  { askedAt, now }: { readonly askedAt: Date; readonly now: Date },
): Decision {
  const leg = legOf(decision.execution, clientOrderId)
  if (leg === undefined || !mayBeFound(leg)) return decision
  if (order !== undefined) return isMatch(leg, order) ? seen(decision, leg, order, now) : decision
  const isLast =
    leg.orderId === undefined && isCheck(leg, askedAt, decision.execution.terms.settleMs)
  return withLeg(decision, {
    ...leg,
    proof: withAbsence(leg.proof, askedAt),
    checkedAt: isLast ? askedAt : leg.checkedAt,
  })
}

export function takeOpenOrders(
  decision: Decision,
  clientOrderId: string,
  orders: readonly VenueOrder[],
  { askedAt, now }: { readonly askedAt: Date; readonly now: Date },
): Decision {
  const leg = legOf(decision.execution, clientOrderId)
  if (leg === undefined || !mayBeFound(leg)) return decision
  const order = orders.find((open) => isMatch(leg, open))
  if (order !== undefined) return seen(decision, leg, order, now)
  return withLeg(decision, { ...leg, proof: withProof(leg.proof, 'notOpenAt', askedAt, true) })
}

/** A fill of the order would have moved its base by a step at least; an asset left out is not zero. */
export function takeBalances(
  decision: Decision,
  clientOrderId: string,
  balances: readonly VenueBalance[],
  booked: readonly AssetAmount[],
  askedAt: Date,
): Decision {
  const leg = legOf(decision.execution, clientOrderId)
  if (leg === undefined) return decision
  const { base, amountStep } = leg.market
  const there = balances.find(({ asset }) => asset === base)?.total
  const ours = booked.find(({ asset }) => asset === base)?.amount ?? 0n
  const apart = there === undefined ? undefined : there > ours ? there - ours : ours - there
  const isExplained = apart === undefined ? false : apart < amountStep || apart === 0n
  return withLeg(decision, {
    ...leg,
    proof: withProof(leg.proof, 'balancedAt', askedAt, isExplained),
  })
}
