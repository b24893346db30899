// A chat as a person sees it on the screen: what stands there now, how it came to be, what can be pressed.
import type { StoredFile } from './files.ts'
import type { Entity, InlineButton, InlineKeyboard, Message, User } from './objects.ts'
import { renderHtml } from './render-html.ts'
import type { Posted, Room, World } from './state.ts'

type Face = {
  /** The words of the message, or those under its picture or file; '' for none. */
  readonly text: string
  readonly entities: readonly Entity[]
  /** The words with their formatting as HTML. */
  readonly html: string
  readonly buttons: readonly (readonly InlineButton[])[]
  /** Words, file and buttons as plain lines: "[photo chart.png]", "text", "[Approve] [Deny]". */
  readonly rendered: string
}

export type SeenMessage = Face & {
  readonly chatId: number
  readonly messageId: number
  readonly from: User
  /** The forum topic; undefined in the General one and outside forums. */
  readonly topicId: number | undefined
  readonly replyToId: number | undefined
  readonly isForwarded: boolean
  readonly isPinned: boolean
  /** The picture or document, with its bytes. */
  readonly file: StoredFile | undefined
  /** What it was before each edit, oldest first; `untilMs` is when that edit came. */
  readonly earlier: readonly (Face & { readonly untilMs: number })[]
  readonly sentAtMs: number
  /** The message as the Bot API tells it. */
  readonly raw: Message
}

const buttonsOf = (keyboard: InlineKeyboard | undefined) => keyboard?.inline_keyboard ?? []

function fileOf(world: World, { photo, document }: Message): StoredFile | undefined {
  const id = photo?.at(-1)?.file_id ?? document?.file_id
  return id === undefined ? undefined : world.files.byId.get(id)
}

/** What a service message says, in few words. */
function serviceText(message: Message): string {
  if (message.new_chat_members !== undefined) return '(joined)'
  if (message.left_chat_member !== undefined) return '(left)'
  if (message.pinned_message !== undefined)
    return `(pinned message ${message.pinned_message.message_id})`
  if (message.migrate_to_chat_id !== undefined)
    return `(became supergroup ${message.migrate_to_chat_id})`
  if (message.migrate_from_chat_id !== undefined)
    return `(was group ${message.migrate_from_chat_id})`
  if (message.forum_topic_created !== undefined)
    return `(topic "${message.forum_topic_created.name}")`
  if (message.forum_topic_closed !== undefined) return '(topic closed)'
  return message.forum_topic_reopened === undefined ? '' : '(topic reopened)'
}

// Waiting tests look at every message after every call; a version of a message never changes its face.
const faces = new WeakMap<Message, Face>()

function faceOf(world: World, message: Message): Face {
  const known = faces.get(message) ?? drawFace(world, message)
  faces.set(message, known)
  return known
}

function drawFace(world: World, message: Message): Face {
  const text = message.text ?? message.caption ?? serviceText(message)
  const entities = message.entities ?? message.caption_entities ?? []
  const buttons = buttonsOf(message.reply_markup)
  const file = fileOf(world, message)
  const kind = message.photo === undefined ? 'document' : 'photo'
  const lines = [
    ...(file === undefined ? [] : [`[${kind} ${file.name}]`]),
    ...(text === '' ? [] : [text]),
    ...buttons.map((row) => row.map((button) => `[${button.text}]`).join(' ')),
  ]
  return {
    text,
    entities,
    html: renderHtml({ text, entities }),
    buttons,
    rendered: lines.join('\n'),
  }
}

function seen(world: World, room: Room, posted: Posted): SeenMessage {
  const { message } = posted
  return {
    ...faceOf(world, message),
    chatId: room.chat.id,
    messageId: message.message_id,
    from: message.from,
    topicId: message.message_thread_id,
    replyToId: message.reply_to_message?.message_id,
    isForwarded: message.forward_origin !== undefined,
    isPinned: room.pinned.includes(message.message_id),
    file: fileOf(world, message),
    earlier: posted.earlier.map(({ message: version, atMs }) => ({
      ...faceOf(world, version),
      untilMs: atMs,
    })),
    sentAtMs: posted.atMs,
    raw: message,
  }
}

/** The visible messages of a chat, oldest first; of one topic if it is named. */
export function readRoom(world: World, room: Room, topicId?: number): SeenMessage[] {
  return [...room.messages.values()]
    .filter(({ deleted }) => !deleted)
    .map((posted) => seen(world, room, posted))
    .filter((message) => topicId === undefined || message.topicId === topicId)
}

/** One message as it stands now; undefined when it is gone. */
export function readMessage(world: World, room: Room, messageId: number): SeenMessage | undefined {
  const posted = room.messages.get(messageId)
  return posted === undefined || posted.deleted ? undefined : seen(world, room, posted)
}
