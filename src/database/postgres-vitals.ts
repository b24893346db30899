// The port of vital signs on PostgreSQL, which knows who is connected to it.
import { sql } from 'kysely'
import type { ReadVitals, Vitals } from '../history/vitals.ts'
import type { Database } from './connect.ts'

/** As a process of the desk names its connections; the second group is its pid. */
export const connectionName = (role: string, pid: number): string => `arbdesk ${role} ${pid}`
const nameShape = String.raw`^arbdesk ([a-z]+) (\d+)$`

const ms = (since: ReturnType<typeof sql>) =>
  sql<number>`greatest(0, extract(epoch from clock_timestamp() - ${since}) * 1000)::float8`

async function readProcesses(db: Database): Promise<Vitals['processes']> {
  // One process has several connections; on several machines, pids may be the same.
  const { rows } = await sql<{ role: string; pid: number; silent_ms: number }>`
    select part[1] as role, part[2]::integer as pid, ${ms(sql`max(state_change)`)} as silent_ms
    from pg_stat_activity cross join lateral regexp_match(application_name, ${nameShape}) part
    where datname = current_database() and part is not null
    group by part, client_addr
    order by role, pid`.execute(db)
  return rows.map(({ role, pid, silent_ms: silentMs }) => ({ role, pid, silentMs }))
}

async function readSurfaces(db: Database): Promise<Vitals['surfaces']> {
  const { rows } = await sql<{
    surface: string
    unread: number
    unread_ms: number
    unshown: number
    unshown_ms: number
  }>`
    select position.surface, unread.count as unread, unread.ms as unread_ms,
      unshown.count as unshown, unshown.ms as unshown_ms
    from outbox_positions position
      cross join lateral (
        select count(*), coalesce(${ms(sql`min(posted_at)`)}, 0) as ms
        from outbox where outbox.seq > position.seq
      ) unread
      cross join lateral (
        select count(*), coalesce(${ms(sql`min(due_at)`)}, 0) as ms
        from chat_messages
        where chat_messages.surface = position.surface and wanted > shown and digest is null
          and due_at <= clock_timestamp()
      ) unshown
    order by position.surface`.execute(db)
  return rows.map((row) => ({
    surface: row.surface,
    unread: row.unread,
    oldestUnreadMs: row.unread_ms,
    unshown: row.unshown,
    oldestUnshownMs: row.unshown_ms,
  }))
}

export const openPostgresVitals =
  (db: Database): ReadVitals =>
  async () => {
    const startedMs = performance.now()
    const { rows } = await sql<{ version: string; schema: string }>`
      select current_setting('server_version') as version,
        (select max(name) from kysely_migration) as schema`.execute(db)
    const databaseMs = performance.now() - startedMs
    const [processes, surfaces] = await Promise.all([readProcesses(db), readSurfaces(db)])
    const [first] = rows
    return {
      databaseMs,
      databaseVersion: first?.version.split(' ')[0] ?? 'unknown',
      schema: first?.schema ?? 'none',
      processes,
      surfaces,
    }
  }
