// A minute in which a gap stood without being seen anew has no sample, only how long it was open.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table gaps
      drop constraint gaps_samples_check,
      add constraint gaps_samples_check check (samples >= 0)`.execute(db)
}
