// The port of alert calls on PostgreSQL: a queue of posts for the webhook, in order within one alert.
import { sql } from 'kysely'
import type { AlertCallStore } from '../notification/urgent-alert.ts'
import { msAgo, msFromNow, now } from './clock.ts'
import type { Database } from './connect.ts'
import { openPostgresOutbox } from './postgres-outbox.ts'

const ageMsMax = 86_400_000

export function openPostgresAlertCallStore(db: Database): AlertCallStore {
  const outbox = openPostgresOutbox(db)

  const heard = async (seq: number): Promise<void> =>
    void (await db.deleteFrom('alert_calls').where('seq', '=', seq).execute())

  return {
    async next(leaseMs) {
      const { rows } = await sql<{ seq: number; tries: number }>`
        update alert_calls set tries = tries + 1, calling_until = ${msFromNow(leaseMs)}
        where seq = (
          select seq from alert_calls as waiting
          where due_at <= statement_timestamp()
            and (calling_until is null or calling_until < statement_timestamp())
            and not exists (
              select from alert_calls as earlier
              where earlier.alert = waiting.alert and earlier.seq < waiting.seq)
          order by seq limit 1 for update skip locked)
        returning seq, tries`.execute(db)
      const [call] = rows
      if (call === undefined) return undefined
      const [posted] = await outbox.find([call.seq])
      if (posted !== undefined) return { ...call, posted }
      await heard(call.seq)
      return undefined
    },
    heard,
    async failed(seq, afterMs) {
      await db
        .deleteFrom('alert_calls')
        .where('seq', '=', seq)
        .where('created_at', '<', msAgo(ageMsMax))
        .execute()
      await db
        .updateTable('alert_calls')
        .set({ due_at: msFromNow(afterMs), calling_until: null })
        .where('seq', '=', seq)
        .where('calling_until', '>', now)
        .execute()
    },
  }
}
