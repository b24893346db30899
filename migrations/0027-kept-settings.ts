// A change back to what one run was given keeps nothing of it for the next. So the history says what each
// change left stored; null: nothing, and the default holds.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table settings_audit add column kept_value jsonb`.execute(db)
  await sql`update settings_audit set kept_value = to_value`.execute(db)
}
