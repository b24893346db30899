// Everything people are told becomes a card here, and nowhere else.
import { approvalCard } from './approval-card.ts'
import type { Card, CardAction, Tone } from './card.ts'
import { badgesOf, type Labels } from './labels.ts'
import type { Notification, Posted, Severity } from './notification.ts'
import { opportunityCard } from './opportunity-card.ts'
import { tradeCard } from './trade-card.ts'

function toneOf(severity: Severity): Tone {
  switch (severity) {
    case 'P0':
      return 'bad'
    case 'P1':
      return 'warning'
    case 'P2':
      return 'neutral'
  }
}

/** What a severity asks of the reader. */
function urgency(severity: Severity): string {
  switch (severity) {
    case 'P0':
      return 'P0 ACT NOW'
    case 'P1':
      return 'P1 act soon'
    case 'P2':
      return 'P2'
  }
}

/** `posts`: those that told it first; several are acknowledged together. */
const acknowledge = ([only, ...others]: readonly number[]): CardAction => ({
  label: 'Acknowledge',
  command: 'ack',
  args: { alert: only === undefined || others.length > 0 ? 'all' : String(only) },
  style: 'primary',
})

/** What can be done about an alert; what is urgent can be acknowledged as well. */
function actionsOf(
  { severity, actions = [], repeats }: Extract<Notification, { kind: 'alert' }>,
  seq: number,
): Pick<Card, 'actions'> {
  const seen = severity === 'P0' ? [acknowledge(repeats ?? [seq])] : []
  return actions.length + seen.length === 0 ? {} : { actions: [...actions, ...seen] }
}

/** The card of one notification; `json` has `kind`, `id` and `at` whatever it is about. */
export function describe({ seq, at, notification }: Posted, labels: Labels): Card {
  const common = {
    id: String(seq),
    at: at.toISOString(),
    mode: labels.mode,
    market: labels.market,
  }
  switch (notification.kind) {
    case 'opportunity':
      return opportunityCard(notification.opportunity, notification.blocked, at, labels)
    case 'approval':
      return approvalCard(notification.approval, notification.opportunity, at, labels)
    case 'trade':
      return tradeCard(notification.trade, at, labels)
    case 'alert': {
      const { kind, severity, subject, text } = notification
      return {
        title: subject,
        tone: toneOf(severity),
        badges: [...badgesOf(labels), urgency(severity)],
        text,
        ...actionsOf(notification, seq),
        json: { kind, ...common, severity, subject, text },
      }
    }
    case 'status': {
      const { kind, subject, text } = notification
      return {
        title: subject,
        tone: 'neutral',
        badges: badgesOf(labels),
        text,
        json: { kind, ...common, subject, text },
      }
    }
  }
}
