// The settings port on PostgreSQL: what differs from the defaults, and who changed it.
import { isDeepStrictEqual } from 'node:util'
import { sql, type Transaction } from 'kysely'
import { isSettingKey } from '../settings/settings.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import { transact, type Database } from './connect.ts'
import { settingsLock } from './control-mode.ts'
import type { Tables } from './tables.ts'

type Trx = Transaction<Tables>

const json = (value: unknown) => sql`${JSON.stringify(value)}::jsonb`

/** What a change left stored; undefined: nothing. */
type Kept = { readonly value: unknown; readonly by: string; readonly at: Date }

/** The last that was stored before that moment. */
async function keptBefore(trx: Trx, key: string, since: Date): Promise<Kept | undefined> {
  const last = await trx
    .selectFrom('settings_audit')
    .select(['kept_value as value', 'changed_by as by', 'changed_at as at'])
    .where('key', '=', key)
    .where('changed_at', '<', since)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last === undefined || last.value === null ? undefined : last
}

const keep = (trx: Trx, key: string, kept: Kept | undefined) =>
  kept === undefined
    ? sql`delete from settings where key = ${key}`.execute(trx)
    : sql`
        insert into settings (key, value, changed_by, changed_at)
        values (${key}, ${json(kept.value)}, ${kept.by}, ${kept.at})
        on conflict (key) do update set value = excluded.value,
          changed_by = excluded.changed_by, changed_at = excluded.changed_at`.execute(trx)

export function openPostgresSettingsStore(db: Database): SettingsStore {
  return {
    async load() {
      const rows = await db.selectFrom('settings').selectAll().execute()
      return new Map(
        rows.map(({ key, value, changed_at: changedAt }) => [key, { value, changedAt }]),
      )
    },
    change: (key, from, to, by, given) =>
      transact(db, async (trx) => {
        // One change at a time, so that each is audited with what really stood there before it.
        await sql`select pg_advisory_xact_lock(${settingsLock})`.execute(trx)
        const stored = await trx
          .selectFrom('settings')
          .select(['value', 'changed_at'])
          .where('key', '=', key)
          .executeTakeFirst()
        const isOfBefore = stored === undefined || (given && stored.changed_at < given.since)
        const before: unknown = isOfBefore === true ? (given?.value ?? from) : stored?.value
        if (isDeepStrictEqual(before, to)) return undefined
        const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(trx)
        const at = rows[0]?.now as Date
        const kept =
          given !== undefined && isDeepStrictEqual(to, given.value)
            ? await keptBefore(trx, key, given.since)
            : { value: to, by, at }
        await sql`
          insert into settings_audit (key, from_value, to_value, kept_value, changed_by, changed_at)
          values (${key}, ${json(before)}, ${json(to)},
            ${kept === undefined ? null : json(kept.value)}, ${by}, ${at})`.execute(trx)
        await keep(trx, key, kept)
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
