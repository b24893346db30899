// The outbox port on PostgreSQL. The table numbers its rows in the order they become visible, so that a
// reader who moved past a number never misses one below it.
import { sql, type Selectable } from 'kysely'
import type { Notification, Posted } from '../notification/notification.ts'
import type { Outbox } from '../notification/outbox.ts'
import { now } from './clock.ts'
import type { Database } from './connect.ts'
import { decodeNotification, encodeNotification } from './notification-json.ts'
import type { Tables } from './tables.ts'

/** One gap is one story, from its first sight to the settled trade. */
function storyOf(notification: Notification): string {
  switch (notification.kind) {
    case 'opportunity':
      return notification.opportunity.id
    case 'approval':
      return notification.approval.opportunity
    case 'trade':
      return notification.trade.opportunity
    case 'alert':
    case 'status':
      return `${notification.kind} ${notification.subject}`
  }
}

/** A message that cannot be read must not hold up those behind it. */
const unreadable = (seq: number): Notification => ({
  kind: 'alert',
  severity: 'P2',
  subject: 'a message is unreadable',
  text: `Message ${seq} was written by another version of the desk and cannot be shown.`,
})

/** More than any gap's story has; what an alert says again and again is told in a few lines anyway. */
const storyMax = 50

const postedOf = (row: Selectable<Tables['outbox']>): Posted => ({
  seq: row.seq,
  at: row.posted_at,
  key: row.key,
  notification: decodeNotification(row.notification) ?? unreadable(row.seq),
})

export function openPostgresOutbox(db: Database): Outbox {
  return {
    async post(notification) {
      await sql`
        insert into outbox (key, notification)
        values (${storyOf(notification)}, ${encodeNotification(notification)}::jsonb)`.execute(db)
    },
    async newest() {
      const { rows } = await sql<{ seq: number }>`
        select coalesce(max(seq), 0) as seq from outbox`.execute(db)
      return rows[0]?.seq ?? 0
    },
    async read(afterSeq, limit) {
      const rows = await db
        .selectFrom('outbox')
        .selectAll()
        .where('seq', '>', afterSeq)
        .orderBy('seq')
        .limit(limit)
        .execute()
      return rows.map(postedOf)
    },
    async story(key, sinceSeq) {
      const rows = await db
        .selectFrom('outbox')
        .selectAll()
        .where('key', '=', key)
        .where('seq', '>=', sinceSeq)
        .orderBy('seq', 'desc')
        .limit(storyMax)
        .execute()
      return rows.map(postedOf).toReversed()
    },
    async find(seqs) {
      const rows = await db
        .selectFrom('outbox')
        .selectAll()
        .where('seq', '=', sql<number>`any(${[...seqs]}::bigint[])`)
        .orderBy('seq')
        .execute()
      return rows.map(postedOf)
    },
    async position(surface) {
      const { rows } = await sql<{ seq: number }>`
        insert into outbox_positions (surface, seq)
        values (${surface}, (select coalesce(max(seq), 0) from outbox))
        on conflict (surface) do update set surface = excluded.surface
        returning seq`.execute(db)
      return rows[0]?.seq ?? 0
    },
    async moveTo(surface, seq) {
      // Two of one surface may run for a moment while one is replaced: the further one counts.
      await db
        .insertInto('outbox_positions')
        .values({ surface, seq })
        .onConflict((conflict) =>
          conflict.column('surface').doUpdateSet({
            seq: sql<number>`greatest(outbox_positions.seq, excluded.seq)`,
            moved_at: now,
          }),
        )
        .execute()
    },
  }
}
