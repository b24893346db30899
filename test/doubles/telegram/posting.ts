// How messages come into a room, change there and go, whoever writes them.
import type { Message, User } from './objects.ts'
import { isAdministrator, seconds, type Posted, type Room, type World } from './state.ts'

export type Content = Omit<Message, 'message_id' | 'date' | 'chat' | 'from' | 'edit_date'>

function nextMessageId(world: World, room: Room): number {
  if (room.chat.type !== 'supergroup') return ++world.lastMessageId
  return ++room.lastMessageId
}

/** Writes a message into the room; nobody is told yet. */
export function post(
  world: World,
  room: Room,
  from: User,
  content: Content,
  frozen = false,
): Posted {
  const atMs = world.now()
  const message: Message = {
    message_id: nextMessageId(world, room),
    from,
    chat: room.chat,
    date: seconds(atMs),
    ...content,
  }
  const posted: Posted = { message, earlier: [], presses: [], atMs, deleted: false, frozen }
  room.messages.set(message.message_id, posted)
  return posted
}

/** Puts the message's next version in place of this one, which is kept for the story of its edits. */
export function rewrite(world: World, posted: Posted, next: Message): Message {
  const atMs = world.now()
  posted.earlier.push({ message: posted.message, atMs })
  posted.message = { ...next, edit_date: seconds(atMs) }
  for (const press of posted.presses)
    if (press.deliveredAtMs !== undefined) press.editedAtMs ??= atMs
  return posted.message
}

/** The message as an update or a reply shows it: what it answers is shown, but not what that answered. */
export function shallow(message: Message): Message {
  const { reply_to_message: _answered, ...rest } = message
  return rest
}

function isForBot(world: World, message: Message): boolean {
  const command = (message.entities ?? []).find(
    ({ type, offset }) => type === 'bot_command' && offset === 0,
  )
  if (command !== undefined) {
    const [, addressee] = (message.text ?? '').slice(0, command.length).split('@')
    return addressee === undefined || addressee.toLowerCase() === world.bot.username?.toLowerCase()
  }
  return message.reply_to_message?.from.id === world.bot.id
}

/**
 * Tells the bot of what a person wrote, unless privacy mode keeps it from the bot: in groups it sees commands,
 * replies to its own messages and service messages, or everything where it is an administrator.
 */
export function tellBot(world: World, room: Room, message: Message, isEdit = false): void {
  const isService =
    message.text === undefined && message.photo === undefined && message.document === undefined
  const sees =
    room.chat.type === 'private' ||
    world.readsAllGroupMessages ||
    isAdministrator(room, world.bot.id) ||
    isService ||
    isForBot(world, message)
  if (!sees) return
  world.updates.push(isEdit ? { edited_message: message } : { message })
}
