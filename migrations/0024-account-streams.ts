// Which venues tell of our accounts by themselves just now, as the process that listens last said. People
// read it; nothing is decided by it.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table account_streams (
      mode text not null check (mode in ('paper', 'live')),
      venue text not null,
      state text not null check (state in ('up', 'away')),
      reason text,
      since timestamptz not null default clock_timestamp(),
      said_at timestamptz not null default clock_timestamp(),
      primary key (mode, venue),
      check ((state = 'up') = (reason is null))
    )`.execute(db)
}
