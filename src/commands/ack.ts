// `ack`: somebody has seen an urgent alert and sees to it, so it need not be told again.
import { badgesOf } from '../notification/labels.ts'
import { durationText, sinceText } from '../notification/time-text.ts'
import type { UrgentAlert } from '../notification/urgent-alert.ts'
import {
  badUsage,
  defineCommand,
  failed,
  signatureOf,
  type Answer,
  type CommandContext,
} from './command.ts'
import { optional, text } from './option.ts'

/** Beyond these one line tells of all: the chat has had its share of messages. */
const toldSinglyMax = 3
const buttonsMax = 4

const alertJson = ({ id, subject, text: told, firstToldAt, times, acked }: UrgentAlert) => ({
  id,
  subject,
  text: told,
  first_told_at: firstToldAt.toISOString(),
  times,
  acknowledged_by: acked?.by ?? null,
})

async function list({ urgentAlerts, labels, now }: CommandContext): Promise<Answer> {
  const open = await urgentAlerts.listOpen()
  const isAny = open.length > 0
  return {
    title: isAny
      ? `${open.length} urgent ${open.length === 1 ? 'alert waits' : 'alerts wait'}`
      : 'No urgent alert waits',
    tone: isAny ? 'bad' : 'good',
    badges: badgesOf(labels),
    text: isAny
      ? 'Each is told again until somebody acknowledges it: "ack <id>", or "ack all".'
      : 'P0 alerts are listed here until somebody acknowledges them.',
    tables: isAny
      ? [
          {
            columns: ['id', 'since', 'told', 'alert'],
            rows: open.map(({ id, firstToldAt, times, subject }) => [
              String(id),
              sinceText(firstToldAt, now()),
              `${times} ${times === 1 ? 'time' : 'times'}`,
              subject,
            ]),
          },
        ]
      : [],
    actions: [
      ...open.slice(0, buttonsMax).map(({ id }) => acknowledge(`Acknowledge ${id}`, String(id))),
      ...(open.length > 1 ? [acknowledge('Acknowledge all', 'all')] : []),
    ],
    json: open.map(alertJson),
  }
}

const acknowledge = (label: string, alert: string) =>
  ({ label, command: 'ack', args: { alert }, style: 'primary' }) as const

async function tell(
  alerts: readonly UrgentAlert[],
  by: string,
  { announce, now }: CommandContext,
): Promise<void> {
  if (alerts.length > toldSinglyMax)
    return announce({
      kind: 'status',
      subject: 'Alerts acknowledged',
      text: `${by} acknowledged ${alerts.length}: ${alerts.map(({ subject }) => subject).join('; ')}.`,
    })
  for (const { subject, firstToldAt, actions } of alerts) {
    const afterMs = now().getTime() - firstToldAt.getTime()
    // Of the alert's own story, so that its card says so.
    await announce({
      kind: 'alert',
      severity: 'P2',
      subject,
      text: `${by} acknowledged it after ${durationText(Math.max(0, afterMs))}.`,
      ends: by,
      // Whoever sees to it may have to decide something yet.
      ...(actions.length === 0 ? {} : { actions }),
    })
  }
}

async function acknowledgeNow(id: number | 'all', context: CommandContext): Promise<Answer> {
  const { urgentAlerts, labels, actor, now } = context
  const by = signatureOf(actor)
  const done = await urgentAlerts.acknowledge(id, by)
  switch (done.outcome) {
    case 'none':
      return failed(
        id === 'all'
          ? 'No urgent alert waits'
          : `No urgent alert is called ${id}; "ack" lists them`,
      )
    case 'known': {
      const { acked, subject } = done.alert
      return failed(
        acked === undefined
          ? `"${subject}" was acknowledged already`
          : `${acked.by} acknowledged "${subject}" ${sinceText(acked.at, now())}`,
      )
    }
    case 'acknowledged': {
      const { alerts } = done
      await tell(alerts, by, context)
      return {
        title:
          alerts.length === 1
            ? `Acknowledged: ${alerts[0]?.subject}`
            : `${alerts.length} alerts are acknowledged`,
        tone: 'good',
        badges: badgesOf(labels),
        text: 'They are not told again unless they happen again.',
        json: alerts.map(alertJson),
      }
    }
  }
}

export const ack = defineCommand({
  name: 'ack',
  summary: 'Acknowledge urgent alerts, so that they are not told again',
  help: 'Alone it lists the P0 alerts that nobody has acknowledged. Each is told again after alerts.repeat_ms, then with growing gaps up to half an hour, and each minute where something has to be decided, in every chat and on the webhook, until somebody gives its id here, or all.',
  role: 'trader',
  urgent: true,
  options: { alert: optional(text('The id of the alert, or all; nothing lists them')) },
  positional: ['alert'],
  examples: ['ack', 'ack 1234', 'ack all'],
  async run({ alert }, context) {
    if (alert === undefined) return list(context)
    const typed = alert.replace(/^#/, '').toLowerCase()
    if (typed === 'all') return acknowledgeNow('all', context)
    return /^\d{1,15}$/.test(typed)
      ? acknowledgeNow(Number(typed), context)
      : badUsage('ack needs the number of an alert, or all: ack 1234')
  },
})
