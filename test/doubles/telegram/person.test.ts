// What people do and what of it a bot hears.
import { expect, test } from 'vitest'
import { openTelegram } from './opened-telegram.ts'
import type { Update } from './objects.ts'
import type { TelegramDouble } from './telegram-double.ts'

async function call(telegram: TelegramDouble, method: string, parameters: object = {}) {
  const response = await fetch(`${telegram.apiRoot}/bot${telegram.token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(parameters),
  })
  return (await response.json()) as { readonly ok: boolean; readonly result: never }
}

const updates = async (telegram: TelegramDouble, parameters: object = {}): Promise<Update[]> =>
  (await call(telegram, 'getUpdates', parameters)).result
const heard = async (telegram: TelegramDouble) =>
  (await updates(telegram)).map((update) =>
    'message' in update ? (update.message.text ?? '(service)') : Object.keys(update)[1],
  )
const keyboard = { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] }

async function card(telegram: TelegramDouble, chat_id: number) {
  await call(telegram, 'sendMessage', { chat_id, text: 'Card', reply_markup: keyboard })
  return telegram.reads(chat_id).at(-1) ?? expect.fail('no card')
}

test('privacy mode keeps all but commands, replies and service messages from the bot', async () => {
  const telegram = await openTelegram()
  const desk = telegram.supergroup({ members: [7] })
  const own = await card(telegram, desk)
  const ann = telegram.as(7)
  ann.says(desk, 'hello')
  ann.says(desk, '/status')
  ann.says(desk, '/status@ARBDESK_test_bot')
  ann.says(desk, '/status@other_bot')
  ann.says(desk, 'yes', { replyTo: own })
  telegram.as(8).joins(desk)
  expect(await heard(telegram)).toEqual(['/status', '/status@ARBDESK_test_bot', 'yes', '(service)'])
  telegram.changeBot(desk, 'administrator')
  ann.says(desk, 'now you hear me')
  expect((await heard(telegram)).slice(4)).toEqual(['my_chat_member', 'now you hear me'])
  telegram.assertClean()
})

test('without privacy mode it hears everything', async () => {
  const telegram = await openTelegram({ readsAllGroupMessages: true })
  const desk = telegram.group({ members: [7] })
  const said = telegram.as(7).says(desk, 'hello')
  telegram.as(7).edits({ chatId: desk, messageId: said.message_id }, 'hello there')
  const [first, second] = await updates(telegram)
  expect(first).toMatchObject({ message: { text: 'hello' } })
  expect(second).toMatchObject({
    edited_message: { text: 'hello there', edit_date: expect.anything() },
  })
})

test('an anonymous administrator is no person', async () => {
  const telegram = await openTelegram()
  const desk = telegram.supergroup({ members: [7] })
  telegram.as(7).says(desk, '/kill', { isAnonymous: true })
  expect(await updates(telegram)).toMatchObject([
    { message: { from: { username: 'GroupAnonymousBot' }, sender_chat: { id: desk } } },
  ])
  telegram.assertClean()
})

test('unconfirmed updates come again, confirmed ones do not, unless replayed', async () => {
  const telegram = await openTelegram()
  telegram.as(7).says(7, 'one')
  telegram.as(7).says(7, 'two')
  const [one, two] = await updates(telegram)
  expect(await heard(telegram)).toEqual(['one', 'two'])
  expect(await updates(telegram, { offset: two?.update_id })).toEqual([two])
  expect(await updates(telegram, { offset: -1 })).toEqual([two])
  expect(await updates(telegram, { offset: (two?.update_id ?? 0) + 1 })).toEqual([])
  telegram.replays(one ?? expect.fail())
  expect(await updates(telegram, { offset: (two?.update_id ?? 0) + 1 })).toEqual([one])
  telegram.assertClean()
})

test('a flood comes in batches of a hundred', async () => {
  const telegram = await openTelegram()
  telegram.as(7).floods(
    7,
    Array.from({ length: 250 }, (_, at) => `/gap ${at}`),
  )
  const first = await updates(telegram)
  expect(first).toHaveLength(100)
  expect(
    await updates(telegram, { offset: (first.at(-1)?.update_id ?? 0) + 1, limit: 7 }),
  ).toHaveLength(7)
})

test('a waiting poll is answered as soon as something happens', async () => {
  const telegram = await openTelegram()
  const polling = updates(telegram, { timeout: 50 })
  await telegram.until('the poll', () => telegram.calls.length === 1)
  telegram.as(7).floods(7, ['one', 'two'])
  expect(await polling).toHaveLength(2)
})

test('kinds of updates that were not asked for are not kept', async () => {
  const telegram = await openTelegram()
  await updates(telegram, { allowed_updates: ['callback_query', 'chat_member'] })
  const desk = telegram.supergroup({ members: [7] })
  const own = await card(telegram, desk)
  telegram.as(7).says(desk, '/status')
  telegram.as(8).joins(desk)
  telegram.as(7).presses(own, 'go')
  expect((await updates(telegram)).map((update) => Object.keys(update)[1])).toEqual([
    'chat_member',
    'callback_query',
  ])
  await updates(telegram, { allowed_updates: [] })
  telegram.as(7).says(desk, '/status')
  expect((await updates(telegram)).map((update) => Object.keys(update)[1]).at(-1)).toBe('message')
  telegram.assertClean()
})

test('a hostile app presses what is not there, and the bot sees what it would', async () => {
  const telegram = await openTelegram()
  const desk = telegram.supergroup({ members: [7] })
  const own = await card(telegram, desk)
  expect(() => telegram.as(7).presses(own, 'other')).toThrow('There is no button "other"')
  expect(() => telegram.as(9).presses(own, 'go')).toThrow('User 9 is not in chat')
  telegram.as(9).forges(own, 'x'.repeat(64))
  await call(telegram, 'deleteMessage', { chat_id: desk, message_id: own.messageId })
  telegram.as(7).forges(own, 'go')
  const [forged, gone] = await updates(telegram)
  expect(forged).toMatchObject({
    callback_query: { from: { id: 9 }, data: 'x'.repeat(64), message: { text: 'Card' } },
  })
  expect(gone).toMatchObject({
    callback_query: { message: { date: 0, message_id: own.messageId } },
  })
  telegram.assertClean()
})

test('a forwarded card has lost its buttons and says where it came from', async () => {
  const telegram = await openTelegram()
  const desk = telegram.supergroup({ members: [7] })
  const own = await card(telegram, desk)
  const copy = telegram.as(7).forwards(own, 7)
  expect(copy.reply_markup).toBeUndefined()
  expect(telegram.reads(7)).toMatchObject([{ rendered: 'Card', isForwarded: true }])
  expect(await updates(telegram)).toMatchObject([
    { message: { forward_origin: { type: 'user', sender_user: { id: telegram.bot.id } } } },
  ])
  telegram.assertClean()
})

test('people come and go, and the bot is told when it is stopped', async () => {
  const telegram = await openTelegram()
  const group = telegram.group({ members: [7] })
  telegram.as(7).leaves(group)
  expect(() => telegram.as(7).says(group, '/status')).toThrow('User 7 is not in chat')
  telegram.as(7).starts()
  telegram.as(7).blocks()
  telegram.as(7).starts()
  expect(await heard(telegram)).toEqual([
    '(service)',
    '/start',
    'my_chat_member',
    'my_chat_member',
    '/start',
  ])
  telegram.assertClean()
})

test('every kind of standing is described', async () => {
  const telegram = await openTelegram()
  const desk = telegram.supergroup({ members: [7] })
  for (const status of [
    'creator',
    'administrator',
    'restricted',
    'member',
    'left',
    'kicked',
  ] as const)
    telegram.changeBot(desk, status)
  expect(await heard(telegram)).toHaveLength(6)
  telegram.upgrade(telegram.group({ members: [7] }))
  const forum = telegram.supergroup({ members: [7], isForum: true })
  const topic = telegram.topic(forum, 'Trades')
  telegram.changeTopic(forum, topic, 'closed')
  telegram.changeTopic(forum, topic, 'open')
  expect((await updates(telegram)).length).toBe(11)
  telegram.assertClean()
})

test('forms and addresses carry parameters too, and broken bodies are refused', async () => {
  const telegram = await openTelegram()
  telegram.as(7).starts()
  const root = `${telegram.apiRoot}/bot${telegram.token}`
  const read = async (response: Promise<Response>) => (await response).json()
  const body = new URLSearchParams({ chat_id: '7', text: 'form' })
  expect(await read(fetch(`${root}/sendmessage`, { method: 'POST', body }))).toMatchObject({
    ok: true,
  })
  expect(await read(fetch(`${root}/sendMessage?chat_id=7&text=query`))).toMatchObject({ ok: true })
  expect(telegram.reads(7).map(({ text }) => text)).toEqual(['/start', 'form', 'query'])
  expect(await read(fetch(`${root}/sendMessage`, { method: 'POST', body: '{' }))).toMatchObject({
    error_code: 400,
    description: "Bad Request: can't parse JSON object",
  })
  expect(await read(fetch(`${telegram.apiRoot}/elsewhere`))).toMatchObject({ error_code: 404 })
  expect(await read(fetch(`${telegram.apiRoot}/file/bot${telegram.token}/no/file`))).toMatchObject({
    error_code: 404,
  })
})
