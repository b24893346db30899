// What orders of the last day got is asked every few seconds, by every shard.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index orders_by_time on orders (created_at)`.execute(db)
}
