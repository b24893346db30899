import { expect, onTestFinished, test } from 'vitest'
import { openTelegram } from '../../test/doubles/telegram/opened-telegram.ts'
import { tinyPng } from '../../test/doubles/telegram/tiny-png.ts'
import type { Card } from '../../src/notification/card.ts'
import { secret } from '../../src/secret.ts'
import type { ChatReply } from '../chat/chat-desk.ts'
import type { View } from '../chat/platform.ts'
import { createAnswers, type Asker } from './answer-person.ts'
import { customKeyboard } from './custom-keyboard.ts'
import { createTelegramClient } from './telegram-client.ts'

async function opened() {
  const telegram = await openTelegram()
  telegram.as(7).starts()
  const group = telegram.supergroup({ members: [7] })
  const client = createTelegramClient({ token: secret(telegram.token), apiRoot: telegram.apiRoot })
  onTestFinished(() => client.close())
  const bound: string[] = []
  const warnings: string[] = []
  const spent: string[] = []
  const answers = createAnswers({
    client,
    spent: (chat, isEdit) => void spent.push(`${chat} ${isEdit ? 'edit' : 'send'}`),
    warn: (line) => void warnings.push(line),
    username: () => 'desk_bot',
    signal: new AbortController().signal,
  })
  const answer = (card: Partial<Card>, more: Partial<View> = {}): ChatReply => ({
    outcome: 'answered',
    view: {
      card: { title: 'Title', tone: 'neutral', badges: ['PAPER'], json: {}, ...card },
      buttons: [],
      menus: [],
      ...more,
    },
    bind: (chat, message) => Promise.resolve(void bound.push(`${chat} ${message}`)),
  })
  const asker = (changes: Partial<Asker> = {}): Asker => ({
    chat: '7',
    isPrivate: true,
    account: { id: '7', displayName: 'Ann' },
    message: undefined,
    ...changes,
  })
  const last = (chat = 7) => telegram.reads(chat).at(-1)
  return { telegram, group, answers, answer, asker, last, bound, warnings, spent }
}
const buttons = [{ label: 'Why', style: 'plain' as const, data: 'n'.repeat(22) }]
const picture = { name: 'chart.png', png: tinyPng }

test('a picture has its words and buttons under it; what is too long for that follows', async () => {
  const { telegram, answers, answer, asker, last, bound } = await opened()
  expect(await answers.show(answer({}, { picture, buttons }), asker())).toBe('here')
  expect(last()?.rendered).toBe('[photo chart.png]\n🟦 PAPER\n⚪ Title\n[Why]')
  await answers.show(answer({ text: 'x '.repeat(900) }, { picture, buttons }), asker())
  const [photo, words] = telegram.reads(7).slice(-2)
  expect(photo?.rendered).toBe('[photo chart.png]')
  expect(words?.rendered).toMatch(/^🟦 PAPER\n⚪ Title[^]*\[Why\]$/u)
  expect(bound).toEqual([`7 ${(photo?.messageId ?? 0) - 1}`, `7 ${words?.messageId}`])
  telegram.assertClean()
})

test('a picture that Telegram does not like goes as a file', async () => {
  const { telegram, answers, answer, asker, last } = await opened()
  const refused = {
    ok: false,
    error_code: 400,
    description: 'Bad Request: PHOTO_INVALID_DIMENSIONS',
  } as const
  telegram.mishaps.plan({ kind: 'refuse', answer: refused }, { methods: ['sendPhoto'] })
  await answers.show(answer({}, { picture, buttons }), asker())
  expect(last()?.rendered).toBe('[document chart.png]\n🟦 PAPER\n⚪ Title\n[Why]')
  telegram.assertClean()
})

test('where neither pictures nor files are taken the words are shown, and say what is missing', async () => {
  const { telegram, answers, answer, asker, last, warnings } = await opened()
  const refused = {
    ok: false,
    error_code: 400,
    description: 'Bad Request: not enough rights to send photos to the chat',
  } as const
  const methods = ['sendPhoto', 'sendDocument']
  telegram.mishaps.plan({ kind: 'refuse', answer: refused }, { methods, times: 2 })
  expect(await answers.show(answer({}, { picture, buttons }), asker())).toBe('here')
  expect(last()?.text).toContain('Title')
  expect(last()?.text).toContain('Telegram did not take the file that belongs here')
  expect(warnings).toEqual([expect.stringContaining('not enough rights')])
  telegram.assertClean()
})

