// A paper desk and a live desk on one database each look after their own gaps.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Whatever was offered before was offered on paper.
  await sql`
    alter table opportunities
      add column mode text not null default 'paper' check (mode in ('paper', 'live'))`.execute(db)
  await sql`alter table opportunities alter column mode drop default`.execute(db)
}
