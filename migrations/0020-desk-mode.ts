// Whose money this database is about, said once and for ever; and which process signs its orders.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table desk_mode (
      single boolean primary key default true check (single),
      mode text not null check (mode in ('paper', 'live')),
      claimed_at timestamptz not null default clock_timestamp()
    )`.execute(db)
  // Until now every desk was one of paper.
  await sql`
    insert into desk_mode (mode)
    select 'paper' where exists (select from opportunities) or exists (select from balances)`.execute(
    db,
  )
  await sql`
    create function keep_desk_mode() returns trigger language plpgsql as $$
    begin
      raise exception 'a database stays what it is: paper or live'
        using errcode = 'check_violation', constraint = 'desk_mode_stays';
    end $$`.execute(db)
  await sql`
    create trigger desk_mode_stays before update or delete on desk_mode
    for each row execute function keep_desk_mode()`.execute(db)
  await sql`
    create table signer_lease (
      single boolean primary key default true check (single),
      owner text not null,
      epoch bigint not null,
      lease_until timestamptz not null
    )`.execute(db)
}
