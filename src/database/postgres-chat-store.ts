// The chat port on PostgreSQL. A chat that moved keeps its row as a signpost.
import { sql, type Selectable } from 'kysely'
import type { Chat } from '../notification/chat.ts'
import type { ChatStore, KnownChat } from '../notification/chat-store.ts'
import {
  defaultPreferences,
  preferencesSchema,
  type Preferences,
} from '../notification/preferences.ts'
import type { ChatTables } from './chat-tables.ts'
import { now } from './clock.ts'
import { transact, type Database } from './connect.ts'

/** A row that this version cannot read must not silence the chat. */
function preferencesOf(stored: unknown): Preferences {
  const read = preferencesSchema.safeParse(stored)
  return read.success ? read.data : defaultPreferences
}

const knownChat = (row: Selectable<ChatTables['chats']>): KnownChat => ({
  surface: row.surface,
  chat: row.chat,
  account: row.account ?? undefined,
  preferences: preferencesOf(row.preferences),
  closed:
    row.closed_at === null || row.closed_because === null
      ? undefined
      : { at: row.closed_at, because: row.closed_because },
})

const here = ({ surface, chat }: Chat) => sql<boolean>`surface = ${surface} and chat = ${chat}`

/** Follows the signposts; a ring of them, which nothing makes, ends where it began. */
async function movedTo(db: Database, { surface, chat }: Chat): Promise<Chat> {
  const { rows } = await sql<{ chat: string }>`
    with recursive path (chat, moved_to, steps) as (
      select chat, moved_to, 0 from chats where surface = ${surface} and chat = ${chat}
      union all
      select chats.chat, chats.moved_to, path.steps + 1 from path
      join chats on chats.surface = ${surface} and chats.chat = path.moved_to
      where path.steps < 20)
    select chat from path order by steps desc limit 1`.execute(db)
  return { surface, chat: rows[0]?.chat ?? chat }
}

/** What was written for the old number while it moved follows when the move is told again. */
async function hasMoved(db: Database, from: Chat, to: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from chats where ${here(from)} and moved_to = ${to}`.execute(db)
  return rows.length > 0
}

/** The new number takes over what the old one had; messages of the old one cannot be edited there. */
async function moveChat(db: Database, from: Chat, to: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('chats')
    .set({ moved_to: to })
    .where(here(from))
    .where('moved_to', 'is', null)
    .where('chat', '<>', to)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) {
    if (!(await hasMoved(db, from, to))) return false
  } else
    await sql`
      insert into chats (surface, chat, account, preferences, changed_by)
      select surface, ${to}, account, preferences, changed_by from chats where ${here(from)}
      on conflict (surface, chat) do update
        set moved_to = null, closed_at = null, closed_because = null`.execute(db)
  await sql`
    delete from chat_messages old using chat_messages taken
    where old.surface = ${from.surface} and old.chat = ${from.chat}
      and taken.surface = old.surface and taken.chat = ${to} and taken.key = old.key`.execute(db)
  await sql`
    update chat_messages set chat = ${to}, message = null, sending_at = null, tried = null
    where ${here(from)}`.execute(db)
  await sql`update alert_rules set chat = ${to} where ${here(from)}`.execute(db)
  return true
}

export function openPostgresChatStore(db: Database): ChatStore {
  return {
    async ensure(home) {
      await sql`
        insert into chats (surface, chat, preferences, changed_by)
        values (${home.surface}, ${home.chat}, '{}', 'configuration')
        on conflict do nothing`.execute(db)
      return movedTo(db, home)
    },
    async list(surface) {
      const rows = await db
        .selectFrom('chats')
        .selectAll()
        .where('moved_to', 'is', null)
        .$if(surface !== undefined, (all) => all.where('surface', '=', surface ?? 'discord'))
        .orderBy('surface')
        .orderBy('chat')
        .execute()
      return rows.map(knownChat)
    },
    async find(chat) {
      const row = await db
        .selectFrom('chats')
        .selectAll()
        .where(here(chat))
        .where('moved_to', 'is', null)
        .executeTakeFirst()
      return row && knownChat(row)
    },
    change: (chat, by, change, account) =>
      transact(db, async (trx) => {
        await sql`
          insert into chats (surface, chat, account, preferences, changed_by)
          values (${chat.surface}, ${chat.chat}, ${account ?? null}, '{}', ${by})
          on conflict do nothing`.execute(trx)
        const before = await trx
          .selectFrom('chats')
          .select('preferences')
          .where(here(chat))
          .forUpdate()
          .executeTakeFirstOrThrow()
        const preferences = JSON.stringify(change(preferencesOf(before.preferences)))
        const row = await trx
          .updateTable('chats')
          .set({ preferences, changed_by: by, changed_at: now })
          .where(here(chat))
          .returningAll()
          .executeTakeFirstOrThrow()
        return knownChat(row)
      }),
    leave: (chat) =>
      transact(db, async (trx) => {
        await trx.deleteFrom('chat_messages').where(here(chat)).execute()
        const { numDeletedRows } = await trx
          .deleteFrom('chats')
          .where(here(chat))
          .executeTakeFirst()
        return numDeletedRows > 0n
      }),
    async close(chat, because) {
      const { numUpdatedRows } = await db
        .updateTable('chats')
        .set({ closed_at: now, closed_because: because })
        .where(here(chat))
        .where('closed_at', 'is', null)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
    async open(chat) {
      const { numUpdatedRows } = await db
        .updateTable('chats')
        .set({ closed_at: null, closed_because: null })
        .where(here(chat))
        .where('closed_at', 'is not', null)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
    move: (from, to) => transact(db, (trx) => moveChat(trx, from, to)),
  }
}
