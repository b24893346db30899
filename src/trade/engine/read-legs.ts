// When an order is read again, and what of the venue is asked: soon at first, then with growing gaps.
import {
  after,
  alarming,
  alertKey,
  asking,
  isPast,
  legOf,
  withLeg,
  type Decision,
} from './decision.ts'
import type { ActionEffect } from './effect.ts'
import { filledOf, type Leg } from './execution.ts'
import { concluded } from './leg-end.ts'
import { format } from '../../money.ts'

const firstGapMs = 200
const gapMsMax = 5_000
const escalatedGapMs = 30_000
const unknownAlarmMs = 30_000

const gapMs = ({ state, reads }: Leg): number =>
  state === 'escalated' ? escalatedGapMs : Math.min(gapMsMax, firstGapMs * 2 ** reads)

/** An immediate-or-cancel order has no business being open. */
function withoutDelay(leg: Leg, openMsMax: number, now: Date): Leg {
  if (leg.state !== 'acked' || leg.seen?.state !== 'open' || leg.ackedAt === undefined) return leg
  return isPast(after(leg.ackedAt, openMsMax), now) ? { ...leg, state: 'cancelling' } : leg
}

/** Proofs are asked for in one go; an order the venue has named is looked up and its fills are read. */
function questionsFor({ clientOrderId: leg, state, orderId, proof }: Leg, now: Date) {
  const questions: ActionEffect[] = [
    { type: 'look-up', leg },
    { type: 'read-fills', leg },
  ]
  if (state === 'cancelling') questions.unshift({ type: 'cancel', leg })
  const isProving = isPast(proof?.deadAt, now)
  if (orderId === undefined || isProving) questions.push({ type: 'read-open-orders', leg })
  if (orderId === undefined && isProving) questions.push({ type: 'read-balances', leg })
  return questions
}

function readOf(decision: Decision, leg: Leg, now: Date): Decision {
  if (!isPast(leg.readAt, now)) return decision
  const next = { ...leg, reads: Math.min(leg.reads + 1, 20), readAt: after(now, gapMs(leg)) }
  return asking(withLeg(decision, next), ...questionsFor(next, now))
}

function alarmsOf(decision: Decision, leg: Leg, before: Leg, now: Date): Decision {
  const { clientOrderId, market, reason } = leg
  const where = `${market.venue} ${market.symbol}`
  if (leg.state === 'escalated' && before.state !== 'escalated')
    return alarming(decision, {
      kind: 'escalated',
      severity: 'P0',
      name: clientOrderId,
      text: `${where}: ${reason ?? 'nobody knows'}; up to all of it may be filled`,
    })
  if (leg.state !== 'unknown' || leg.unknownSince === undefined) return decision
  if (!isPast(after(leg.unknownSince, unknownAlarmMs), now)) return decision
  return alarming(decision, {
    kind: 'unknown',
    severity: 'P0',
    name: clientOrderId,
    text: `${where}: for ${unknownAlarmMs / 1000} s nobody knows whether the order exists`,
  })
}

const isInDoubt = ({ state }: Leg): boolean => state === 'unknown' || state === 'escalated'

/** What people were alarmed about ends when the last such order is known again. */
function calmed(decision: Decision): Decision {
  const { id, legs, told } = decision.execution
  const alarmed = legs.filter(({ clientOrderId }) =>
    (['unknown', 'escalated'] as const).some((kind) =>
      told.includes(alertKey(id, kind, clientOrderId)),
    ),
  )
  if (alarmed.length === 0 || alarmed.some(isInDoubt)) return decision
  return alarming(decision, {
    kind: 'known',
    severity: 'P2',
    name: alarmed.map(({ clientOrderId }) => clientOrderId).join('+'),
    text: alarmed
      .map((leg) => {
        const { market, reason } = leg
        const filled = filledOf(leg)
        const got = filled === 0n ? 'nothing' : `${format(filled)} ${market.base}`
        return `${market.venue} ${market.symbol}: it is known now, ${got} was filled${reason === undefined ? '' : ` (${reason})`}`
      })
      .join('\n'),
  })
}

/** Concludes what can be concluded, and asks about the rest when it is due. */
export function readLegs(decision: Decision, now: Date): Decision {
  const { resolveMsMax, openMsMax } = decision.execution.terms
  let next = decision
  for (const before of decision.execution.legs) {
    const leg = withoutDelay(concluded(before, resolveMsMax, now), openMsMax, now)
    if (leg !== before) next = withLeg(next, leg)
    next = alarmsOf(next, leg, before, now)
    switch (leg.state) {
      case 'unknown':
      case 'acked':
      case 'cancelling':
      case 'escalated':
        next = readOf(next, leg, now)
        break
      case 'intent':
      case 'sending':
      case 'filled':
      case 'partial-done':
      case 'cancelled-zero':
      case 'rejected':
      case 'never-accepted':
      case 'void':
        break
    }
  }
  return calmed(next)
}

/** Whether it can have arrived at all. */
const hasLeft = ({ sentAt, state }: Leg): boolean => sentAt !== undefined && state !== 'void'

/** And all that the venue says is filled is booked. */
export const isChecked = (leg: Leg): boolean =>
  !hasLeft(leg) || (leg.checkedAt !== undefined && filledOf(leg) >= (leg.seen?.filled ?? 0n))

/** The last look at legs that have ended, from `settleMs` after their end on; asked until it is answered. */
export function checkLegs(decision: Decision, now: Date): Decision {
  const { settleMs } = decision.execution.terms
  let next = decision
  for (const leg of decision.execution.legs) {
    if (isChecked(leg) || leg.endedAt === undefined) continue
    const due = leg.readAt ?? after(leg.endedAt, settleMs)
    const { clientOrderId } = leg
    const type = leg.orderId === undefined ? 'look-up' : 'read-fills'
    if (now < due) next = withLeg(next, { ...leg, readAt: due })
    else
      next = asking(
        withLeg(next, { ...leg, reads: leg.reads + 1, readAt: after(now, gapMs(leg)) }),
        { type, leg: clientOrderId },
      )
  }
  return next
}

/** Everything that has left and ended is read once more, whether the execution is over or not. */
export function recheck(decision: Decision): Decision {
  let next = decision
  for (const { id } of decision.execution.sends)
    next = asking(next, { type: 'read-send', send: id })
  for (const leg of decision.execution.legs)
    if (hasLeft(leg) && leg.endedAt !== undefined)
      next = asking(
        next,
        { type: 'look-up', leg: leg.clientOrderId },
        { type: 'read-fills', leg: leg.clientOrderId },
      )
  return next
}

/**
 * One look beside those that are due: a stream may bring a look forward and never puts one off. An order on
 * its way out is looked at as soon as its answer is there; one that was rejected by a reviewed code, or never
 * left, is none.
 */
export function lookNow(decision: Decision, clientOrderId: string): Decision {
  const leg = legOf(decision.execution, clientOrderId)
  switch (leg?.state) {
    case undefined:
    case 'intent':
    case 'sending':
    case 'rejected':
    case 'void':
      return decision
    case 'unknown':
    case 'acked':
    case 'cancelling':
    case 'escalated':
    case 'filled':
    case 'partial-done':
    case 'cancelled-zero':
    case 'never-accepted':
      return asking(
        decision,
        { type: 'look-up', leg: clientOrderId },
        { type: 'read-fills', leg: clientOrderId },
      )
  }
}
