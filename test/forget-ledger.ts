// The ledger and what executions wrote refuse to be emptied; a test that begins anew says so to its face.
import { sql, type Kysely } from 'kysely'
import type { Tables } from '../src/database/tables.ts'

export async function forgetLedger(db: Kysely<Tables>): Promise<void> {
  await sql`alter table ledger disable trigger ledger_is_final`.execute(db)
  await sql`delete from ledger`.execute(db)
  await sql`alter table ledger enable trigger ledger_is_final`.execute(db)
}

/** With their orders, prints, entries and exposures, none of which can be deleted row by row. */
export async function forgetExecutions(db: Kysely<Tables>): Promise<void> {
  await sql`truncate executions cascade`.execute(db)
}

/** Everything that was ever offered, decided, traded or paid in. */
export async function forgetTrades(db: Kysely<Tables>): Promise<void> {
  await sql`truncate opportunities, approvals, trades, balances, deposits cascade`.execute(db)
  await forgetLedger(db)
}
