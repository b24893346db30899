// What is said again of alerts that nobody acknowledged, with growing gaps.
import type { Selectable, Transaction } from 'kysely'
import type { Notification } from '../notification/notification.ts'
import { durationText } from '../notification/time-text.ts'
import { decisionGapMsMax, repeatGapMs, singleRepeatsMax } from '../notification/urgent-alert.ts'
import type { AlertTables } from './alert-tables.ts'
import { msFromNow, now } from './clock.ts'
import { openPostgresOutbox } from './postgres-outbox.ts'
import type { Tables } from './tables.ts'

type Trx = Transaction<Tables>
type Row = Selectable<AlertTables['urgent_alerts']>
type Told = Extract<Notification, { kind: 'alert' }>

/** Bounds what one round reads. */
const dueMax = 50

/** What this desk wrote itself, in the shape of now: a press of anything else does nothing. */
export const actionsOf = ({ actions }: Row): Pick<Told, 'actions'> => {
  const list = actions as NonNullable<Told['actions']>
  return list.length === 0 ? {} : { actions: list }
}

function againText({ text, times, first_told_at: first }: Row, at: Date): string {
  const forMs = at.getTime() - first.getTime()
  return `${text}\nNobody has acknowledged it for ${durationText(forMs)}; told ${times + 1} times.`
}

const urgent = { kind: 'alert', severity: 'P0' } as const

function repeatsOf(due: readonly Row[], at: Date): readonly Told[] {
  if (due.length <= singleRepeatsMax)
    return due.map((row) => ({
      ...urgent,
      subject: row.subject,
      text: againText(row, at),
      ...actionsOf(row),
      repeats: [row.seq],
    }))
  const lines = due.map(({ subject, first_told_at: first }) => {
    return `${subject}, for ${durationText(at.getTime() - first.getTime())}`
  })
  return [
    {
      ...urgent,
      subject: 'Nobody acknowledges these alerts',
      text: `${due.length} wait for "ack":\n${lines.join('\n')}`,
      repeats: due.map(({ seq }) => seq),
    },
  ]
}

const gapOf = (repeatMs: number, { actions }: Pick<Row, 'actions'>, times: number): number =>
  (actions as readonly unknown[]).length === 0
    ? repeatGapMs(repeatMs, times)
    : Math.min(repeatMs, decisionGapMsMax)

/** How many words were posted. Whoever calls it has its turn. */
export async function repeatDue(trx: Trx, repeatMs: number): Promise<number> {
  const due = await trx
    .selectFrom('urgent_alerts')
    .selectAll()
    .select(now.as('at'))
    .where('acked_at', 'is', null)
    .where('repeat_at', '<=', now)
    .orderBy('seq')
    .limit(dueMax)
    .execute()
  const [first] = due
  if (first === undefined) return 0
  for (const { times, seq, ...row } of due)
    await trx
      .updateTable('urgent_alerts')
      .set({
        last_told_at: now,
        times: times + 1,
        repeat_at: msFromNow(gapOf(repeatMs, row, times + 1)),
      })
      .where('seq', '=', seq)
      .execute()
  const outbox = openPostgresOutbox(trx)
  const repeats = repeatsOf(due, first.at)
  for (const repeat of repeats) await outbox.post(repeat)
  return repeats.length
}
