// The port of urgent alerts on PostgreSQL. One alert of a subject is open at a time; its posts are known
// by their numbers, so that one which is delivered twice counts once.
import { sql, type Selectable, type Transaction } from 'kysely'
import type { Notification, Posted } from '../notification/notification.ts'
import {
  decisionGapMsMax,
  type UrgentAlert,
  type UrgentAlertStore,
} from '../notification/urgent-alert.ts'
import type { AlertTables } from './alert-tables.ts'
import { now } from './clock.ts'
import { transact, type Database } from './connect.ts'
import { openPostgresOutbox } from './postgres-outbox.ts'
import type { Tables } from './tables.ts'
import { actionsOf, repeatDue } from './urgent-alert-repeats.ts'

type Trx = Transaction<Tables>
type Row = Selectable<AlertTables['urgent_alerts']>
type Told = Extract<Notification, { kind: 'alert' }>

/** Bounds what one round of repeats says. */
const textMax = 1500

const alertOf = (row: Row): UrgentAlert => ({
  id: row.seq,
  subject: row.subject,
  text: row.text,
  firstToldAt: row.first_told_at,
  lastToldAt: row.last_told_at,
  times: row.times,
  actions: actionsOf(row).actions ?? [],
  acked:
    row.acked_at === null || row.acked_by === null
      ? undefined
      : { at: row.acked_at, by: row.acked_by },
})

const actionsText = ({ actions = [] }: Told): string => JSON.stringify(actions)

const urgentIn = ({ notification }: Posted): Told | undefined =>
  notification.kind === 'alert' && notification.severity === 'P0' ? notification : undefined

/** Whoever opens, repeats or acknowledges alerts takes turns: few do, and seldom. */
const takeTurns = (trx: Trx) =>
  sql`select pg_advisory_xact_lock(hashtextextended('arbdesk urgent alerts', 0))`.execute(trx)

