// What arrives from Telegram, read as untrusted text: each update becomes one thing that somebody did,
// or nothing that concerns the desk.
import { z } from 'zod'
import { plainLine } from '../../src/notification/plain-text.ts'
import type { Arrival } from '../chat/chat-desk.ts'
import type { ChatId } from '../chat/platform.ts'
import { chatOf } from './telegram-place.ts'

export type Heard =
  | {
      readonly kind: 'said'
      readonly from: Arrival
      readonly message: string
      readonly text: string
      /** An administrator who hides behind the group, or a channel: nobody in particular. */
      readonly isAnonymous: boolean
      /** A caption is no command. */
      readonly isText: boolean
      /** The message of the bot that this one answers. */
      readonly answers: string | undefined
    }
  | {
      readonly kind: 'pressed'
      readonly from: Arrival
      readonly query: string
      readonly message: string
      readonly data: string
    }
  /** Without a message of a chat it cannot be ours; its spinner is stopped all the same. */
  | { readonly kind: 'lost-press'; readonly query: string }
  | { readonly kind: 'moved'; readonly chat: ChatId; readonly to: ChatId }
  /** The bot was put out of a chat, or its person has stopped it. */
  | { readonly kind: 'put-out'; readonly chat: ChatId; readonly detail: string }
  | { readonly kind: 'other' }

const textMax = 8000
const nameMax = 64

const id = z.number().int()
const user = z.object({
  id,
  is_bot: z.boolean().optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
})
const chat = z.object({ id, type: z.string() })
const message = z.object({
  message_id: id,
  date: id.optional(),
  chat,
  from: user.optional(),
  sender_chat: z.object({ id }).optional(),
  message_thread_id: id.optional(),
  is_topic_message: z.boolean().optional(),
  text: z.string().max(textMax).optional(),
  caption: z.string().max(textMax).optional(),
  migrate_to_chat_id: id.optional(),
  reply_to_message: z.object({ message_id: id, from: user.optional() }).optional(),
})
const query = z.object({
  id: z.string(),
  from: user,
  data: z.string().max(256).optional(),
  message: message.optional(),
})
const standing = z.object({
  chat,
  from: user,
  new_chat_member: z.object({ status: z.string() }),
})
const updateSchema = z.object({
  update_id: id,
  message: message.optional(),
  callback_query: query.optional(),
  my_chat_member: standing.optional(),
})

/** The kinds above; everything else, edited messages among it, is not even sent. */
export const updateKinds = ['message', 'callback_query', 'my_chat_member'] as const

/** What orders updates, whatever else is wrong with one; undefined when not even that can be read. */
export const updateNumber = (raw: unknown): number | undefined =>
  z.object({ update_id: id }).safeParse(raw).data?.update_id

const nameOf = ({ first_name = '', last_name = '' }: z.output<typeof user>): string =>
  plainLine(`${first_name} ${last_name}`).slice(0, nameMax) || 'somebody'

type Spot = Pick<z.output<typeof message>, 'chat' | 'message_thread_id' | 'is_topic_message'>

/** `update` tells this arrival from all others, also where another bot counts from the beginning. */
function arrivalOf(update: string, person: z.output<typeof user>, spot: Spot): Arrival {
  const topic = spot.is_topic_message === true ? spot.message_thread_id : undefined
  return {
    surface: 'telegram',
    update,
    account: { id: String(person.id), displayName: nameOf(person) },
    chat: chatOf(spot.chat.id, topic),
    isPrivate: spot.chat.type === 'private',
  }
}

const isOurs = (author: z.output<typeof user> | undefined, bot: number | undefined): boolean =>
  author !== undefined && (bot === undefined ? author.is_bot === true : author.id === bot)

function readMessage(
  update: number,
  given: z.output<typeof message>,
  bot: number | undefined,
): Heard {
  const { migrate_to_chat_id: to, from, text, caption, reply_to_message: answered } = given
  if (to !== undefined) return { kind: 'moved', chat: String(given.chat.id), to: String(to) }
  const words = text ?? caption
  if (words === undefined || from === undefined) return { kind: 'other' }
  // Other bots, ours among them, are no people; but those who hide have a bot's name.
  if (from.is_bot === true && given.sender_chat === undefined) return { kind: 'other' }
  return {
    kind: 'said',
    from: arrivalOf(`${update} ${given.date ?? 0}`, from, given),
    isAnonymous: given.sender_chat !== undefined,
    message: String(given.message_id),
    text: words,
    isText: text !== undefined,
    answers: isOurs(answered?.from, bot) ? String(answered?.message_id) : undefined,
  }
}

const outWords: Readonly<Record<string, string>> = {
  kicked: 'the bot was removed',
  left: 'the bot is no member any more',
}

function readStanding({ chat: where, new_chat_member: member }: z.output<typeof standing>): Heard {
  const detail =
    where.type === 'private' && member.status === 'kicked'
      ? 'the person has blocked the bot'
      : outWords[member.status]
  return detail === undefined
    ? { kind: 'other' }
    : { kind: 'put-out', chat: String(where.id), detail }
}

/** `bot`: the bot's own id, where Telegram told it. Never throws. */
export function readUpdate(raw: unknown, bot: number | undefined): Heard {
  const { data: update } = updateSchema.safeParse(raw)
  if (update === undefined) return { kind: 'other' }
  if (update.message !== undefined) return readMessage(update.update_id, update.message, bot)
  if (update.my_chat_member !== undefined) return readStanding(update.my_chat_member)
  const press = update.callback_query
  if (press === undefined) return { kind: 'other' }
  const { message: under, data } = press
  if (under === undefined || data === undefined) return { kind: 'lost-press', query: press.id }
  return {
    kind: 'pressed',
    from: arrivalOf(`${update.update_id} ${press.id}`, press.from, under),
    query: press.id,
    message: String(under.message_id),
    data,
  }
}
