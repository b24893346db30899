// What a bot's gateway remembers from one process to the next.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table gateway_sessions (
      bot text primary key,
      session text not null,
      resume_url text not null,
      sequence bigint not null,
      application text not null,
      saved_at timestamptz not null default clock_timestamp()
    )`.execute(db)
  // One row for each session begun; those of the last day count.
  await sql`
    create table gateway_identifies (
      bot text not null,
      at timestamptz not null default clock_timestamp()
    )`.execute(db)
  await sql`create index gateway_identifies_by_bot on gateway_identifies (bot, at)`.execute(db)
}
