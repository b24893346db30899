// The settings port on PostgreSQL: what differs from the defaults, and who changed it.
import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import { isSettingKey } from '../settings/settings.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import { transact, type Database } from './connect.ts'
import { settingsLock } from './control-mode.ts'

const json = (value: unknown) => sql`${JSON.stringify(value)}::jsonb`

export function openPostgresSettingsStore(db: Database): SettingsStore {
  return {
    async load() {
      const rows = await db.selectFrom('settings').selectAll().execute()
      return new Map(
        rows.map(({ key, value, changed_at: changedAt }) => [key, { value, changedAt }]),
      )
    },
    change: (key, from, to, by, since = new Date(0)) =>
      transact(db, async (trx) => {
        // One change at a time, so that each is audited with what really stood there before it.
        await sql`select pg_advisory_xact_lock(${settingsLock})`.execute(trx)
        const stored = await trx
          .selectFrom('settings')
          .select(['value', 'changed_at'])
          .where('key', '=', key)
          .executeTakeFirst()
        const before: unknown =
          stored === undefined || stored.changed_at < since ? from : stored.value
        if (isDeepStrictEqual(before, to)) return undefined
        const { rows } = await sql<{ at: Date }>`
          insert into settings_audit (key, from_value, to_value, changed_by, changed_at)
          values (${key}, ${json(before)}, ${json(to)}, ${by}, clock_timestamp())
          returning changed_at as at`.execute(trx)
        const at = rows[0]?.at as Date
        await sql`
          insert into settings (key, value, changed_by, changed_at)
          values (${key}, ${json(to)}, ${by}, ${at})
          on conflict (key) do update set value = excluded.value,
            changed_by = excluded.changed_by, changed_at = excluded.changed_at`.execute(trx)
        return { key, from: before, to, by, at }
      }),
    async history(limit, key) {
      const rows = await db
        .selectFrom('settings_audit')
        .selectAll()
        .$if(key !== undefined, (all) => all.where('key', '=', key ?? ''))
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute()
      // A key that later code dropped has a history, but nothing can be done with it.
      return rows.flatMap((row) =>
        isSettingKey(row.key)
          ? [
              {
                key: row.key,
                from: row.from_value,
                to: row.to_value,
                by: row.changed_by,
                at: row.changed_at,
              },
            ]
          : [],
      )
    },
  }
}
