// Who may act, within which limits, on whose behalf the desk acts by itself, and what anybody tried.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createOperators(db)
  await createMandates(db)
  await createVotes(db)
  await createConfirmations(db)
  await createAudit(db)
}

async function createOperators(db: Kysely<unknown>): Promise<void> {
  // What an admin changed from chat; it wins over the configuration. No role: taken away.
  await sql`
    create table operators (
      surface text not null check (surface in ('discord', 'telegram')),
      account text not null,
      person text not null,
      role text check (role in ('viewer', 'trader', 'operator', 'admin')),
      changed_by text not null,
      changed_at timestamptz not null default clock_timestamp(),
      primary key (surface, account)
    )`.execute(db)
  await sql`
    create table person_limits (
      person text primary key,
      trade_usdt_max numeric check (trade_usdt_max >= 0),
      day_usdt_max numeric check (day_usdt_max >= 0),
      changed_by text not null,
      changed_at timestamptz not null default clock_timestamp()
    )`.execute(db)
}

async function createMandates(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table mandates (
      id text primary key,
      mode text not null check (mode in ('paper', 'live')),
      route text not null,
      person text not null,
      given_by text not null,
      cap_usdt numeric not null check (cap_usdt > 0),
      used_usdt numeric not null default 0 check (used_usdt >= 0),
      given_at timestamptz not null default clock_timestamp(),
      expires_at timestamptz not null,
      revoked_at timestamptz,
      revoked_by text,
      constraint within_its_cap check (used_usdt <= cap_usdt),
      constraint revoked_by_somebody check ((revoked_at is null) = (revoked_by is null))
    )`.execute(db)
  await sql`
    create index standing_mandates on mandates (mode, route, expires_at)
    where revoked_at is null`.execute(db)
}

async function createVotes(db: Kysely<unknown>): Promise<void> {
  // Everybody whose yes a trade rests on; the limits of a person's day are counted here.
  await sql`
    create table votes (
      approval text not null references approvals,
      person text not null,
      given_by text not null,
      share numeric not null check (share > 0 and share <= 1),
      given_at timestamptz not null default clock_timestamp(),
      primary key (approval, person)
    )`.execute(db)
  await sql`create index votes_by_person on votes (person, given_at)`.execute(db)
  await sql`
    alter table approvals
      add column share numeric not null default 1 check (share > 0 and share <= 1),
      add column approved_by text[] not null default '{}',
      add column mandate text references mandates`.execute(db)
  await sql`
    alter table trades
      add column share numeric not null default 1 check (share > 0 and share <= 1)`.execute(db)
}

async function createConfirmations(db: Kysely<unknown>): Promise<void> {
  // The first of two people, or the announced delay of one who is alone.
  await sql`
    create table confirmations (
      id text primary key,
      mode text not null check (mode in ('paper', 'live')),
      step text not null,
      person text not null,
      given_by text not null,
      given_at timestamptz not null default clock_timestamp(),
      expires_at timestamptz not null,
      used_at timestamptz
    )`.execute(db)
  await sql`
    create index waiting_confirmations on confirmations (mode, step, expires_at)
    where used_at is null`.execute(db)
}

async function createAudit(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audit (
      seq bigint generated always as identity primary key,
      at timestamptz not null default clock_timestamp(),
      surface text not null,
      account text not null,
      person text not null,
      role text not null,
      chat text,
      action text not null,
      arguments jsonb not null,
      outcome text not null,
      detail text not null
    )`.execute(db)
  await sql`create index audit_by_time on audit (at)`.execute(db)
  await sql`create index audit_by_person on audit (person, seq)`.execute(db)
  // What was done stays written: a fault or a thief of ours must not be able to tidy up.
  await sql`
    create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception '% is written once and never changed', tg_table_name
        using errcode = 'insufficient_privilege';
    end $$`.execute(db)
  await sql`
    create trigger audit_is_final before update or delete or truncate on audit
    for each statement execute function refuse_change()`.execute(db)
}
