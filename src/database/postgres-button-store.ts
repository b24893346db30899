// The button port on PostgreSQL: whoever presses first, by one conditional write.
import { sql, type RawBuilder } from 'kysely'
import type { ButtonStore, Press, Pressed } from '../notification/button-store.ts'
import { actionOf, offersJson } from './button-json.ts'
import type { Database } from './connect.ts'

/** Long enough to say that a button is too old rather than unknown. */
const keptDays = 2

/** Pressed here, under its own message, in time, and the card has not moved on since. */
const isValid = ({ surface, chat, message, account }: Press): RawBuilder<boolean> => sql`
  surface = ${surface} and chat = ${chat} and message = ${message}
  and expires_at > clock_timestamp() and (account is null or account = ${account})
  and (story is null or exists (
    select from chat_messages shown
    where shown.surface = buttons.surface and shown.chat = buttons.chat
      and shown.key = buttons.story and shown.message = buttons.message
      and shown.shown <= buttons.version))`

type Found = {
  action: object
  in_story: boolean
  is_here: boolean
  is_bound: boolean
  is_expired: boolean
  is_valid: boolean
  used_at: Date | null
  used_by: string | null
  own_at: Date | null
}

/** Why a press is or is not good. Decides nothing: the write does. */
async function peek(db: Database, hash: Buffer, who: Press): Promise<Pressed> {
  const { surface, chat, message, account } = who
  const { rows } = await sql<Found>`
    select action, story is not null as in_story, used_at, used_by, message is not null as is_bound,
      surface = ${surface} and chat = ${chat}
        and (account is null or account = ${account})
        and (message is null or message = ${message}) as is_here,
      expires_at <= clock_timestamp() as is_expired,
      ${isValid(who)} as is_valid,
      (select own.used_at from button_uses own
        where own.hash = buttons.hash and own.account = ${account}) as own_at
    from buttons where hash = ${hash}`.execute(db)
  const [found] = rows
  if (found === undefined || !found.is_here) return { outcome: 'unknown' }
  const action = actionOf(found.action)
  if (found.used_at !== null)
    return { outcome: 'used', by: found.used_by ?? '', at: found.used_at, action }
  if (found.own_at !== null) return { outcome: 'used', by: who.by, at: found.own_at, action }
  if (found.is_expired) return { outcome: 'expired' }
  if (!found.is_bound) return { outcome: 'unbound' }
  if (!found.is_valid) return { outcome: 'outdated', action }
  return { outcome: 'pressed', action, inStory: found.in_story }
}

async function press(db: Database, hash: Buffer, who: Press): Promise<Pressed> {
  const { rows } = await sql<Pick<Found, 'action' | 'in_story'>>`
    with pressed as (
      update buttons set used_at = clock_timestamp(), used_by = ${who.by}
      where hash = ${hash} and uses = 'once' and used_at is null and ${isValid(who)}
      returning action, story is not null as in_story
    ), shown as (
      insert into button_uses (hash, account)
      select hash, ${who.account} from buttons
      where hash = ${hash} and uses = 'each' and ${isValid(who)}
      on conflict do nothing
      returning hash
    )
    select action, in_story from pressed
    union all
    select action, story is not null from buttons where hash in (select hash from shown)`.execute(
    db,
  )
  const [pressed] = rows
  if (pressed !== undefined)
    return { outcome: 'pressed', action: actionOf(pressed.action), inStory: pressed.in_story }
  const reason = await peek(db, hash, who)
  // Between the write and the look somebody released it: as good as pressed by somebody else.
  return reason.outcome === 'pressed' ? { outcome: 'unknown' } : reason
}

export function openPostgresButtonStore(db: Database): ButtonStore {
  return {
    async offer({ surface, chat }, sending, buttons) {
      if (buttons.length === 0) return
      await sql`
        insert into buttons (hash, surface, chat, sending, account, uses, action, expires_at)
        select decode(hash, 'hex'), ${surface}, ${chat}, ${sending}, account, uses, action,
          clock_timestamp() + lives_ms * interval '1 millisecond'
        from jsonb_to_recordset(${offersJson(buttons)}::jsonb) as offer
          (hash text, uses text, action jsonb, lives_ms double precision, account text)`.execute(db)
    },
    async bind(sending, { surface, chat }, message) {
      await sql`
        update buttons set chat = ${chat}, message = ${message}
        where sending = ${sending} and surface = ${surface} and story is null
          and message is null`.execute(db)
    },
    peek: (hash, who) => peek(db, hash, who),
    press: (hash, who) => press(db, hash, who),
    async release(hash, { account, by }) {
      await sql`
        update buttons set used_at = null, used_by = null
        where hash = ${hash} and used_by = ${by}`.execute(db)
      await sql`delete from button_uses where hash = ${hash} and account = ${account}`.execute(db)
    },
    async awaiting({ surface, chat }, message, account) {
      const { rows } = await sql<{ hash: Buffer }>`
        select hash from buttons
        where surface = ${surface} and chat = ${chat} and message = ${message}
          and account = ${account} and action ? 'awaits'
        order by created_at desc limit 1`.execute(db)
      return rows[0]?.hash
    },
    async prune() {
      await sql`
        delete from buttons
        where expires_at < statement_timestamp() - ${keptDays} * interval '1 day'`.execute(db)
    },
  }
}
