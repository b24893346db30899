// The audit port on PostgreSQL. The table itself refuses every change to what stands in it.
import type { Audit } from '../history/audit.ts'
import type { Database } from './connect.ts'

export const openPostgresAudit = (db: Database): Audit => ({
  async record({ chat, arguments: given, ...entry }) {
    await db
      .insertInto('audit')
      .values({ ...entry, chat: chat ?? null, arguments: JSON.stringify(given) })
      .execute()
  },
  async list({ limit, beforeSeq, person, action }) {
    const rows = await db
      .selectFrom('audit')
      .selectAll()
      .$if(beforeSeq !== undefined, (all) => all.where('seq', '<', beforeSeq ?? 0))
      .$if(person !== undefined, (all) => all.where('person', '=', person ?? ''))
      .$if(action !== undefined, (all) => all.where('action', '=', action ?? ''))
      .orderBy('seq', 'desc')
      .limit(limit)
      .execute()
    return rows.map(({ chat, ...row }) => ({ ...row, chat: chat ?? undefined }))
  },
})
