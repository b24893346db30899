// What the engine tells people, as the notification they get.
import type { Alert, AlertKind } from '../trade/engine/alert.ts'
import type { Notification } from './notification.ts'

/** Undefined: the trade's own card, and its alert where it has one, say it already. */
function subjectOf(kind: AlertKind): string | undefined {
  switch (kind) {
    case 'aborted':
    case 'settled':
    case 'exposed':
    // The card of the trade names it; what money did not come home has an alert of its own.
    case 'leftover':
      return undefined
    // One story: in doubt, in doubt for too long, known again.
    case 'unknown':
    case 'escalated':
    case 'known':
      return 'does not know what became of an order'
    case 'leg-rejected':
      return 'had an order refused'
    case 'overfill':
      return 'was filled beyond its order'
    case 'worse-than-limit':
      return 'was filled beyond its limit'
    case 'backwards':
      return 'was told less than before'
    case 'late-fill':
      return 'was filled after its end'
    case 'found-dead':
      return 'had an order that was never accepted'
    case 'forbidden':
      return 'was stopped'
  }
}

export function executionAlert({
  kind,
  severity,
  execution,
  text,
}: Alert): Notification | undefined {
  const subject = subjectOf(kind)
  if (subject === undefined) return undefined
  return {
    kind: 'alert',
    severity,
    subject: `Trade ${execution} ${subject}`,
    text,
    ...(kind === 'known' && { ends: 'desk' }),
  }
}
