// The tables of chats as the code sees them; migrations/0008-chats.ts makes them.
import type { ColumnType, Generated, JSONColumnType } from 'kysely'

type Moment = ColumnType<Date, Date, Date>
type MomentMadeByDatabase = ColumnType<Date, Date | undefined, Date>
type Surface = 'discord' | 'telegram'

export type ChatMessageColumns = {
  surface: Surface
  chat: string
  key: string
  id: string
  story: string
  since: number
  kind: string
  silent: boolean
  wanted: number
  shown: Generated<number>
  tried: number | null
  message: string | null
  digest: string | null
  due_at: MomentMadeByDatabase
  sending_at: Date | null
  created_at: MomentMadeByDatabase
}

export type ChatTables = {
  chats: {
    surface: Surface
    chat: string
    account: string | null
    preferences: JSONColumnType<object>
    changed_by: string
    changed_at: MomentMadeByDatabase
    closed_at: Date | null
    closed_because: string | null
    moved_to: string | null
  }
  chat_messages: ChatMessageColumns
  buttons: {
    hash: Buffer
    surface: Surface
    chat: string
    sending: string
    message: string | null
    story: string | null
    version: number | null
    account: string | null
    uses: 'once' | 'each'
    action: JSONColumnType<object>
    created_at: MomentMadeByDatabase
    expires_at: Moment
    used_at: Date | null
    used_by: string | null
  }
  button_uses: { hash: Buffer; account: string; used_at: MomentMadeByDatabase }
  updates_seen: { surface: string; update_id: string; seen_at: MomentMadeByDatabase }
  surface_leases: { surface: string; owner: string; lease_until: Moment }
}
