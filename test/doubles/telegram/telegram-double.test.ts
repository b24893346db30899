// The real telegraf, polling, hears people and is seen by them.
import { Markup, Telegraf } from 'telegraf'
import { message } from 'telegraf/filters'
import type { InlineKeyboardButton } from 'telegraf/types'
import { expect, onTestFinished, test } from 'vitest'
import { openTelegram } from './opened-telegram.ts'
import { specificationSkipReason } from './specification.ts'
import type { TelegramDouble } from './telegram-double.ts'
import { tinyPng } from './tiny-png.ts'

const because =
  specificationSkipReason === undefined ? '' : ` (unchecked: ${specificationSkipReason})`

const button = (text: string, callback_data: string) => ({ text, callback_data })
const keyboard = (...inline_keyboard: InlineKeyboardButton[][]) => ({ inline_keyboard })

/** A bot that polls until its test is over. */
async function launched(telegram: TelegramDouble, set: (bot: Telegraf) => void): Promise<Telegraf> {
  const bot = new Telegraf(telegram.token, { telegram: { apiRoot: telegram.apiRoot } })
  set(bot)
  const polling = bot.launch()
  onTestFinished(async () => {
    bot.stop()
    await polling
  })
  await telegram.until('the first poll', () =>
    telegram.calls.some(({ method }) => method === 'getUpdates'),
  )
  return bot
}

const told = (telegram: TelegramDouble, chatId: number, text: string) =>
  telegram.until(`"${text}"`, () => telegram.reads(chatId).find((each) => each.text === text))

test(`polling starts as telegraf starts it, and what people say is answered${because}`, async () => {
  const telegram = await openTelegram()
  await launched(telegram, (bot) => {
    bot.start((ctx) => ctx.reply('Welcome'))
    bot.command('gap', (ctx) => ctx.reply(`<b>${ctx.payload}</b> &lt;`, { parse_mode: 'HTML' }))
    bot.on(message('text'), (ctx) => ctx.reply(`You said ${ctx.message.text}`))
  })
  expect(telegram.calls.map(({ method }) => method).slice(0, 3)).toEqual([
    'getMe',
    'deleteWebhook',
    'getUpdates',
  ])
  expect(telegram.calls[2]?.parameters).toEqual({ timeout: 50, offset: 0, allowed_updates: [] })
  telegram.as(7).starts()
  await told(telegram, 7, 'Welcome')
  telegram.as(7).says(7, '/gap 0.4')
  const bold = await told(telegram, 7, '0.4 <')
  expect(bold).toMatchObject({ html: '<b>0.4</b> &lt;', rendered: '0.4 <', from: telegram.bot })
  telegram.as(7).says(7, 'hello')
  await told(telegram, 7, 'You said hello')
  telegram.assertClean()
})

test('a press is answered once, edits the card and is timed', async () => {
  const telegram = await openTelegram()
  const reply_markup = keyboard(
    [button('Approve', 'yes'), button('½', 'half')],
    [{ text: 'Venue', url: 'https://www.kucoin.com' }],
  )
  const bot = await launched(telegram, (each) =>
    each.action('yes', async (ctx) => {
      await ctx.answerCbQuery('Approved', { show_alert: true })
      await ctx.editMessageText('Approved by Ann')
    }),
  )
  const desk = telegram.supergroup({ members: [7] })
  await bot.telegram.sendMessage(desk, 'Approve?', { reply_markup })
  const card = await told(telegram, desk, 'Approve?')
  expect(card.rendered).toBe('Approve?\n[Approve] [½]\n[Venue]')
  const press = telegram.as(7).taps(card, 'Approve')
  const edited = await told(telegram, desk, 'Approved by Ann')
  expect(edited.rendered).toBe('Approved by Ann')
  expect(edited.earlier.map(({ rendered }) => rendered)).toEqual([card.rendered])
  expect(press.popup).toEqual({ text: 'Approved', isAlert: true })
  const [latency] = telegram.latencies()
  expect(latency?.answeredMs).toBeGreaterThanOrEqual(0)
  expect(latency?.editedMs).toBeGreaterThanOrEqual(latency?.answeredMs ?? Number.NaN)
  telegram.assertClean()
  await expect(bot.telegram.answerCbQuery(press.id)).rejects.toThrow('query is too old')
  expect(() => telegram.as(7).presses(edited, 'yes')).toThrow('There is no button "yes"')
})

