// Where the desk speaks, what it has said there, and what may be pressed under it.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createChats(db)
  await createMessages(db)
  await createButtons(db)
  // Told twice is done once: platforms deliver again what they are not sure was heard.
  await sql`
    create table updates_seen (
      surface text not null,
      update_id text not null,
      seen_at timestamptz not null default clock_timestamp(),
      primary key (surface, update_id)
    )`.execute(db)
  await sql`create index updates_seen_by_time on updates_seen (seen_at)`.execute(db)
  // A platform lets one process listen for a bot; a second one would cut the first one off.
  await sql`
    create table surface_leases (
      surface text primary key,
      owner text not null,
      lease_until timestamptz not null
    )`.execute(db)
  // A card tells its whole story, so the story is read by its key.
  await sql`create index outbox_by_key on outbox (key, seq)`.execute(db)
}

async function createChats(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table chats (
      surface text not null check (surface in ('discord', 'telegram')),
      chat text not null,
      account text,
      preferences jsonb not null,
      changed_by text not null,
      changed_at timestamptz not null default clock_timestamp(),
      closed_at timestamptz,
      closed_because text,
      moved_to text check (moved_to <> chat),
      primary key (surface, chat),
      constraint closed_for_a_reason check ((closed_at is null) = (closed_because is null))
    )`.execute(db)
}

async function createMessages(db: Kysely<unknown>): Promise<void> {
  // One row a message, written before it is sent. It waits while it shows less than is wanted.
  await sql`
    create table chat_messages (
      surface text not null,
      chat text not null,
      key text not null,
      id text not null unique,
      story text not null,
      since bigint not null,
      kind text not null,
      silent boolean not null,
      wanted bigint not null,
      shown bigint not null default 0,
      tried bigint,
      message text,
      digest text,
      due_at timestamptz not null default clock_timestamp(),
      sending_at timestamptz,
      created_at timestamptz not null default clock_timestamp(),
      primary key (surface, chat, key),
      foreign key (surface, chat) references chats
    )`.execute(db)
  await sql`create index waiting_messages on chat_messages (surface) where wanted > shown`.execute(
    db,
  )
  await sql`create index messages_by_story on chat_messages (surface, story)`.execute(db)
  await sql`create index messages_by_digest on chat_messages (surface, chat, digest)
    where digest is not null`.execute(db)
  await sql`create index messages_by_time on chat_messages (created_at)`.execute(db)
}

async function createButtons(db: Kysely<unknown>): Promise<void> {
  // The secret itself is nowhere: only whoever reads the message has it.
  await sql`
    create table buttons (
      hash bytea primary key check (length(hash) = 32),
      surface text not null,
      chat text not null,
      sending text not null,
      message text,
      story text,
      version bigint,
      account text,
      uses text not null check (uses in ('once', 'each')),
      action jsonb not null,
      created_at timestamptz not null default clock_timestamp(),
      expires_at timestamptz not null,
      used_at timestamptz,
      used_by text,
      constraint used_by_somebody check ((used_at is null) = (used_by is null)),
      constraint versioned_in_a_story check ((story is null) = (version is null))
    )`.execute(db)
  await sql`create index buttons_by_sending on buttons (sending)`.execute(db)
  await sql`create index buttons_by_message on buttons (surface, chat, message)`.execute(db)
  await sql`create index buttons_by_expiry on buttons (expires_at)`.execute(db)
  await sql`
    create table button_uses (
      hash bytea not null references buttons on delete cascade,
      account text not null,
      used_at timestamptz not null default clock_timestamp(),
      primary key (hash, account)
    )`.execute(db)
}