/** A later word that waits says the same and more. */
async function call(trx: Trx, seq: number, alert: number, repeats: boolean): Promise<void> {
  if (repeats)
    await trx
      .deleteFrom('alert_calls')
      .where('alert', '=', alert)
      .where('repeats', '=', true)
      .where((where) =>
        where.or([where('calling_until', 'is', null), where('calling_until', '<', now)]),
      )
      .execute()
  await trx
    .insertInto('alert_calls')
    .values({ seq, alert, repeats })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** The alert that a post is a word on: the open one, or one that ended after the post was told. */
const alertAbout = (trx: Trx, { key, seq }: Posted): Promise<Row | undefined> =>
  trx
    .selectFrom('urgent_alerts')
    .selectAll()
    .where('key', '=', key)
    .where((where) => where.or([where('acked_at', 'is', null), where('last_seq', '>=', seq)]))
    .orderBy('acked_at', (order) => order.desc().nullsFirst())
    .limit(1)
    .executeTakeFirst()

async function insertAlert(trx: Trx, posted: Posted, told: Told, repeatMs: number): Promise<Row> {
  return trx
    .insertInto('urgent_alerts')
    .values({
      seq: posted.seq,
      last_seq: posted.seq,
      key: posted.key,
      subject: told.subject,
      text: told.text,
      actions: actionsText(told),
      first_told_at: posted.at,
      last_told_at: posted.at,
      repeat_at: sql<Date>`${posted.at}::timestamptz + ${repeatMs} * interval '1 millisecond'`,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Several alerts told together are one call, in the turn of the first of them. */
async function takeRepeat(
  trx: Trx,
  { seq }: Posted,
  alerts: readonly number[],
  calls: boolean,
): Promise<void> {
  const rows = await trx
    .updateTable('urgent_alerts')
    .set({ last_seq: seq })
    .where('seq', 'in', alerts)
    .where('last_seq', '<', seq)
    .where('acked_at', 'is', null)
    .returning('seq')
    .execute()
  const [first] = rows.map((row) => row.seq).toSorted((a, b) => a - b)
  if (calls && first !== undefined) await call(trx, seq, first, true)
}

async function takeFirst(
  trx: Trx,
  posted: Posted,
  told: Told,
  { repeatMs, calls }: { readonly repeatMs: number; readonly calls: boolean },
): Promise<void> {
  const known = await alertAbout(trx, posted)
  if (known !== undefined && known.last_seq >= posted.seq) return
  if (known !== undefined)
    await trx
      .updateTable('urgent_alerts')
      .set({
        last_seq: posted.seq,
        text: told.text,
        actions: actionsText(told),
        last_told_at: posted.at,
        times: known.times + 1,
      })
      .where('seq', '=', known.seq)
      .execute()
  const alert = known ?? (await insertAlert(trx, posted, told, repeatMs))
  if (calls) await call(trx, posted.seq, alert.seq, false)
}

const acknowledgeRows = async (
  trx: Trx,
  by: string,
  only: readonly number[] | undefined,
): Promise<readonly UrgentAlert[]> => {
  const rows = await trx
    .updateTable('urgent_alerts')
    .set({ acked_at: now, acked_by: by })
    .where('acked_at', 'is', null)
    .$if(only !== undefined, (open) => open.where('seq', 'in', only ?? []))
    .returningAll()
    .execute()
  const ids = rows.map(({ seq }) => seq)
  // The first word still goes out: whoever reads along elsewhere has not heard of it yet.
  if (ids.length > 0)
    await trx
      .deleteFrom('alert_calls')
      .where('alert', 'in', ids)
      .where('repeats', '=', true)
      .execute()
  return rows.map(alertOf).toSorted((a, b) => a.id - b.id)
}

/** Newer numbers or the end of an alert that is open: nobody is told anew. True when it was that. */
async function followShown(db: Database, { notification, key, seq }: Posted): Promise<boolean> {
  if (notification.kind !== 'alert') return false
  const { renews, ends, text } = notification
  if (renews !== true && ends === undefined) return false
  await transact(db, async (trx) => {
    await takeTurns(trx)
    const open = await trx
      .selectFrom('urgent_alerts')
      .select('seq')
      .where('key', '=', key)
      .where('acked_at', 'is', null)
      .where('last_seq', '<', seq)
      .execute()
    const ids = open.map((row) => row.seq)
    if (ids.length === 0) return
    if (ends !== undefined) return void (await acknowledgeRows(trx, ends, ids))
    await trx
      .updateTable('urgent_alerts')
      .set({
        text: text.slice(0, textMax),
        actions: actionsText(notification),
        // A decision is asked for more often than eyes are.
        repeat_at: sql<Date>`least(repeat_at, last_told_at + ${decisionGapMsMax} * interval '1 millisecond')`,
      })
      .where('seq', 'in', ids)
      .execute()
  })
  return true
}

/** A press may be faster than the process that takes alerts up. */
async function alertsOfPost(trx: Trx, id: number): Promise<readonly Row[]> {
  const [posted] = await openPostgresOutbox(trx).find([id])
  const told = posted === undefined ? undefined : urgentIn(posted)
  if (posted === undefined || told === undefined) return []
  const { repeats = [] } = told
  if (repeats.length > 0)
    return trx.selectFrom('urgent_alerts').selectAll().where('seq', 'in', repeats).execute()
  return [(await alertAbout(trx, posted)) ?? (await insertAlert(trx, posted, told, 0))]
}

export function openPostgresUrgentAlertStore(
  db: Database,
  { posted: wake = () => {} }: { readonly posted?: () => void } = {},
): UrgentAlertStore {
  return {
    async take(posted, how) {
      if (await followShown(db, posted)) return
      const told = urgentIn(posted)
      if (told === undefined) return
      const cut = { ...told, text: told.text.slice(0, textMax) }
      await transact(db, async (trx) => {
        await takeTurns(trx)
        const { repeats = [] } = told
        if (repeats.length === 0) await takeFirst(trx, posted, cut, how)
        else await takeRepeat(trx, posted, repeats, how.calls)
      })
    },
    async listOpen() {
      const rows = await db
        .selectFrom('urgent_alerts')
        .selectAll()
        .where('acked_at', 'is', null)
        .orderBy('seq')
        .execute()
      return rows.map(alertOf)
    },
    acknowledge: (id, by) =>
      transact(db, async (trx) => {
        await takeTurns(trx)
        if (id === 'all') {
          const alerts = await acknowledgeRows(trx, by, undefined)
          return alerts.length === 0 ? { outcome: 'none' } : { outcome: 'acknowledged', alerts }
        }
        const rows = await alertsOfPost(trx, id)
        const [row] = rows
        if (row === undefined) return { outcome: 'none' }
        const ids = rows.map(({ seq }) => seq)
        const alerts = await acknowledgeRows(trx, by, ids)
        if (alerts.length > 0) return { outcome: 'acknowledged', alerts }
        return { outcome: 'known', alert: alertOf(row) }
      }),
    async repeatDue(repeatMs) {
      const count = await transact(db, async (trx) => {
        await takeTurns(trx)
        return repeatDue(trx, repeatMs)
      })
      if (count > 0) wake()
      return count
    },
  }
}
