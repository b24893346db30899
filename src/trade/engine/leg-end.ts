// When an order has ended, and how: the sum of its fills decides, never an answer's own words.
import { after, isPast } from './decision.ts'
import { filledOf, type Execution, type Leg, type LegState } from './execution.ts'
import { isEndedUnseen, isNeverAccepted, proofFor } from './proof.ts'

const endState = (leg: Leg): LegState => {
  const filled = filledOf(leg)
  if (filled >= leg.amount) return 'filled'
  return filled > 0n ? 'partial-done' : 'cancelled-zero'
}

export const ended = (leg: Leg, state: LegState, now: Date, reason?: string): Leg => ({
  ...leg,
  state,
  endedAt: now,
  reason: reason ?? leg.reason,
  readAt: undefined,
  reads: 0,
  checkedAt: undefined,
})

/** An order that may have arrived: from now on it is looked for. */
export const unknown = (execution: Execution, leg: Leg, now: Date, reason: string): Leg => ({
  ...leg,
  state: 'unknown',
  reason,
  unknownSince: now,
  proof: proofFor(execution, leg),
  reads: 0,
  readAt: now,
})

const isEndedBySight = ({ seen, ...leg }: Leg): boolean =>
  seen !== undefined && seen.state !== 'open' && filledOf(leg) >= seen.filled

/** The leg as everything known of it says; whoever is asked twice says the same. */
export function concluded(leg: Leg, resolveMsMax: number, now: Date): Leg {
  const { state, proof } = leg
  switch (state) {
    case 'unknown':
    case 'acked':
    case 'cancelling':
    case 'escalated': {
      if (isEndedBySight(leg) || filledOf(leg) >= leg.amount) return ended(leg, endState(leg), now)
      const wasNeverFound = leg.orderId === undefined
      if (wasNeverFound && isNeverAccepted(proof))
        return ended(leg, 'never-accepted', now, 'proved never to have been accepted')
      if (!wasNeverFound && isEndedUnseen(proof))
        return ended(leg, endState(leg), now, 'the venue forgot it; its fills are booked')
      const since = leg.unknownSince ?? leg.ackedAt ?? now
      if (state !== 'escalated' && isPast(after(since, resolveMsMax), now))
        return { ...leg, state: 'escalated', reason: `nobody can say what became of it` }
      return leg
    }
    case 'filled':
    case 'partial-done':
    case 'cancelled-zero':
    case 'rejected':
    case 'never-accepted':
    case 'void': {
      // A fill after the end: the state follows the fills.
      const filled = filledOf(leg)
      if (filled === 0n) return leg
      const follows = endState(leg)
      return follows === state ? leg : ended(leg, follows, now)
    }
    case 'intent':
    case 'sending':
      return leg
  }
}
