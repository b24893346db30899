// Notifications on their way to people, and how far each surface has read.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create sequence outbox_seq`.execute(db)
  await sql`
    create table outbox (
      seq bigint primary key,
      key text not null,
      notification jsonb not null,
      posted_at timestamptz not null default clock_timestamp()
    )`.execute(db)
  // A reader moves past the highest number it saw, so a lower one must never appear later. Numbers
  // are given out under a lock that is held until the commit: they become visible in their order.
  await sql`
    create function number_outbox() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_xact_lock(hashtextextended('arbdesk outbox', 0));
      new.seq := nextval('outbox_seq');
      new.posted_at := clock_timestamp();
      return new;
    end $$`.execute(db)
  await sql`
    create trigger outbox_number before insert on outbox
    for each row execute function number_outbox()`.execute(db)
  await sql`
    create table outbox_positions (
      surface text primary key,
      seq bigint not null,
      moved_at timestamptz not null default clock_timestamp()
    )`.execute(db)
}
