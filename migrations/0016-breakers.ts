// Circuit breakers that tripped: each stays tripped, over every restart, until a person resets it.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table breaker_trips (
      seq bigint generated always as identity primary key,
      mode text not null check (mode in ('paper', 'live')),
      breaker text not null,
      measured numeric not null,
      most numeric not null,
      why text not null,
      tripped_by text not null,
      tripped_at timestamptz not null default clock_timestamp(),
      reset_by text,
      reset_at timestamptz,
      check ((reset_by is null) = (reset_at is null))
    )`.execute(db)
  await sql`
    create unique index breaker_tripped_once on breaker_trips (mode, breaker)
    where reset_at is null`.execute(db)
  await sql`create index breaker_resets on breaker_trips (mode, breaker, reset_at)`.execute(db)
  await sql`
    create function keep_breaker_trip() returns trigger language plpgsql as $$
    begin
      if old.reset_at is not null or new.reset_at is null
        or (to_jsonb(new) - 'reset_by' - 'reset_at') <> (to_jsonb(old) - 'reset_by' - 'reset_at')
      then
        raise exception 'a breaker that tripped can only be reset, and once'
          using errcode = 'insufficient_privilege';
      end if;
      return new;
    end $$`.execute(db)
  await sql`
    create trigger breaker_trip_stands before update on breaker_trips
    for each row execute function keep_breaker_trip()`.execute(db)
  await sql`
    create trigger breaker_trip_is_kept before delete or truncate on breaker_trips
    for each statement execute function refuse_change()`.execute(db)
}
