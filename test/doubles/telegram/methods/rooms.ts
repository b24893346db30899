// What is done to a chat and the messages in it, apart from writing: look, pin, delete, show that one types.
import { messageOf, roomOf, threadOf } from '../access.ts'
import { badRequest, isRefusal, success } from '../answer.ts'
import { chatMember } from '../members.ts'
import { integerOf, textOf } from '../parameters.ts'
import { post, shallow } from '../posting.ts'
import { standingOf, type Room, type World } from '../state.ts'
import type { Method } from './method.ts'

const deletableMs = 48 * 3_600_000
const chatActions = new Set([
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'find_location',
  'record_video_note',
  'upload_video_note',
])

export const getChat: Method = (world, { parameters }) => {
  const room = roomOf(world, parameters, 'read')
  if (isRefusal(room)) return room
  const pinned = room.messages.get(room.pinned.at(-1) ?? 0)?.message
  return success({
    ...room.chat,
    accent_color_id: 0,
    max_reaction_count: 11,
    accepted_gift_types: {
      unlimited_gifts: true,
      limited_gifts: true,
      unique_gifts: true,
      premium_subscription: true,
      gifts_from_channels: true,
    },
    ...(pinned !== undefined && { pinned_message: shallow(pinned) }),
  })
}

export const getChatMember: Method = (world, { parameters }) => {
  const room = roomOf(world, parameters, 'read')
  if (isRefusal(room)) return room
  const id = integerOf(parameters, 'user_id') ?? 0
  const user = id === world.bot.id ? world.bot : world.people.get(id)?.user
  if (user === undefined) return badRequest('user not found')
  return success(chatMember(user, standingOf(room, id)))
}

export const sendChatAction: Method = (world, { parameters }) => {
  if (!chatActions.has(textOf(parameters, 'action').toLowerCase()))
    return badRequest('wrong parameter action in request')
  const room = roomOf(world, parameters, 'write')
  if (isRefusal(room)) return room
  const thread = threadOf(world, room, parameters)
  return isRefusal(thread) ? thread : success(true)
}

const mayPin = (world: World, room: Room): boolean =>
  room.chat.type === 'private' || standingOf(room, world.bot.id).rights.pins
const noPinRight = badRequest('not enough rights to manage pinned messages in the chat')

export const pinChatMessage: Method = (world, { parameters }) => {
  const room = roomOf(world, parameters, 'write')
  if (isRefusal(room)) return room
  const posted = messageOf(room, parameters, 'message to pin')
  if (isRefusal(posted)) return posted
  if (!mayPin(world, room)) return noPinRight
  const { message } = posted
  const isNew = !room.pinned.includes(message.message_id)
  if (isNew) {
    room.pinned.push(message.message_id)
    post(world, room, world.bot, { pinned_message: shallow(message) })
  }
  return success(true)
}

export const unpinChatMessage: Method = (world, { parameters }) => {
  const room = roomOf(world, parameters, 'write')
  if (isRefusal(room)) return room
  if (!mayPin(world, room)) return noPinRight
  const id = integerOf(parameters, 'message_id') ?? room.pinned.at(-1)
  const at = room.pinned.indexOf(id ?? 0)
  if (at === -1) return badRequest('message to unpin not found')
  room.pinned.splice(at, 1)
  return success(true)
}

export const deleteMessage: Method = (world, { parameters }) => {
  const room = roomOf(world, parameters, 'edit')
  if (isRefusal(room)) return room
  const posted = messageOf(room, parameters, 'message to delete')
  if (isRefusal(posted)) return posted
  const isOwn = posted.message.from.id === world.bot.id
  const mayDelete =
    isOwn || room.chat.type === 'private' || standingOf(room, world.bot.id).rights.deletes
  if (!mayDelete) return badRequest("message can't be deleted")
  if (world.now() - posted.atMs > deletableMs)
    return badRequest("message can't be deleted for everyone")
  posted.deleted = true
  return success(true)
}