test('a picture travels as multipart with its keyboard, and can be looked at and fetched', async () => {
  const telegram = await openTelegram()
  telegram.as(7).starts()
  const bot = await launched(telegram, () => undefined)
  const reply_markup = keyboard([button('Again', 'again')])
  await bot.telegram.sendPhoto(
    7,
    { source: tinyPng, filename: 'chart.png' },
    { caption: '<i>Gaps</i>', parse_mode: 'HTML', reply_markup },
  )
  const chart = await told(telegram, 7, 'Gaps')
  expect(chart.rendered).toBe('[photo chart.png]\nGaps\n[Again]')
  expect(chart.file?.bytes.equals(tinyPng)).toBe(true)
  expect(chart.raw.photo).toMatchObject([{ width: 2, height: 1, file_size: tinyPng.length }])
  const link = await bot.telegram.getFileLink(chart.file?.fileId ?? '')
  const fetched = Buffer.from(await (await fetch(link)).arrayBuffer())
  expect(fetched.equals(tinyPng)).toBe(true)
  await bot.telegram.editMessageMedia(7, chart.messageId, undefined, {
    type: 'photo',
    media: { source: tinyPng, filename: 'later.png' },
    caption: 'Later',
  })
  expect((await told(telegram, 7, 'Later')).rendered).toBe('[photo later.png]\nLater')
  await bot.telegram.sendPhoto(7, chart.file?.fileId ?? '', { caption: 'Once more' })
  await told(telegram, 7, 'Once more')
  telegram.assertClean()
})

test('documents and albums arrive whole', async () => {
  const telegram = await openTelegram()
  telegram.as(7).starts()
  const bot = await launched(telegram, () => undefined)
  const csv = Buffer.from('route,gap\nBTC,0.4\n')
  await bot.telegram.sendDocument(7, { source: csv, filename: 'trades.csv' }, { caption: 'Trades' })
  const file = await told(telegram, 7, 'Trades')
  expect(file.rendered).toBe('[document trades.csv]\nTrades')
  expect(file.file?.bytes.toString()).toBe(csv.toString())
  expect(file.raw.document).toMatchObject({ mime_type: 'text/csv', file_size: csv.length })
  await bot.telegram.sendMediaGroup(7, [
    { type: 'photo', media: { source: tinyPng }, caption: 'One' },
    { type: 'photo', media: { source: tinyPng } },
  ])
  const album = telegram.reads(7).filter(({ raw }) => raw.media_group_id !== undefined)
  expect(album.map(({ text, file: { bytes } = {} }) => [text, bytes?.length])).toEqual([
    ['One', tinyPng.length],
    ['', tinyPng.length],
  ])
  telegram.assertClean()
})

test('the menu of commands and the menu button are kept by scope', async () => {
  const telegram = await openTelegram()
  telegram.as(7).starts()
  const bot = await launched(telegram, () => undefined)
  const commands = [{ command: 'status', description: 'How the desk is' }]
  await bot.telegram.setMyCommands(commands)
  await bot.telegram.setMyCommands([], { scope: { type: 'chat', chat_id: 7 } })
  expect(telegram.commands()).toEqual(commands)
  expect(await bot.telegram.getMyCommands()).toEqual(commands)
  expect(telegram.commands('chat 7')).toEqual([])
  await bot.telegram.deleteMyCommands()
  expect(telegram.commands()).toEqual([])
  await bot.telegram.setChatMenuButton({ chatId: 7, menuButton: { type: 'default' } })
  expect(await bot.telegram.getChatMenuButton({ chatId: 7 })).toEqual({ type: 'default' })
  telegram.assertClean()
})

