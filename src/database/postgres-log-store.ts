// The port of log lines on PostgreSQL: one small table that housekeeping keeps small.
import { sql } from 'kysely'
import { lineLevels, type LineLevel, type LogStore } from '../history/log-store.ts'
import type { Database } from './connect.ts'

const linesMax = 10_000
const keptDays = 3

const atLeast = (least: LineLevel): readonly LineLevel[] =>
  lineLevels.slice(lineLevels.indexOf(least))

/** PostgreSQL's text holds every character but this one. */
const storable = (text: string): string => text.replaceAll('\0', '')

export const openPostgresLogStore = (db: Database): LogStore => ({
  async add(process, lines) {
    if (lines.length === 0) return
    await sql`
      insert into log_lines (at, process, level, part, text, facts)
      select at, ${process}, level, part, text, facts
      from unnest(${lines.map(({ at }) => at)}::timestamptz[],
        ${lines.map(({ level }) => level)}::text[],
        ${lines.map(({ part }) => storable(part))}::text[],
        ${lines.map(({ text }) => storable(text))}::text[],
        ${lines.map(({ facts }) => storable(facts))}::text[])
        with ordinality line (at, level, part, text, facts, place)
      order by place`.execute(db)
  },
  async list({ limit, least = 'debug', part, beforeSeq }) {
    const rows = await db
      .selectFrom('log_lines')
      .selectAll()
      .$if(least !== 'debug', (all) => all.where('level', 'in', atLeast(least)))
      .$if(beforeSeq !== undefined, (all) => all.where('seq', '<', beforeSeq ?? 0))
      .$if(part !== undefined, (all) =>
        all.where((where) =>
          where.or([
            where('part', '=', part ?? ''),
            where(sql<string>`split_part(process, ' ', 1)`, '=', part ?? ''),
          ]),
        ),
      )
      .orderBy('seq', 'desc')
      .limit(limit)
      .execute()
    return rows
  },
  async prune() {
    await sql`
      delete from log_lines
      where seq <= (select max(seq) from log_lines) - ${linesMax}
        or at < statement_timestamp() - ${keptDays} * interval '1 day'`.execute(db)
  },
})