test('an answer that Telegram does not take is spoken of, once', async () => {
  const { telegram, answers, answer, asker, last, warnings } = await opened()
  const refused = {
    ok: false,
    error_code: 400,
    description: "Bad Request: can't parse entities",
  } as const
  telegram.mishaps.plan({ kind: 'refuse', answer: refused }, { methods: ['sendMessage'], times: 1 })
  expect(await answers.show(answer({}), asker())).toBe('nowhere')
  expect(last()?.text).toBe('Telegram did not take the answer; the log says why.')
  expect(warnings).toEqual([expect.stringContaining("can't parse entities")])
  telegram.assertClean()
})

test('E13 an answer to a group that has just moved finds it', async () => {
  const { telegram, answers, answer, asker } = await opened()
  const old = telegram.group({ members: [7] })
  const next = telegram.upgrade(old)
  await answers.show(answer({}, { buttons }), asker({ chat: String(old), isPrivate: false }))
  expect(telegram.reads(next).at(-1)?.text).toContain('Title')
  telegram.assertClean([/upgraded/])
})

test('answers to one chat take turns, so that a refusal of one is waited out by all', async () => {
  const { telegram, answers, answer, asker, spent } = await opened()
  telegram.mishaps.plan(
    { kind: 'flood', retryAfterSeconds: 1 },
    { methods: ['sendMessage'], times: 2 },
  )
  await Promise.all(
    ['one', 'two', 'three'].map((title) => answers.show(answer({ title }), asker())),
  )
  expect(
    telegram
      .reads(7)
      .slice(1)
      .map(({ text }) => /\w+$/.exec(text)?.[0]),
  ).toEqual(['one', 'two', 'three'])
  expect(spent).toHaveLength(5)
  telegram.assertClean()
})

test('the question names who is meant in a group, and cuts what is longer than the form takes', async () => {
  const { telegram, group, answers, asker, last } = await opened()
  const asks: ChatReply = {
    outcome: 'asks',
    title: 'settings set paper.balances',
    question: '👩‍🚀'.repeat(30),
    value: '{"kucoin":1}'.repeat(400),
    data: 'x',
    bind: () => Promise.resolve(),
  }
  await answers.show(asks, asker({ chat: String(group), isPrivate: false }))
  const shown = last(group)
  expect(shown?.text).toMatch(/^Ann: settings set paper\.balances\n/)
  expect(shown?.entities[0]).toMatchObject({ url: 'tg://user?id=7', length: 3 })
  expect(shown?.text.length).toBeLessThan(1400)
  await answers.show({ ...asks, question: '' }, asker())
  expect(last()?.text).toContain('Answer by a reply')
  telegram.assertClean()
})

test('a keyboard of commands goes under the answer, or after it where that has buttons', async () => {
  const { telegram, answers, answer, asker, last } = await opened()
  const keyboard = customKeyboard(['status', 'venues', 'why', 'help'])
  const sent = () =>
    telegram.calls.findLast(({ method }) => method === 'sendMessage')?.parameters['reply_markup']
  await answers.show(answer({}), asker({ keyboard }))
  expect(sent()).toMatchObject({
    keyboard: [[{ text: '/status' }, { text: '/venues' }, { text: '/why' }], [{ text: '/help' }]],
  })
  await answers.show(answer({}, { buttons }), asker({ keyboard }))
  expect(last()?.text).toBe('Your commands are on the keyboard below.')
  await answers.show(answer({}, { buttons }), asker({ keyboard: customKeyboard([]) }))
  expect(last()?.rendered).toContain('[Why]')
  telegram.assertClean()
})

test('a line that was told is one line, whatever it holds', async () => {
  const { telegram, answers, asker, last } = await opened()
  await answers.show({ outcome: 'told', text: '<b>no</b> & t.me/x\u202E', isGood: false }, asker())
  expect(last()?.text).toBe('<b>no</b> & t.me/x')
  expect(last()?.entities.every(({ type }) => type === 'code')).toBe(true)
  expect(await answers.show({ outcome: 'repeated' }, asker())).toBe('here')
  telegram.assertClean()
})
