// The port of exports on PostgreSQL. Rows before a fixed moment are only ever added to at the other end,
// so that one batch after the other is one file.
import { sql } from 'kysely'
import type { Cell, ExportStore } from '../history/export-store.ts'
import type { Database } from './connect.ts'
import { exportQueries } from './export-queries.ts'

const batchRows = 10_000

export const openPostgresExportStore = (
  db: Database,
  { mode }: { readonly mode: 'paper' | 'live' },
): ExportStore => ({
  columns: (kind) => exportQueries[kind].columns,
  async *read(kind, filter) {
    const { columns, rows: query } = exportQueries[kind]
    const all = query(filter, mode)
    for (let offset = 0; ; offset += batchRows) {
      const { rows } = await sql<Record<string, Cell>>`
        ${all} limit ${batchRows} offset ${offset}`.execute(db)
      if (rows.length > 0) yield rows.map((row) => columns.map(({ name }) => row[name] ?? null))
      if (rows.length < batchRows) return
    }
  },
})
