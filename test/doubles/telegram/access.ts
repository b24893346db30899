// Which room, topic and message a request means, and whether the bot may do there what it asks.
import { badRequest, forbidden, upgraded, type Refusal } from './answer.ts'
import type { Message } from './objects.ts'
import { flagOf, integerOf, isObject, objectOf, textOf, type Parameters } from './parameters.ts'
import { standingOf, type Posted, type Rights, type Room, type World } from './state.ts'

type Purpose = 'read' | 'edit' | 'write'

/** The General topic of a forum; nobody may name it when sending. */
const generalTopicId = 1

function findRoom(world: World, chatId: string): Room | undefined {
  if (!chatId.startsWith('@')) return world.rooms.get(Number(chatId))
  const name = chatId.slice(1).toLowerCase()
  return [...world.rooms.values()].find(({ chat }) => chat.username?.toLowerCase() === name)
}

function privateRefusal(world: World, room: Room): Refusal | undefined {
  const person = world.people.get(room.chat.id)
  if (person?.hasBlocked === true) return forbidden('bot was blocked by the user')
  return person?.started === true
    ? undefined
    : forbidden("bot can't initiate conversation with a user")
}

/** The room that `chat_id` names, or why the bot may not do this there. */
export function roomOf(world: World, parameters: Parameters, purpose: Purpose): Room | Refusal {
  const chatId = textOf(parameters, 'chat_id')
  if (chatId === '') return badRequest('chat_id is empty')
  const room = findRoom(world, chatId)
  if (room === undefined) return badRequest('chat not found')
  const { type } = room.chat
  if (type === 'private') return purpose === 'write' ? (privateRefusal(world, room) ?? room) : room
  if (room.upgradedTo !== undefined) return purpose === 'write' ? upgraded(room.upgradedTo) : room
  const { status } = standingOf(room, world.bot.id)
  const needsToBeIn = type === 'supergroup' || purpose !== 'read'
  if (status === 'kicked' && needsToBeIn) return forbidden(`bot was kicked from the ${type} chat`)
  if (status === 'left' && needsToBeIn) return forbidden(`bot is not a member of the ${type} chat`)
  return room
}

const whatIsSent = {
  sendsText: 'text messages',
  sendsPhotos: 'photos',
  sendsDocuments: 'documents',
} as const satisfies Partial<Record<keyof Rights, string>>

/** Why the bot may not send this kind of message to the room; undefined where it may. */
export function sendingRefusal(
  world: World,
  room: Room,
  right: keyof typeof whatIsSent,
): Refusal | undefined {
  if (room.chat.type === 'private' || standingOf(room, world.bot.id).rights[right]) return undefined
  return badRequest(`not enough rights to send ${whatIsSent[right]} to the chat`)
}

/** The topic a new message goes to; undefined for none, which in a forum is the General one. */
export function threadOf(
  world: World,
  room: Room,
  parameters: Parameters,
  answered?: Message,
): number | undefined | Refusal {
  const given = integerOf(parameters, 'message_thread_id') ?? 0
  const id = given === 0 ? (answered?.message_thread_id ?? 0) : given
  const { managesTopics } = standingOf(room, world.bot.id).rights
  if (id === 0) {
    const isClosed = room.topics.get(generalTopicId)?.state === 'closed'
    return isClosed && !managesTopics ? badRequest('TOPIC_CLOSED') : undefined
  }
  const topic = id === generalTopicId ? undefined : room.topics.get(id)
  if (topic === undefined || topic.state === 'deleted')
    return badRequest('message thread not found')
  return topic.state === 'closed' && !managesTopics ? badRequest('TOPIC_CLOSED') : id
}

/** The message a new one answers; undefined where it answers none. */
export function answeredMessage(room: Room, parameters: Parameters): Message | undefined | Refusal {
  const given = objectOf(parameters, 'reply_parameters')
  if (given === 'unreadable') return badRequest("can't parse reply parameters JSON object")
  if (given !== 'missing' && !isObject(given.value))
    return badRequest('object expected as reply parameters')
  // Bots written before reply_parameters still send this one, and Telegram still takes it.
  const old: Parameters = {
    message_id: parameters['reply_to_message_id'],
    allow_sending_without_reply: parameters['allow_sending_without_reply'],
  }
  const reply = given === 'missing' ? old : (given.value as Parameters)
  const id = integerOf(reply, 'message_id') ?? 0
  if (id === 0) return undefined
  const posted = room.messages.get(id)
  if (posted !== undefined && !posted.deleted) return posted.message
  return flagOf(reply, 'allow_sending_without_reply')
    ? undefined
    : badRequest('message to be replied not found')
}

/** The message that `message_id` names; `what` is Telegram's word for it: "message to edit". */
export function messageOf(room: Room, parameters: Parameters, what: string): Posted | Refusal {
  const id = integerOf(parameters, 'message_id') ?? 0
  if (id === 0) return badRequest('message identifier is not specified')
  const posted = room.messages.get(id)
  return posted === undefined || posted.deleted ? badRequest(`${what} not found`) : posted
}
