// What people asked to be warned of, what they are warned of until somebody answers, and which books they
// want watched or never traded, whatever the ranking says.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createRules(db)
  await createUrgent(db)
  await createWishes(db)
  // A summary is told once, however many processes find that its time has come.
  await sql`
    create table summaries_told (
      day date primary key,
      told_at timestamptz not null default clock_timestamp()
    )`.execute(db)
}

async function createRules(db: Kysely<unknown>): Promise<void> {
  // Without a chat it was made in the terminal and is told everywhere.
  await sql`
    create table alert_rules (
      id text primary key,
      pattern text not null,
      percent double precision not null check (percent > 0),
      stands_ms integer not null check (stands_ms >= 0),
      person text not null,
      made_by text not null,
      surface text check (surface in ('discord', 'telegram')),
      chat text,
      made_at timestamptz not null default clock_timestamp(),
      removed_at timestamptz,
      removed_by text,
      constraint told_in_one_chat check ((surface is null) = (chat is null)),
      constraint removed_by_somebody check ((removed_at is null) = (removed_by is null))
    )`.execute(db)
  // A gap that stands is told once, across restarts of whoever looks at it.
  await sql`
    create table alert_episodes (
      rule text not null references alert_rules,
      route text not null,
      told_at timestamptz not null default clock_timestamp(),
      seen_at timestamptz not null default clock_timestamp(),
      primary key (rule, route)
    )`.execute(db)
}

async function createUrgent(db: Kysely<unknown>): Promise<void> {
  // `seq` and `last_seq` are the first and the newest of its posts in the outbox.
  await sql`
    create table urgent_alerts (
      seq bigint primary key,
      last_seq bigint not null,
      key text not null,
      subject text not null,
      text text not null,
      first_told_at timestamptz not null,
      last_told_at timestamptz not null,
      times integer not null default 1 check (times > 0),
      repeat_at timestamptz not null,
      acked_at timestamptz,
      acked_by text,
      constraint acked_by_somebody check ((acked_at is null) = (acked_by is null))
    )`.execute(db)
  await sql`
    create unique index open_urgent_alerts on urgent_alerts (key)
    where acked_at is null`.execute(db)
  await sql`create index urgent_alerts_by_key on urgent_alerts (key, last_seq)`.execute(db)
  // Posts that wait for the webhook, one at a time for each alert; a row goes once it was heard.
  await sql`
    create table alert_calls (
      seq bigint primary key,
      alert bigint not null references urgent_alerts,
      repeats boolean not null,
      due_at timestamptz not null default clock_timestamp(),
      tries integer not null default 0,
      calling_until timestamptz,
      created_at timestamptz not null default clock_timestamp()
    )`.execute(db)
  await sql`create index alert_calls_in_turn on alert_calls (alert, seq)`.execute(db)
}

async function createWishes(db: Kysely<unknown>): Promise<void> {
  // An empty venue stands for all of them.
  await sql`
    create table watch_wishes (
      subject text not null,
      venue text not null default '',
      wish text not null check (wish in ('add', 'block')),
      made_by text not null,
      made_at timestamptz not null default clock_timestamp(),
      primary key (subject, venue)
    )`.execute(db)
  await sql`alter table watchlist add column because text not null default 'near'`.execute(db)
}
