// sendMessage, sendPhoto, sendDocument and sendMediaGroup: everything that makes a new message.
import { answeredMessage, roomOf, sendingRefusal, threadOf } from '../access.ts'
import { badRequest, isRefusal, success, type Refusal } from '../answer.ts'
import { captionText, messageText } from '../formatted-text.ts'
import { replyMarkup } from '../keyboard.ts'
import { contentOf, givenMedia, namedFile, readMedia, type Media } from '../media.ts'
import type { Message, ReplyMarkup } from '../objects.ts'
import type { Parameters } from '../parameters.ts'
import { post, shallow, type Content } from '../posting.ts'
import type { Posted, Rights, Room, World } from '../state.ts'
import type { Method } from './method.ts'

const albumMax = 10

type Place = { readonly room: Room; readonly content: Content }

/** Where the message goes and what it answers, after every check that does not depend on its words. */
function placeOf(
  world: World,
  parameters: Parameters,
  right: keyof Pick<Rights, 'sendsText' | 'sendsPhotos' | 'sendsDocuments'>,
): Place | Refusal {
  const room = roomOf(world, parameters, 'write')
  if (isRefusal(room)) return room
  const answered = answeredMessage(room, parameters)
  if (isRefusal(answered)) return answered
  const refusal = sendingRefusal(world, room, right)
  if (refusal !== undefined) return refusal
  const thread = threadOf(world, room, parameters, answered)
  if (isRefusal(thread)) return thread
  return {
    room,
    content: {
      ...(thread !== undefined && { message_thread_id: thread, is_topic_message: true }),
      ...(answered !== undefined && { reply_to_message: shallow(answered) }),
    },
  }
}

/** Only an inline keyboard is part of the message; the others stand under the chat and freeze the message. */
function postWith(
  world: World,
  { room, content }: Place,
  more: Content,
  markup: ReplyMarkup | undefined,
): Posted {
  const inline = markup !== undefined && 'inline_keyboard' in markup ? { reply_markup: markup } : {}
  const isFrozen = markup !== undefined && !('inline_keyboard' in markup)
  return post(world, room, world.bot, { ...content, ...more, ...inline }, isFrozen)
}

export const sendMessage: Method = (world, { parameters }) => {
  const text = messageText(parameters, 'message is too long')
  if (isRefusal(text)) return text
  const markup = replyMarkup(parameters)
  if (isRefusal(markup)) return markup
  const place = placeOf(world, parameters, 'sendsText')
  if (isRefusal(place)) return place
  const { entities } = text
  const words = { text: text.text, ...(entities.length > 0 && { entities }) }
  return success(postWith(world, place, words, markup).message)
}

const sendFile =
  (kind: Media['kind']): Method =>
  (world, { parameters, uploads }) => {
    const file = namedFile(world, kind, parameters, uploads)
    if (isRefusal(file)) return file
    const caption = captionText(parameters)
    if (isRefusal(caption)) return caption
    const markup = replyMarkup(parameters)
    if (isRefusal(markup)) return markup
    const right = kind === 'photo' ? 'sendsPhotos' : 'sendsDocuments'
    const place = placeOf(world, parameters, right)
    if (isRefusal(place)) return place
    return success(
      postWith(world, place, contentOf(world, { kind, file, caption }), markup).message,
    )
  }

export const sendPhoto: Method = sendFile('photo')
export const sendDocument: Method = sendFile('document')

export const sendMediaGroup: Method = (world, { parameters, uploads }) => {
  const given = givenMedia(parameters)
  if (isRefusal(given)) return given
  if (!Array.isArray(given)) return badRequest('expected an Array of InputMedia')
  const items: Media[] = []
  for (const item of given as readonly unknown[]) {
    const media = readMedia(world, item, uploads)
    if (isRefusal(media)) return media
    items.push(media)
  }
  if (items.length === 0) return badRequest('there are no messages to send')
  if (items.length > albumMax) return badRequest('too many messages to send as an album')
  // Telegram lets one pass, though its description says 2–10.
  if (items.length === 1)
    world.faults.found.push({
      method: 'sendMediaGroup',
      where: 'request',
      reasons: ['an album has 2–10 items'],
    })
  if (new Set(items.map(({ kind }) => kind)).size > 1)
    return badRequest("can't use the media of the specified type in the album")
  const right = items[0]?.kind === 'photo' ? 'sendsPhotos' : 'sendsDocuments'
  const place = placeOf(world, parameters, right)
  if (isRefusal(place)) return place
  const album = { media_group_id: String(14_000_000_000_000_000n + BigInt(world.lastMessageId)) }
  const sent: Message[] = items.map(
    (media) => postWith(world, place, { ...contentOf(world, media), ...album }, undefined).message,
  )
  return success(sent)
}
