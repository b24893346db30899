// A person at a Telegram app: what they can do there, which is what a bot can hear.
import { foundEntities } from './formatted-text.ts'
import { changeStanding } from './members.ts'
import type { InlineButton, Message, User } from './objects.ts'
import { post, rewrite, shallow, tellBot } from './posting.ts'
import {
  isMember,
  standing,
  standingOf,
  type Person,
  type Posted,
  type Press,
  type Room,
  type World,
} from './state.ts'

/** Names a message; what `reads` shows does. */
export type MessageRef = { readonly chatId: number; readonly messageId: number }

type Saying = {
  readonly topicId?: number
  readonly replyTo?: MessageRef
  /** As an administrator who hides behind the group's name: `from` is then no person at all. */
  readonly isAnonymous?: true
}

export type Actor = {
  readonly user: User
  /** Writes a message; commands, links and mentions in it are marked as Telegram marks them. */
  says(chatId: number, text: string, how?: Saying): Message
  /** Writes many messages at once, which the bot gets in batches of up to a hundred. */
  floods(chatId: number, texts: readonly string[]): void
  /** Writes `/start` to the bot, and unblocks it if need be. */
  starts(): Message
  /** Changes a message of their own. */
  edits(message: MessageRef, text: string): Message
  /** Presses the button with this data; throws where none stands under the message now. */
  presses(message: MessageRef, callbackData: string): Press
  /** Presses the button that is labelled so. */
  taps(message: MessageRef, label: string): Press
  /** Sends a press with any data from any message, as a hostile app can. */
  forges(message: MessageRef, callbackData: string): Press
  /** Forwards a message; its buttons stay behind. */
  forwards(message: MessageRef, toChatId: number): Message
  joins(chatId: number): void
  leaves(chatId: number): void
  /** Stops the bot in their private chat. */
  blocks(): void
}

const anonymous: User = {
  id: 1_087_968_824,
  is_bot: true,
  first_name: 'Group',
  username: 'GroupAnonymousBot',
}

function roomFor(world: World, chatId: number, userId: number): Room {
  const room = world.rooms.get(chatId)
  if (room === undefined) throw new Error(`There is no chat ${chatId}.`)
  if (room.chat.type === 'private' ? chatId !== userId : !isMember(standingOf(room, userId)))
    throw new Error(`User ${userId} is not in chat ${chatId}.`)
  return room
}

function postedIn(room: Room, messageId: number): Posted {
  const posted = room.messages.get(messageId)
  if (posted === undefined) throw new Error(`There is no message ${messageId} in ${room.chat.id}.`)
  return posted
}

function press(world: World, user: User, posted: Posted, data: string): Press {
  const { message, deleted } = posted
  const { chat, message_id } = message
  const made: Press = {
    id: String(4_000_000_000_000_000_000n + BigInt(world.presses.size)),
    userId: user.id,
    chatId: chat.id,
    messageId: message_id,
    data,
    pressedAtMs: world.now(),
  }
  world.presses.set(made.id, made)
  posted.presses.push(made)
  world.updates.push({
    callback_query: {
      id: made.id,
      from: user,
      message: deleted ? { chat, message_id, date: 0 } : message,
      chat_instance: String(chat.id * -7_919),
      data,
    },
  })
  return made
}

/** Presses the first button that `isIt`, as long as it stands under the message. */
function pressOne(
  world: World,
  user: User,
  { chatId, messageId }: MessageRef,
  what: string,
  isIt: (button: InlineButton) => boolean,
): Press {
  const posted = postedIn(roomFor(world, chatId, user.id), messageId)
  const buttons = posted.message.reply_markup?.inline_keyboard.flat() ?? []
  const data = posted.deleted ? undefined : buttons.find(isIt)?.callback_data
  if (data === undefined)
    throw new Error(`There is no button "${what}" under message ${messageId}.`)
  return press(world, user, posted, data)
}

