// Edits in place. An edit without reply_markup takes the keyboard away, as Telegram does.
import { isDeepStrictEqual } from 'node:util'
import { messageOf, roomOf } from '../access.ts'
import { badRequest, isRefusal, success, type Answer, type Refusal } from '../answer.ts'
import { captionText, messageText } from '../formatted-text.ts'
import { inlineMarkup } from '../keyboard.ts'
import { contentOf, givenMedia, readMedia } from '../media.ts'
import type { InlineKeyboard, Message } from '../objects.ts'
import type { Parameters } from '../parameters.ts'
import { rewrite } from '../posting.ts'
import type { Posted, World } from '../state.ts'
import type { Method } from './method.ts'

const notModified =
  'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message'

type Edited = { readonly posted: Posted; readonly markup: InlineKeyboard | undefined }

/** The bot's own message that is to change, and its next keyboard. */
function editedOf(world: World, parameters: Parameters): Edited | Refusal {
  const markup = inlineMarkup(parameters)
  if (isRefusal(markup)) return markup
  const room = roomOf(world, parameters, 'edit')
  if (isRefusal(room)) return room
  const posted = messageOf(room, parameters, 'message to edit')
  if (isRefusal(posted)) return posted
  const isOwn = posted.message.from.id === world.bot.id
  const mayChange = isOwn && !posted.frozen && room.upgradedTo === undefined
  return mayChange ? { posted, markup } : badRequest("message can't be edited")
}

type Words = Pick<
  Message,
  'text' | 'entities' | 'caption' | 'caption_entities' | 'photo' | 'document'
>

/** Puts other words or another keyboard in place, if anything about the message changes by it. */
function replace(world: World, { posted, markup }: Edited, words: Words | 'same'): Answer {
  const { reply_markup: before, ...message } = posted.message
  const { text, entities, caption, caption_entities, photo, document, ...frame } = message
  const present = Object.fromEntries(
    Object.entries({ text, entities, caption, caption_entities, photo, document }).filter(
      ([, value]) => value !== undefined,
    ),
  )
  const after = words === 'same' ? present : words
  const isSame = isDeepStrictEqual(present, after) && isDeepStrictEqual(before, markup)
  if (isSame) return badRequest(notModified)
  const next = { ...frame, ...after, ...(markup !== undefined && { reply_markup: markup }) }
  return success(rewrite(world, posted, next))
}

export const editMessageText: Method = (world, { parameters }) => {
  const text = messageText(parameters, 'MESSAGE_TOO_LONG')
  if (isRefusal(text)) return text
  const edited = editedOf(world, parameters)
  if (isRefusal(edited)) return edited
  if (edited.posted.message.text === undefined)
    return badRequest('there is no text in the message to edit')
  const { entities } = text
  return replace(world, edited, { text: text.text, ...(entities.length > 0 && { entities }) })
}

export const editMessageCaption: Method = (world, { parameters }) => {
  const caption = captionText(parameters)
  if (isRefusal(caption)) return caption
  const edited = editedOf(world, parameters)
  if (isRefusal(edited)) return edited
  const { photo, document } = edited.posted.message
  if (photo === undefined && document === undefined)
    return badRequest('there is no caption in the message to edit')
  return replace(world, edited, {
    ...(photo !== undefined && { photo }),
    ...(document !== undefined && { document }),
    ...(caption.text !== '' && { caption: caption.text }),
    ...(caption.entities.length > 0 && { caption_entities: caption.entities }),
  })
}

export const editMessageReplyMarkup: Method = (world, { parameters }) => {
  const edited = editedOf(world, parameters)
  return isRefusal(edited) ? edited : replace(world, edited, 'same')
}

export const editMessageMedia: Method = (world, { parameters, uploads }) => {
  const edited = editedOf(world, parameters)
  if (isRefusal(edited)) return edited
  const given = givenMedia(parameters)
  if (isRefusal(given)) return given
  const media = readMedia(world, given, uploads)
  if (isRefusal(media)) return media
  return replace(world, edited, contentOf(world, media))
}
