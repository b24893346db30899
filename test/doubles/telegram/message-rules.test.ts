// What Telegram refuses about messages and presses, asked for by the real telegraf: in its own words.
import { Telegraf, type Telegram } from 'telegraf'
import { expect, test } from 'vitest'
import { openTelegram } from './opened-telegram.ts'
import type { TelegramDouble, TelegramDoubleOptions } from './telegram-double.ts'
import { tinyPng } from './tiny-png.ts'

type Opened = { readonly telegram: TelegramDouble; readonly api: Telegram }

async function opened(options: TelegramDoubleOptions = {}): Promise<Opened> {
  const telegram = await openTelegram(options)
  telegram.as(7).starts()
  const bot = new Telegraf(telegram.token, { telegram: { apiRoot: telegram.apiRoot } })
  return { telegram, api: bot.telegram }
}

const reply_markup = { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] }

test('a message can be deleted for two days', async () => {
  const clock = { ms: Date.UTC(2026, 0, 1) }
  const { api } = await opened({ now: () => clock.ms })
  const { message_id } = await api.sendMessage(7, 'x')
  clock.ms += 49 * 3_600_000
  await expect(api.deleteMessage(7, message_id)).rejects.toThrow(
    "message can't be deleted for everyone",
  )
})

test('an edit must change something, and find what it changes', async () => {
  const { telegram, api } = await opened()
  const { message_id: id } = await api.sendMessage(7, 'x', { reply_markup })
  const edit = (text: string, extra = {}) => api.editMessageText(7, id, undefined, text, extra)
  await expect(edit('x', { reply_markup })).rejects.toThrow(
    'message is not modified: specified new message content',
  )
  await expect(edit('y'.repeat(4097))).rejects.toThrow('400: Bad Request: MESSAGE_TOO_LONG')
  await expect(api.editMessageText(7, 999, undefined, 'y')).rejects.toThrow(
    'Bad Request: message to edit not found',
  )
  await expect(api.editMessageCaption(7, id, undefined, 'y')).rejects.toThrow(
    'there is no caption in the message to edit',
  )
  const theirs = telegram.as(7).says(7, 'hello').message_id
  await expect(api.editMessageText(7, theirs, undefined, 'y')).rejects.toThrow(
    "message can't be edited",
  )
  await edit('x')
  expect(telegram.readsAgain({ chatId: 7, messageId: id })?.rendered).toBe('x')
  await api.editMessageReplyMarkup(7, id, undefined, reply_markup)
  expect(telegram.readsAgain({ chatId: 7, messageId: id })?.rendered).toBe('x\n[Go]')
})

test('pictures have captions and no text to edit, and take other pictures', async () => {
  const { telegram, api } = await opened()
  const { message_id: id } = await api.sendPhoto(7, { source: tinyPng }, { caption: 'x' })
  await expect(api.editMessageText(7, id, undefined, 'y')).rejects.toThrow(
    'there is no text in the message to edit',
  )
  await api.editMessageCaption(7, id, undefined, 'y', { reply_markup })
  expect(telegram.readsAgain({ chatId: 7, messageId: id })?.rendered).toBe(
    '[photo photo.jpg]\ny\n[Go]',
  )
})

test('a message with a custom keyboard can never be edited', async () => {
  const { api } = await opened()
  const custom = { keyboard: [[{ text: 'Status' }]] }
  const { message_id } = await api.sendMessage(7, 'x', { reply_markup: custom })
  await expect(api.editMessageText(7, message_id, undefined, 'y')).rejects.toThrow(
    "message can't be edited",
  )
})

test('photos are pictures of bearable size', async () => {
  const { api } = await opened()
  const photo = (source: Buffer) => api.sendPhoto(7, { source })
  const sized = (width: number, height: number) => {
    const picture = Buffer.from(tinyPng)
    picture.writeUInt32BE(width, 16)
    picture.writeUInt32BE(height, 20)
    return picture
  }
  await expect(photo(Buffer.from('<svg/>'))).rejects.toThrow(
    '400: Bad Request: IMAGE_PROCESS_FAILED',
  )
  await expect(photo(sized(9_000, 2_000))).rejects.toThrow(
    '400: Bad Request: PHOTO_INVALID_DIMENSIONS',
  )
  await expect(photo(sized(2_100, 100))).rejects.toThrow(
    '400: Bad Request: PHOTO_INVALID_DIMENSIONS',
  )
  await expect(photo(Buffer.concat([tinyPng, Buffer.alloc(10_485_760)]))).rejects.toThrow(
    'is too big for a photo',
  )
  await photo(sized(9_000, 1_000))
  await expect(api.sendPhoto(7, 'unknown')).rejects.toThrow(
    'wrong file identifier/HTTP URL specified',
  )
  await expect(api.sendDocument(7, { source: Buffer.alloc(0), filename: 'x' })).rejects.toThrow(
    'file must be non-empty',
  )
  await expect(api.getFile('unknown')).rejects.toThrow('400: Bad Request: invalid file_id')
})

test('albums hold up to ten of one kind', async () => {
  const { telegram, api } = await opened()
  const photo = { type: 'photo', media: { source: tinyPng } } as const
  await expect(
    api.sendMediaGroup(
      7,
      Array.from({ length: 11 }, () => photo),
    ),
  ).rejects.toThrow('too many messages to send as an album')
  const lone = [{ type: 'photo', media: 'attach://lost' }] as const
  await expect(api.sendMediaGroup(7, lone)).rejects.toThrow(
    "can't parse InputMedia: media not found",
  )
  await api.sendMediaGroup(7, [photo])
  expect(() => telegram.assertClean()).toThrow('an album has 2–10 items')
})

test('a press is answered in time, once, and not by a guess', async () => {
  const clock = { ms: Date.UTC(2026, 0, 1) }
  const { telegram, api } = await opened({ now: () => clock.ms })
  await api.sendMessage(7, 'x', { reply_markup })
  const card = telegram.reads(7).at(-1) ?? expect.fail('no card')
  const tooOld = 'query is too old and response timeout expired or query ID is invalid'
  const press = telegram.as(7).presses(card, 'go')
  await expect(api.answerCbQuery(press.id, 'x'.repeat(201))).rejects.toThrow(
    '400: Bad Request: MESSAGE_TOO_LONG',
  )
  await api.answerCbQuery(press.id, 'Done')
  await expect(api.answerCbQuery(press.id)).rejects.toThrow(tooOld)
  await expect(api.answerCbQuery('12345')).rejects.toThrow(tooOld)
  const late = telegram.as(7).presses(card, 'go')
  clock.ms += 16_000
  await expect(api.answerCbQuery(late.id)).rejects.toThrow(tooOld)
  expect(late.popup).toBeUndefined()
})

test('what was refused is told at the end unless it was expected', async () => {
  const { telegram, api } = await opened()
  await expect(api.sendMessage(7, '<p>', { parse_mode: 'HTML' })).rejects.toThrow(
    `can't parse entities`,
  )
  expect(() => telegram.assertClean()).toThrow(
    `sendMessage: 400 Bad Request: can't parse entities: Unsupported start tag "p" at byte offset 0`,
  )
  telegram.assertClean([/Unsupported start tag/])
})
