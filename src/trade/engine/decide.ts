// The one function that decides what becomes of an execution. It is pure: time is an argument, the outside
// is events and effects. Facts are taken in first; what follows from all facts together is worked out after
// that, so that it matters little in which order they came, and nothing at all how often.
import { imbalanceOf, isStillOpen } from './balance.ts'
import { expose, seekHome, takeQuotes } from './bring-home.ts'
import type { ControlMode } from './control.ts'
import {
  after,
  alarming,
  asking,
  changing,
  entering,
  isPast,
  withLeg,
  type Decision,
} from './decision.ts'
import type { Event } from './event.ts'
import { isActive, isOver, type Execution, type Leg } from './execution.ts'
import { heldNow } from './held.ts'
import { isToGo, nextPrimaries, sending } from './intents.ts'
import { ended, unknown } from './leg-end.ts'
import { answerDueAt, obey } from './obey.ts'
import { abort, takePreflight } from './preflight.ts'
import { isChecked, lookNow, readLegs, recheck } from './read-legs.ts'
import { backDueAt, followBack, followOut, rereadSends, takeSend } from './send-steps.ts'
import { isOnItsWay } from './sends.ts'
import { settle } from './settle.ts'
import { takeBalances, takeLookup, takeOpenOrders, takeSubmission } from './take-answers.ts'
import { takeFills } from './take-fills.ts'

export type { Decision } from './decision.ts'

/** Whoever had it before is gone: what was written down is stale, and what may have left is looked for. */
function takeUp(decision: Decision, now: Date): Decision {
  let next = rereadSends(changing(decision, { quoteAt: undefined }), now)
  for (const leg of decision.execution.legs) {
    if (leg.state === 'sending')
      next = withLeg(next, unknown(next.execution, leg, now, 'the worker that sent it is gone'))
    else if (isToGo(leg))
      next = withLeg(next, ended(leg, 'void', now, 'written down by a worker that is gone'))
    else if (isActive(leg.state) || leg.state === 'escalated')
      next = withLeg(next, { ...leg, readAt: now })
  }
  return next
}

/** What was about to leave may not: a later order needs prices of its own. */
function forbid(decision: Decision, by: ControlMode | 'late', now: Date): Decision {
  const { legs } = decision.execution
  const reason = by === 'late' ? 'it came too late to leave' : `the desk is ${by}`
  const stopped = legs.filter(isToGo)
  const voided = stopped.reduce(
    (next, leg) => withLeg(next, ended(leg, 'void', now, reason)),
    changing(decision, { reason }),
  )
  const told = alarming(voided, {
    kind: 'forbidden',
    severity: 'P1',
    name: `${stopped.map(({ clientOrderId }) => clientOrderId).join(' ')} ${by}`,
    text: [
      reason,
      ...stopped.map(
        ({ side, market }) => `${side} ${market.symbol} on ${market.venue} was not sent`,
      ),
    ].join('; '),
  })
  // Not even what reduces risk may leave: only a person changes that.
  return by === 'frozen' && legs.some(({ fills }) => fills.length > 0)
    ? expose(told, reason, now)
    : told
}

function take(decision: Decision, event: Event, now: Date): Decision {
  switch (event.type) {
    case 'boot':
      return takeUp(decision, now)
    case 'proceed':
      return letGo(decision, now)
    case 'timer':
      return decision
    case 'recheck':
      return recheck(decision)
    case 'told':
      return lookNow(decision, event.leg)
    case 'preflight':
      return takePreflight(decision, event.preflight, event.requestLifeMs, now)
    case 'submission':
      return takeSubmission(decision, event.leg, event.submission, now)
    case 'looked-up':
      if (event.read.outcome === 'failed') return decision
      return takeLookup(decision, event.leg, event.read.value, { askedAt: event.askedAt, now })
    case 'open-orders':
      if (event.read.outcome === 'failed') return decision
      return takeOpenOrders(decision, event.leg, event.read.value, { askedAt: event.askedAt, now })
    case 'fills': {
      if (event.read.outcome === 'failed') return decision
      const { leg, read, others, askedAt } = event
      return takeFills(decision, leg, read.value, others, { askedAt, now })
    }
    case 'balances': {
      if (event.read.outcome === 'failed') return decision
      return takeBalances(decision, event.leg, event.read.value, event.booked, event.askedAt)
    }
    // What became of the order is known by lookup alone.
    case 'cancelled':
      return decision
    case 'send':
      return takeSend(decision, event.send, event.seen, now)
    case 'quotes':
      return takeQuotes(decision, event.quotes, now)
    case 'forbidden':
      return forbid(decision, event.by, now)
    case 'short':
      return decision.execution.state === 'preflight'
        ? abort(decision, `not enough ${event.asset} on ${event.venue}`)
        : decision
    case 'operator':
      return obey(decision, event, now)
  }
}

/** Why an order that was written down may not leave any more. */
function staleness(execution: Execution, leg: Leg, now: Date): string | undefined {
  if (isPast(after(leg.createdAt, execution.terms.sendMsMax), now))
    return 'it had waited too long to leave'
  // A late fill may have closed meanwhile what it was to bring home.
  return leg.role === 'primary' || isStillOpen(execution, leg)
    ? undefined
    : 'what it was to bring home has changed'
}

