// The ledger refuses to be emptied; a test that begins anew says so to its face.
import { sql, type Kysely } from 'kysely'
import type { Tables } from '../src/database/tables.ts'

export async function forgetLedger(db: Kysely<Tables>): Promise<void> {
  await sql`alter table ledger disable trigger ledger_is_final`.execute(db)
  await sql`delete from ledger`.execute(db)
  await sql`alter table ledger enable trigger ledger_is_final`.execute(db)
}
