import { expect, onTestFinished, test } from 'vitest'
import { openTelegram } from '../../test/doubles/telegram/opened-telegram.ts'
import { tinyPng } from '../../test/doubles/telegram/tiny-png.ts'
import type { Card } from '../../src/notification/card.ts'
import { secret } from '../../src/secret.ts'
import type { Delivery, View } from '../chat/platform.ts'
import { createTelegramClient } from './telegram-client.ts'
import { createTelegramPlatform } from './telegram-platform.ts'

async function opened() {
  const telegram = await openTelegram()
  telegram.as(7).starts()
  const client = createTelegramClient({ token: secret(telegram.token), apiRoot: telegram.apiRoot })
  onTestFinished(() => client.close())
  const warnings: string[] = []
  const platform = createTelegramPlatform({ client, warn: (line) => void warnings.push(line) })
  const send = (chat: string | number, view: View, isSilent = false) =>
    platform.send(String(chat), view, { id: 'x', isSilent })
  return { telegram, client, platform, send, warnings }
}

const view = (changes: Partial<Card> = {}, more: Partial<View> = {}): View => ({
  card: { title: 'Title', tone: 'neutral', badges: ['PAPER'], json: {}, ...changes },
  buttons: [],
  menus: [],
  ...more,
})
const idOf = (delivery: Delivery): string => {
  if (delivery.outcome !== 'sent') throw new Error(JSON.stringify(delivery))
  return delivery.message
}

test('a message is sent, edited in place, and its buttons go with an edit that has none', async () => {
  const { telegram, platform, send } = await opened()
  const buttons = [{ label: 'Approve', style: 'primary' as const, data: 'n'.repeat(22) }]
  const message = idOf(await send(7, view({}, { buttons })))
  const shown = () => telegram.reads(7).at(-1)
  expect(shown()?.rendered).toBe('🟦 PAPER\n⚪ Title\n[Approve]')
  expect(await platform.edit('7', message, view({ title: 'Done' }))).toEqual({
    outcome: 'sent',
    message,
  })
  expect(shown()?.rendered).toBe('🟦 PAPER\n⚪ Done')
  expect(shown()?.earlier).toHaveLength(1)
  telegram.assertClean()
})

test('an edit that changes nothing is shown already, also to a process that does not know it', async () => {
  const { telegram, platform, send, client } = await opened()
  const message = idOf(await send(7, view()))
  expect(await platform.edit('7', message, view())).toEqual({ outcome: 'sent', message })
  expect(telegram.calls.map(({ method }) => method)).toEqual(['sendMessage'])
  const next = createTelegramPlatform({ client, warn: () => {} })
  expect(await next.edit('7', message, view())).toEqual({ outcome: 'sent', message })
  telegram.assertClean([/message is not modified/])
})

test('E16 an edit of what is gone says so', async () => {
  const { telegram, platform } = await opened()
  expect(await platform.edit('7', '4711', view())).toMatchObject({ outcome: 'gone' })
  telegram.assertClean([/message to edit not found/])
})

test('a topic is a chat of its own, and a closed or deleted one is closed', async () => {
  const { telegram, send } = await opened()
  const forum = telegram.supergroup({ members: [7], isForum: true })
  const topic = telegram.topic(forum, 'Gaps')
  await send(`${forum}/${topic}`, view())
  await send(forum, view({ title: 'General' }))
  expect(telegram.reads(forum, topic).at(-1)?.text).toContain('Title')
  expect(telegram.reads(forum).at(-1)).toMatchObject({ topicId: undefined })
  telegram.changeTopic(forum, topic, 'closed')
  expect((await send(`${forum}/${topic}`, view())).outcome).toBe('closed')
  telegram.changeTopic(forum, topic, 'deleted')
  expect((await send(`${forum}/${topic}`, view())).outcome).toBe('closed')
  telegram.assertClean([/TOPIC_CLOSED/, /message thread not found/])
})

test('E13 a group that became another is moved; put out, blocked and never started are closed', async () => {
  const { telegram, send } = await opened()
  const group = telegram.group({ members: [7] })
  const next = telegram.upgrade(group)
  expect(await send(group, view())).toEqual({ outcome: 'moved', chat: String(next) })
  const other = telegram.supergroup({ members: [7], bot: 'kicked' })
  expect((await send(other, view())).outcome).toBe('closed')
  telegram.as(7).blocks()
  expect((await send(7, view())).outcome).toBe('closed')
  telegram.person(8)
  expect((await send(8, view())).outcome).toBe('closed')
  expect((await send(-1, view())).outcome).toBe('closed')
  telegram.assertClean([/./])
})

test('E15 what no message holds is shortened, and goes along whole as a file; an edit stays one message', async () => {
  const { telegram, platform, send } = await opened()
  const text = Array.from({ length: 200 }, (_, i) => `line ${i} ${'x'.repeat(30)}`).join('\n')
  const message = idOf(await send(7, view({ text })))
  const [card, file] = telegram.reads(7).slice(-2)
  expect(card?.text.length).toBeLessThanOrEqual(4096)
  expect(card?.text).toMatch(/Shortened: a message holds no more\.$/)
  expect(file?.replyToId).toBe(card?.messageId)
  expect(file?.file?.bytes.toString()).toContain('line 199')
  expect((await platform.edit('7', message, view({ text: `begin\n${text}` }))).outcome).toBe('sent')
  telegram.assertClean()
})

test('a picture and a file follow the words they belong to, without another sound', async () => {
  const { telegram, send, warnings } = await opened()
  const file = { name: 'tra des\r\n".csv', mediaType: 'text/csv', content: 'a,b' }
  await send(7, view({ file }, { picture: { name: 'chart.png', png: tinyPng } }))
  const [card, picture, document] = telegram.reads(7).slice(-3)
  expect([picture?.replyToId, document?.replyToId]).toEqual([card?.messageId, card?.messageId])
  expect(document?.file?.name).toBe('tra_des___.csv')
  expect(picture?.raw.photo).toBeDefined()
  const silent = telegram.calls
    .filter(({ method }) => method.startsWith('send'))
    .map(({ parameters }) => parameters['disable_notification'] !== undefined)
  expect(silent).toEqual([false, true, true])
  expect(warnings).toEqual([])
  telegram.assertClean()
})

test('S22 a hostile card shows its words and links nothing', async () => {
  const { telegram, send } = await opened()
  await send(
    7,
    view({ title: '<b>x</b> @admin https://evil.example /kill', text: '&lt;script&gt; \u202Eabc' }),
  )
  const shown = telegram.reads(7).at(-1)
  expect(shown?.text).toContain('<b>x</b> @admin https://evil.example /kill\n\n&lt;script&gt; abc')
  expect(
    shown?.entities.map(({ type }) => type).filter((type) => !['bold', 'code'].includes(type)),
  ).toEqual([])
  telegram.assertClean()
})