test('messages are pinned, deleted and typed about; chats are described', async () => {
  const telegram = await openTelegram()
  const desk = telegram.supergroup({ title: 'Desk', bot: 'administrator', members: [7] })
  const bot = await launched(telegram, () => undefined)
  const { message_id } = await bot.telegram.sendMessage(desk, 'Kill switch on')
  await bot.telegram.pinChatMessage(desk, message_id)
  expect(telegram.reads(desk).map(({ text, isPinned }) => [text, isPinned])).toEqual([
    ['Kill switch on', true],
    [`(pinned message ${message_id})`, false],
  ])
  expect(await bot.telegram.getChat(desk)).toMatchObject({ title: 'Desk', type: 'supergroup' })
  expect(await bot.telegram.getChatMember(desk, 7)).toMatchObject({ status: 'member' })
  await bot.telegram.sendChatAction(desk, 'typing')
  await bot.telegram.unpinChatMessage(desk, message_id)
  await bot.telegram.deleteMessage(desk, message_id)
  expect(telegram.readsAgain({ chatId: desk, messageId: message_id })).toBeUndefined()
  telegram.assertClean()
})

test.skipIf(because !== '')(
  `what the Bot API does not describe is told at the end${because}`,
  async () => {
    const telegram = await openTelegram()
    telegram.as(7).starts()
    const bot = await launched(telegram, () => undefined)
    // telegraf's own buttons carry a field of its own.
    await bot.telegram.sendMessage(
      7,
      'x',
      Markup.inlineKeyboard([Markup.button.callback('Go', 'go')]),
    )
    expect(telegram.reads(7).at(-1)?.buttons).toEqual([[button('Go', 'go')]])
    expect(() => telegram.assertClean()).toThrow(
      'sendMessage (request): sendMessage.reply_markup.inline_keyboard[0][0].hide is no field',
    )
  },
)

test('fifty people press at once, and each is answered and timed', async () => {
  const telegram = await openTelegram()
  const people = Array.from({ length: 50 }, (_, at) => 100 + at)
  const desk = telegram.supergroup({ members: people })
  const bot = await launched(telegram, (each) =>
    each.action('yes', (ctx) => ctx.answerCbQuery('Heard')),
  )
  await bot.telegram.sendMessage(desk, 'Approve?', {
    reply_markup: keyboard([button('Yes', 'yes')]),
  })
  const card = await told(telegram, desk, 'Approve?')
  for (const id of people) telegram.as(id).taps(card, 'Yes')
  await telegram.until('all answers', () =>
    telegram.presses().every(({ popup }) => popup !== undefined),
  )
  expect(telegram.latencies().every(({ answeredMs = -1 }) => answeredMs >= 0)).toBe(true)
  expect(telegram.presses().every(({ editedAtMs }) => editedAtMs === undefined)).toBe(true)
  telegram.assertClean()
})

test('a slow handler does not hold back the next update where nobody awaits it', async () => {
  const telegram = await openTelegram()
  const gate = Promise.withResolvers<void>()
  const failures: unknown[] = []
  await launched(telegram, (bot) => {
    bot.use((_ctx, next) => void next().catch((error: unknown) => failures.push(error)))
    bot.command('slow', () => gate.promise)
    bot.command('gap', (ctx) => ctx.reply('0.4'))
  })
  telegram.as(7).says(7, '/slow')
  await telegram.until('/slow', () => telegram.delivered.length === 1)
  telegram.as(7).says(7, '/gap')
  await told(telegram, 7, '0.4')
  gate.resolve()
  expect(failures).toEqual([])
})

test('a slow handler that is awaited holds back the next update', async () => {
  const telegram = await openTelegram()
  const gate = Promise.withResolvers<void>()
  await launched(telegram, (bot) => {
    bot.command('slow', () => gate.promise)
    bot.command('gap', (ctx) => ctx.reply('0.4'))
  })
  telegram.as(7).says(7, '/slow')
  await telegram.until('/slow', () => telegram.delivered.length === 1)
  telegram.as(7).says(7, '/gap')
  await expect(
    telegram.until('the answer', () => telegram.reads(7).length > 2, 100),
  ).rejects.toThrow('Waited 100 ms for the answer.')
  gate.resolve()
  await told(telegram, 7, '0.4')
})
