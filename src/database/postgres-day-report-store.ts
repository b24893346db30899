// The port of day reports on PostgreSQL. Who inserts the day tells it, in one transaction.
import { sql } from 'kysely'
import type { DayReportStore, Problem } from '../notification/day-report.ts'
import { transact, type Database } from './connect.ts'
import { openPostgresOutbox } from './postgres-outbox.ts'

const problemsMax = 50

export function openPostgresDayReportStore(
  db: Database,
  { mode, posted = () => {} }: { readonly mode: 'paper' | 'live'; readonly posted?: () => void },
): DayReportStore {
  return {
    async facts({ from, to }) {
      const [gaps, offered, problems] = await Promise.all([
        sql<{ route: string; net: number }>`
          select route, net_max as net from gaps
          where minute >= ${from} and minute < ${to} order by net_max desc limit 1`.execute(db),
        sql<{ count: number }>`
          select count(*) from opportunities
          where mode = ${mode} and detected_at >= ${from} and detected_at < ${to}`.execute(db),
        sql<Problem>`
          select notification->>'severity' as severity, notification->>'subject' as subject,
            count(*) as count
          from outbox
          where posted_at >= ${from} and posted_at < ${to}
            and notification->>'kind' = 'alert' and notification->>'severity' in ('P0', 'P1')
            and not notification ? 'repeats' and not notification ? 'to'
          group by 1, 2 order by 1, 3 desc, 2 limit ${problemsMax}`.execute(db),
      ])
      return {
        bestGap: gaps.rows[0],
        offered: offered.rows[0]?.count ?? 0,
        problems: problems.rows,
      }
    },
    async tellOnce(day, notification) {
      const isFirst = await transact(db, async (trx) => {
        const { rows } = await sql`
          insert into summaries_told (day) values (${day}) on conflict do nothing
          returning day`.execute(trx)
        if (rows.length === 0) return false
        await openPostgresOutbox(trx).post(notification)
        return true
      })
      if (isFirst) posted()
      return isFirst
    },
  }
}
