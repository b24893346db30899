// What Telegram refuses about people, chats and topics, asked for by the real telegraf: in its own words.
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

test('a bot writes only to those who started it and did not block it', async () => {
  const { telegram, api } = await opened()
  telegram.person(8)
  await expect(api.sendMessage(999, 'x')).rejects.toThrow('400: Bad Request: chat not found')
  await expect(api.sendMessage(8, 'x')).rejects.toThrow(
    "403: Forbidden: bot can't initiate conversation with a user",
  )
  telegram.as(7).blocks()
  await expect(api.sendMessage(7, 'x')).rejects.toThrow(
    '403: Forbidden: bot was blocked by the user',
  )
  telegram.as(7).starts()
  await api.sendMessage(7, 'x')
})

test('a bot that was kicked, left or restricted is told so', async () => {
  const { telegram, api } = await opened()
  const desk = telegram.supergroup({ members: [7] })
  const group = telegram.group({ members: [7] })
  telegram.changeBot(desk, 'kicked')
  telegram.changeBot(group, 'kicked')
  await expect(api.sendMessage(desk, 'x')).rejects.toThrow(
    '403: Forbidden: bot was kicked from the supergroup chat',
  )
  await expect(api.getChat(desk)).rejects.toThrow(
    '403: Forbidden: bot was kicked from the supergroup chat',
  )
  await expect(api.sendMessage(group, 'x')).rejects.toThrow(
    '403: Forbidden: bot was kicked from the group chat',
  )
  telegram.changeBot(desk, 'left')
  await expect(api.sendMessage(desk, 'x')).rejects.toThrow(
    '403: Forbidden: bot is not a member of the supergroup chat',
  )
  telegram.changeBot(desk, 'restricted', { sendsText: false, sendsPhotos: false })
  await expect(api.sendMessage(desk, 'x')).rejects.toThrow(
    'not enough rights to send text messages to the chat',
  )
  await expect(api.sendPhoto(desk, { source: tinyPng })).rejects.toThrow(
    'not enough rights to send photos to the chat',
  )
  await api.sendDocument(desk, { source: tinyPng, filename: 'x.png' })
})

test('pinning and deleting what others wrote takes rights', async () => {
  const { telegram, api } = await opened()
  const desk = telegram.supergroup({ members: [7] })
  const { message_id: theirs } = telegram.as(7).says(desk, 'hello')
  const { message_id: own } = await api.sendMessage(desk, 'x')
  await expect(api.pinChatMessage(desk, own)).rejects.toThrow(
    'not enough rights to manage pinned messages in the chat',
  )
  await expect(api.deleteMessage(desk, theirs)).rejects.toThrow(
    "400: Bad Request: message can't be deleted",
  )
  await expect(api.deleteMessage(desk, 999)).rejects.toThrow(
    '400: Bad Request: message to delete not found',
  )
  telegram.changeBot(desk, 'administrator')
  await expect(api.pinChatMessage(desk, 999)).rejects.toThrow(
    '400: Bad Request: message to pin not found',
  )
  await api.pinChatMessage(desk, own)
  await api.deleteMessage(desk, theirs)
})

test('topics are named by messages that open them, and refuse once closed or deleted', async () => {
  const { telegram, api } = await opened()
  const desk = telegram.supergroup({ members: [7], isForum: true })
  const trades = telegram.topic(desk, 'Trades')
  const say = (message_thread_id?: number) =>
    api.sendMessage(desk, 'x', message_thread_id === undefined ? {} : { message_thread_id })
  await say(trades)
  await say()
  expect(telegram.reads(desk, trades).map(({ text }) => text)).toEqual(['(topic "Trades")', 'x'])
  await expect(say(1)).rejects.toThrow('400: Bad Request: message thread not found')
  await expect(say(999)).rejects.toThrow('400: Bad Request: message thread not found')
  telegram.changeTopic(desk, trades, 'closed')
  await expect(say(trades)).rejects.toThrow('400: Bad Request: TOPIC_CLOSED')
  telegram.changeTopic(desk, 1, 'closed')
  await expect(say()).rejects.toThrow('400: Bad Request: TOPIC_CLOSED')
  telegram.changeBot(desk, 'administrator')
  await say(trades)
  telegram.changeTopic(desk, trades, 'deleted')
  await expect(say(trades)).rejects.toThrow('400: Bad Request: message thread not found')
  const group = telegram.group({ members: [7] })
  await expect(api.sendMessage(group, 'x', { message_thread_id: 5 })).rejects.toThrow(
    'message thread not found',
  )
})

test('a reply in a forum lands in the topic of what it answers', async () => {
  const { telegram, api } = await opened()
  const desk = telegram.supergroup({ members: [7], isForum: true })
  const trades = telegram.topic(desk, 'Trades')
  const { message_id } = telegram.as(7).says(desk, '/why', { topicId: trades })
  await api.sendMessage(desk, 'because', { reply_parameters: { message_id } })
  expect(telegram.reads(desk, trades).at(-1)).toMatchObject({
    text: 'because',
    replyToId: message_id,
  })
  const lost = { message_id: 999 }
  await expect(api.sendMessage(desk, 'x', { reply_parameters: lost })).rejects.toThrow(
    '400: Bad Request: message to be replied not found',
  )
  const anyway = { ...lost, allow_sending_without_reply: true }
  await api.sendMessage(desk, 'anyway', { reply_parameters: anyway })
})

test('a group that became a supergroup names its new id', async () => {
  const { telegram, api } = await opened()
  const group = telegram.group({ members: [7] })
  const { message_id } = await api.sendMessage(group, 'x')
  const desk = telegram.upgrade(group)
  await expect(api.sendMessage(group, 'y')).rejects.toMatchObject({
    code: 400,
    description: 'Bad Request: group chat was upgraded to a supergroup chat',
    parameters: { migrate_to_chat_id: desk },
  })
  await expect(api.editMessageText(group, message_id, undefined, 'y')).rejects.toThrow(
    "message can't be edited",
  )
  expect(telegram.reads(group).at(-1)?.text).toBe(`(became supergroup ${desk})`)
  expect(await api.sendMessage(desk, 'y')).toMatchObject({ message_id: 2 })
})

test('commands have small letters and descriptions', async () => {
  const { api } = await opened()
  const set = (command: string, description: string) =>
    api.setMyCommands([{ command, description }])
  await expect(set('Status', 'x')).rejects.toThrow('400: Bad Request: BOT_COMMAND_INVALID')
  await expect(set('status', '')).rejects.toThrow(
    '400: Bad Request: BOT_COMMAND_DESCRIPTION_INVALID',
  )
  const many = Array.from({ length: 101 }, (_, at) => ({ command: `c${at}`, description: 'x' }))
  await expect(api.setMyCommands(many)).rejects.toThrow('400: Bad Request: BOT_COMMANDS_TOO_MUCH')
  const scope = { type: 'chat', chat_id: 999 } as const
  await expect(api.setMyCommands([], { scope })).rejects.toThrow('400: Bad Request: chat not found')
})

test('while a webhook is set nobody can poll', async () => {
  const { telegram, api } = await opened()
  telegram.webhook('https://desk.example/hook')
  await expect(api.getUpdates(0, 1, 0, undefined)).rejects.toThrow(
    "409: Conflict: can't use getUpdates method while webhook is active",
  )
  expect(await api.getWebhookInfo()).toMatchObject({ url: 'https://desk.example/hook' })
  await api.deleteWebhook()
  expect(await api.getUpdates(0, 1, 0, undefined)).toHaveLength(1)
})
