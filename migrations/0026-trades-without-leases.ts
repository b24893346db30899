// Who works on a trade, and until when, is a matter of its execution since there are executions.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table trades drop column epoch, drop column worker, drop column lease_until`.execute(db)
}
