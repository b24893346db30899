// Why a gap was suspicious when it was offered: what is asked again at the answer must outlive the process.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table opportunities add column doubts text[] not null default '{}'`.execute(db)
}