function say(world: World, user: User, chatId: number, text: string, how: Saying): Message {
  const room = roomFor(world, chatId, user.id)
  const { topicId, replyTo } = how
  const answered = replyTo === undefined ? undefined : postedIn(room, replyTo.messageId).message
  const entities = foundEntities(text)
  const from = how.isAnonymous === true ? anonymous : user
  const { message } = post(world, room, from, {
    text,
    ...(entities.length > 0 && { entities }),
    ...(how.isAnonymous === true && { sender_chat: room.chat }),
    ...(topicId !== undefined && { message_thread_id: topicId, is_topic_message: true }),
    ...(answered !== undefined && { reply_to_message: shallow(answered) }),
  })
  tellBot(world, room, message)
  return message
}

function forward(world: World, user: User, from: MessageRef, toChatId: number): Message {
  const { message } = postedIn(roomFor(world, from.chatId, user.id), from.messageId)
  const room = roomFor(world, toChatId, user.id)
  const { text, entities, caption, caption_entities, photo, document } = message
  const copied = post(world, room, user, {
    ...(text !== undefined && { text }),
    ...(entities !== undefined && { entities }),
    ...(caption !== undefined && { caption }),
    ...(caption_entities !== undefined && { caption_entities }),
    ...(photo !== undefined && { photo }),
    ...(document !== undefined && { document }),
    forward_origin: { type: 'user', date: message.date, sender_user: message.from },
  })
  tellBot(world, room, copied.message)
  return copied.message
}

/** Enters or leaves a group; the bot sees the service message. */
function moves(world: World, user: User, chatId: number, isJoining: boolean): void {
  const room = world.rooms.get(chatId)
  if (room === undefined || room.chat.type === 'private')
    throw new Error(`There is no group ${chatId}.`)
  changeStanding(world, room, user, standing(isJoining ? 'member' : 'left'))
  const content = isJoining ? { new_chat_members: [user] } : { left_chat_member: user }
  tellBot(world, room, post(world, room, user, content).message)
}

/** Unblocking is a start too, which is how the apps offer it. */
function start(world: World, person: Person): Message {
  const { user } = person
  const room = roomFor(world, user.id, user.id)
  if (person.hasBlocked) changeStanding(world, room, world.bot, standing('member'), user)
  person.started = true
  person.hasBlocked = false
  return say(world, user, user.id, '/start', {})
}

/** @param changed wakes whoever waits for something to happen */
export function actAs(world: World, person: Person, changed: () => void): Actor {
  const { user } = person
  const then = <T>(value: T): T => {
    changed()
    return value
  }
  return {
    user,
    says: (chatId, text, how = {}) => {
      if (chatId === user.id) person.started = true
      return then(say(world, user, chatId, text, how))
    },
    floods: (chatId, texts) => {
      for (const text of texts) say(world, user, chatId, text, {})
      changed()
    },
    starts: () => then(start(world, person)),
    edits: ({ chatId, messageId }, text) => {
      const room = roomFor(world, chatId, user.id)
      const posted = postedIn(room, messageId)
      if (posted.message.from.id !== user.id)
        throw new Error('People edit only their own messages.')
      const { entities: _before, ...message } = posted.message
      const entities = foundEntities(text)
      const next = { ...message, text, ...(entities.length > 0 && { entities }) }
      const edited = rewrite(world, posted, next)
      tellBot(world, room, edited, true)
      return then(edited)
    },
    presses: (message, data) =>
      then(pressOne(world, user, message, data, ({ callback_data }) => callback_data === data)),
    taps: (message, label) =>
      then(pressOne(world, user, message, label, ({ text }) => text === label)),
    forges: ({ chatId, messageId }, callbackData) => {
      const room = world.rooms.get(chatId)
      if (room === undefined) throw new Error(`There is no chat ${chatId}.`)
      return then(press(world, user, postedIn(room, messageId), callbackData))
    },
    forwards: (message, toChatId) => then(forward(world, user, message, toChatId)),
    joins: (chatId) => then(moves(world, user, chatId, true)),
    leaves: (chatId) => then(moves(world, user, chatId, false)),
    blocks: () => {
      const room = roomFor(world, user.id, user.id)
      person.hasBlocked = true
      changeStanding(world, room, world.bot, standing('kicked'), user)
      changed()
    },
  }
}
