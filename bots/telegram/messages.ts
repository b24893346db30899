// Every message and edit that leaves for Telegram passes here: HTML by our escaper, no link previews,
// and what became of it as a value.
import type { Opts } from 'telegraf/types'
import type { CardFile } from '../../src/notification/card.ts'
import type { ChatId, Delivery, Picture } from '../chat/platform.ts'
import { deliveryOf } from './delivery-of.ts'
import { htmlOf, type Line } from './rich-text.ts'
import type { TelegramClient } from './telegram-client.ts'
import { placeOf } from './telegram-place.ts'

export const textLengthMax = 4096
export const captionLengthMax = 1024
/** Pictures and files take longer than words. */
const uploadMsMax = 60_000

export type Markup = NonNullable<Opts<'sendMessage'>['reply_markup']>
export type InlineMarkup = NonNullable<Opts<'editMessageText'>['reply_markup']>

export type How = {
  readonly markup?: Markup | undefined
  /** The message that this one answers, if it is still there. */
  readonly replyTo?: string | undefined
  readonly isSilent?: boolean
}

const extrasOf = ({ markup, replyTo, isSilent }: How) => ({
  ...(markup !== undefined && { reply_markup: markup }),
  ...(isSilent === true && { disable_notification: true }),
  ...(replyTo !== undefined && {
    reply_parameters: { message_id: Number(replyTo), allow_sending_without_reply: true },
  }),
})

const captionOf = (caption: readonly Line[]) =>
  caption.length === 0 ? {} : { caption: htmlOf(caption), parse_mode: 'HTML' as const }

export async function sendText(
  client: TelegramClient,
  chat: ChatId,
  lines: readonly Line[],
  how: How = {},
): Promise<Delivery> {
  const called = await client.call('sendMessage', {
    ...placeOf(chat),
    text: htmlOf(lines),
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
    ...extrasOf(how),
  })
  return deliveryOf(called)
}

export async function sendPicture(
  client: TelegramClient,
  chat: ChatId,
  { name, png }: Picture,
  caption: readonly Line[],
  how: How = {},
): Promise<Delivery> {
  const called = await client.call(
    'sendPhoto',
    {
      ...placeOf(chat),
      photo: { source: Buffer.from(png), filename: name },
      ...captionOf(caption),
      ...extrasOf(how),
    },
    { msMax: uploadMsMax },
  )
  return deliveryOf(called)
}

export async function sendFile(
  client: TelegramClient,
  chat: ChatId,
  { name, content }: Pick<CardFile, 'name' | 'content'>,
  caption: readonly Line[],
  how: How = {},
): Promise<Delivery> {
  const called = await client.call(
    'sendDocument',
    {
      ...placeOf(chat),
      // The file name stands in a header of the form.
      document: { source: Buffer.from(content), filename: name.replaceAll(/[^\w.-]/g, '_') },
      ...captionOf(caption),
      ...extrasOf(how),
    },
    { msMax: uploadMsMax },
  )
  return deliveryOf(called)
}

/** Without `markup` what could be pressed under the message is gone. */
export async function editText(
  client: TelegramClient,
  chat: ChatId,
  message: string,
  lines: readonly Line[],
  markup?: InlineMarkup,
): Promise<Delivery> {
  const { chat_id } = placeOf(chat)
  const called = await client.call('editMessageText', {
    chat_id,
    message_id: Number(message),
    text: htmlOf(lines),
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
    ...(markup !== undefined && { reply_markup: markup }),
  })
  return deliveryOf(called, message)
}