/** What was written down and committed may leave now, each once; what has waited is priced too old. */
function letGo(decision: Decision, now: Date): Decision {
  const { execution } = decision
  let next = decision
  for (const leg of execution.legs.filter(isToGo)) {
    const reason = staleness(execution, leg, now)
    next =
      reason === undefined
        ? asking(withLeg(next, sending(leg, execution.terms.sendMsMax, now)), {
            type: 'submit',
            leg: leg.clientOrderId,
          })
        : withLeg(next, ended(leg, 'void', now, reason))
  }
  return next
}

/** Before anything was written down: the plan is judged anew, or it is too late for that. */
function prepare(decision: Decision, event: Event, now: Date): Decision {
  const { state, deadline } = decision.execution
  const isFirst = state === 'created'
  if (!isFirst && event.type !== 'boot') return decision
  if (now >= deadline) return abort(decision, 'it was not sent in time')
  return asking(entering(decision, 'preflight'), { type: 'preflight' })
}

/** What the legs together mean, once each is as the facts say. */
function followLegs(decision: Decision, now: Date): Decision {
  const { execution } = decision
  const { legs, state } = execution
  const active = legs.filter((leg) => isActive(leg.state))
  if (active.length > 0) return waitFor(decision, active)
  if (legs.some((leg) => leg.state === 'escalated'))
    return expose(decision, 'nobody can say what became of an order', now)
  if (legs.some(isToGo)) return decision
  const sent = followOut(decision, now)
  if (sent !== undefined) return sent
  if (!execution.planEnded) {
    const primaries = nextPrimaries(execution, now)
    if (primaries.length > 0)
      return asking(entering(changing(decision, { legs: [...legs, ...primaries] }), 'legs'), {
        type: 'proceed',
      })
  }
  const open = execution.accepted ? undefined : imbalanceOf(execution)
  if (open === undefined && !execution.accepted) {
    const back = followBack(decision, now)
    if (back !== undefined) return back
  }
  if (open === undefined)
    return isOver(state) && legs.every(isChecked) ? decision : settle(decision, now)
  if (execution.exposedAt === undefined) return seekHome(decision, open, now)
  // A person was asked: what is tried next is theirs to say, as long as the desk waits for them.
  if (!isPast(answerDueAt(execution), now)) return decision
  const { unanswered } = execution.terms
  const unheard = changing(decision, { unansweredAt: now })
  return seekHome(obey(unheard, { choice: unanswered, by: 'desk' }, now), open, now)
}

function waitFor(decision: Decision, active: readonly Leg[]): Decision {
  const { state } = decision.execution
  const isHomeward = active.some((leg) => leg.role !== 'primary')
  const mayExist = active.some((leg) => leg.state === 'unknown')
  const isNamed = isHomeward ? state === 'hedging' : state === 'legs' && !mayExist
  return isNamed ? decision : entering(decision, 'resolving')
}

const earliest = (dates: readonly (Date | undefined)[]): Date | undefined =>
  dates.reduce((first, date) => {
    if (date === undefined) return first
    return first === undefined || date < first ? date : first
  }, undefined)

/** When something is due without anything happening. */
function wakeAtOf(execution: Execution): Date | undefined {
  const { legs, sends, quoteAt, state } = execution
  if (isOver(state)) return undefined
  const reads = legs.flatMap((leg) => {
    const isAwaited = isActive(leg.state) || leg.state === 'escalated'
    return isAwaited || (state === 'settling' && !isChecked(leg)) ? [leg.readAt] : []
  })
  const quotes = state === 'imbalanced' ? quoteAt : undefined
  const moved = sends.flatMap((send) => (isOnItsWay(send.state) ? [send.readAt] : []))
  const back = state === 'transit' && moved.length === 0 ? backDueAt(execution) : undefined
  return earliest([...reads, ...moved, back, quotes, answerDueAt(execution)])
}

/** A leg that is a person's no more: what is open is sought home again. */
function released(decision: Decision, before: Execution): Decision {
  const { execution } = decision
  const isStuck = (legs: readonly Leg[]) => legs.some(({ state }) => state === 'escalated')
  if (!isStuck(before.legs) || isStuck(execution.legs)) return decision
  return changing(decision, { exposedAt: undefined, imbalancedAt: undefined })
}

/** Harmless to repeat: an event that is known already changes nothing but the time of the next look. */
export function decide(execution: Execution, event: Event, now: Date): Decision {
  const taken = take({ execution, effects: [] }, event, now)
  const { state } = taken.execution
  if (state === 'created' || state === 'preflight') return prepare(taken, event, now)
  // Orders are written down in one commit and leave with the next.
  if (event.type === 'preflight') return taken
  const followed = followLegs(released(readLegs(taken, now), execution), now)
  const { execution: next } = followed
  return changing(followed, {
    held: isOver(next.state) || next.reserved.length === 0 ? [] : heldNow(next),
    wakeAt: wakeAtOf(next),
  })
}
