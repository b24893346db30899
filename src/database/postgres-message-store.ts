// The message port on PostgreSQL. A message's row is written before the message leaves, so that a
// process may die at any point and the next one knows what was under way.
import { sql, type RawBuilder, type Selectable } from 'kysely'
import { newId } from '../id.ts'
import type { ActionOffer } from '../notification/button-store.ts'
import type {
  BegunMessage,
  ChatMessage,
  MessageKey,
  MessageStore,
  WantedMessage,
} from '../notification/message-store.ts'
import type { Kind } from '../notification/routing.ts'
import type { ChatMessageColumns } from './chat-tables.ts'
import { transact, type Database } from './connect.ts'
import { offersJson } from './button-json.ts'

/** No story goes on for longer. */
const keptDays = 14
/** Longer than any request to a platform takes. */
const heardOfMs = 60_000

const messageOf = (row: Selectable<ChatMessageColumns>): ChatMessage => ({
  surface: row.surface,
  chat: row.chat,
  key: row.key,
  id: row.id,
  story: row.story,
  since: row.since,
  kind: row.kind as Kind,
  isSilent: row.silent,
  wanted: row.wanted,
  shown: row.shown,
  message: row.message ?? undefined,
  digest: row.digest ?? undefined,
  dueAt: row.due_at,
  createdAt: row.created_at,
})

type Row = Selectable<ChatMessageColumns>
const at = ({ surface, chat, key }: MessageKey): RawBuilder<boolean> =>
  sql`surface = ${surface} and chat = ${chat} and key = ${key}`

const wantedJson = (messages: readonly WantedMessage[]): string =>
  JSON.stringify(
    messages.map(({ isSilent, afterMs, digest, ...message }) => ({
      ...message,
      id: newId(Date.now()),
      silent: isSilent,
      after_ms: afterMs,
      digest: digest ?? null,
    })),
  )

async function want(db: Database, messages: readonly WantedMessage[]) {
  const { rows } = await sql<Row>`
    insert into chat_messages
      (surface, chat, key, id, story, since, kind, silent, wanted, digest, due_at)
    select surface, chat, key, id, story, since, kind, silent, wanted, digest,
      clock_timestamp() + after_ms * interval '1 millisecond'
    from jsonb_to_recordset(${wantedJson(messages)}::jsonb) as wanted
      (surface text, chat text, key text, id text, story text, since bigint, kind text,
       silent boolean, wanted bigint, digest text, after_ms double precision)
    on conflict (surface, chat, key) do update set
      wanted = greatest(chat_messages.wanted, excluded.wanted),
      kind = excluded.kind, digest = excluded.digest, due_at = excluded.due_at,
      silent = chat_messages.silent and excluded.silent
    returning *`.execute(db)
  return rows.map(messageOf)
}

async function begin(
  db: Database,
  key: MessageKey,
  version: number,
  buttons: readonly ActionOffer[],
): Promise<BegunMessage> {
  const { rows } = await sql<{ id: string; message: string | null }>`
    with begun as (
      update chat_messages set sending_at = clock_timestamp(),
        tried = case when message is null then coalesce(tried, ${version}) end
      where ${at(key)} and wanted > shown
        and (sending_at is null
          or sending_at < clock_timestamp() - ${heardOfMs} * interval '1 millisecond')
      returning surface, chat, key, id, message
    ), offered as (
      insert into buttons
        (hash, surface, chat, sending, message, story, version, uses, action, expires_at)
      select decode(hash, 'hex'), begun.surface, begun.chat, begun.id, begun.message, begun.key,
        ${version}, uses, action, clock_timestamp() + lives_ms * interval '1 millisecond'
      from begun, jsonb_to_recordset(${offersJson(buttons)}::jsonb) as offer
        (hash text, uses text, action jsonb, lives_ms double precision)
    )
    select id, message from begun`.execute(db)
  const [begun] = rows
  if (begun !== undefined)
    return { outcome: 'begun', id: begun.id, message: begun.message ?? undefined }
  const { rows: waiting } = await sql`
    select from chat_messages where ${at(key)} and wanted > shown`.execute(db)
  return { outcome: waiting.length > 0 ? 'busy' : 'shown' }
}

/** After several tries of a new message, nobody knows which of them is seen: the first may be. */
async function sent(db: Database, key: MessageKey, version: number, message: string) {
  const { rows } = await sql<Row>`
    with there as (
      update chat_messages set message = ${message}, sending_at = null, tried = null,
        shown = greatest(shown, least(coalesce(tried, ${version}), ${version}))
      where ${at(key)}
      returning *
    ), bound as (
      update buttons set message = ${message} from there
      where buttons.sending = there.id and buttons.message is null
    )
    select * from there`.execute(db)
  return rows[0] && messageOf(rows[0])
}

async function same(db: Database, key: MessageKey, version: number) {
  const { rows } = await sql<Row>`
    with before as (
      select * from chat_messages
      where ${at(key)} and message is not null and sending_at is null and shown < ${version}
      for update
    ), kept as (
      update buttons set version = ${version} from before
      where buttons.sending = before.id and buttons.message = before.message
        and buttons.story = before.key and buttons.version = before.shown
    )
    update chat_messages set shown = ${version}
    where ${at(key)} and exists (select from before)
    returning *`.execute(db)
  return rows[0] && messageOf(rows[0])
}

export function openPostgresMessageStore(db: Database): MessageStore {
  return {
    async ofStory(surface, story) {
      const { rows } = await sql<Row>`
        select * from chat_messages where surface = ${surface} and story = ${story}
        order by since`.execute(db)
      return rows.map(messageOf)
    },
    want: async (messages) => (messages.length === 0 ? [] : want(db, messages)),
    async waiting(surface) {
      const { rows } = await sql<Row>`
        select * from chat_messages
        where surface = ${surface} and wanted > shown and digest is null
        order by wanted`.execute(db)
      return rows.map(messageOf)
    },
    async underWay(surface) {
      const { rows } = await sql<Row>`
        select * from chat_messages where surface = ${surface} and sending_at is not null
        order by wanted`.execute(db)
      return rows.map(messageOf)
    },
    begin: (key, version, buttons) => begin(db, key, version, buttons),
    sent: (key, version, message) => sent(db, key, version, message),
    same: (key, version) => same(db, key, version),
    async failed(key, arrived) {
      await sql`
        update chat_messages set sending_at = null,
          tried = case when ${arrived} = 'perhaps' then tried end
        where ${at(key)}`.execute(db)
    },
    async gone(key) {
      await sql`
        update chat_messages set sending_at = null, message = null, tried = null,
          id = ${newId(Date.now())}
        where ${at(key)}`.execute(db)
    },
    async giveUp(key, version) {
      await sql`
        update chat_messages set sending_at = null, tried = null,
          shown = greatest(shown, ${version})
        where ${at(key)}`.execute(db)
    },
    async digested({ surface, chat, key }) {
      const { rows } = await sql<{ wanted: number }>`
        select wanted from chat_messages
        where surface = ${surface} and chat = ${chat} and digest = ${key} and wanted > shown
        order by wanted`.execute(db)
      return rows.map(({ wanted }) => wanted)
    },
    async toldTogether({ surface, chat, key }) {
      await sql`
        update chat_messages set shown = wanted
        where surface = ${surface} and chat = ${chat} and digest = ${key}`.execute(db)
    },
    prune: () =>
      transact(db, async (trx) => {
        await sql`
          delete from chat_messages
          where created_at < statement_timestamp() - ${keptDays} * interval '1 day'`.execute(trx)
      }),
  }
}
