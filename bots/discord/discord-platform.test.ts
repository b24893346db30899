// The platform's port on the real discord.js, through everything that HTTP can do to a message.
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  startDiscordDouble,
  type DiscordDouble,
} from '../../test/doubles/discord/discord-double.ts'
import { secret } from '../../src/secret.ts'
import { newSecret } from '../chat/buttons.ts'
import type { Platform, View } from '../chat/platform.ts'
import { createDiscordPlatform } from './discord-platform.ts'
import { createDiscordRest, type DiscordRest } from './discord-rest.ts'

const template = '/channels/{channel_id}/messages'
const one = `${template}/{message_id}`

let discord: DiscordDouble
let rest: DiscordRest
let platform: Platform
let sent = 0

beforeEach(async () => {
  discord = await startDiscordDouble()
  rest = createDiscordRest({ token: secret(discord.token), apiUrl: discord.apiUrl })
  platform = createDiscordPlatform(rest)
})
afterEach(() => discord.close())

const view = (title = 'Approve k3f9?', buttons = ['Approve']): View => ({
  card: { title, tone: 'warning', badges: ['PAPER'], text: 'Open for 60 s.', json: {} },
  buttons: buttons.map((label) => ({ label, style: 'primary', data: newSecret() })),
  menus: [],
})
const send = (given = view(), id = `id${++sent}`, isSilent = false) =>
  platform.send(discord.channelId, given, { id, isSilent })
const asked = () =>
  discord.requests.filter((request) => request.template?.startsWith(template) === true)

test('a card is sent, and edited in place to its end without its buttons', async () => {
  const delivery = await send()
  if (delivery.outcome !== 'sent') throw new Error(delivery.outcome)
  const { message } = delivery
  expect(discord.message(message).buttons.map(({ label }) => label)).toEqual(['Approve'])
  const edited = await platform.edit(discord.channelId, message, view('Denied k3f9', []))
  expect(edited).toEqual({ outcome: 'sent', message })
  expect(discord.message(message)).toMatchObject({
    buttons: [],
    content: expect.stringContaining('Denied k3f9'),
  })
  expect(discord.message(message).versions).toHaveLength(2)
  discord.assertNoMistakes()
})

test('S22 whatever a card says, nobody is pinged', async () => {
  await send(view('@everyone <@7> [gold](https://evil.example) **now**'))
  const [message] = discord.messages()
  expect(message).toMatchObject({ pingedUserIds: [], pingedEveryone: false })
  discord.assertNoMistakes()
})

test('a silent message rings nobody’s phone', async () => {
  await send(view(), 'quiet', true)
  expect(asked().at(-1)?.json).toMatchObject({ flags: 4096 })
  discord.assertNoMistakes()
})

test('files go along, and an edit without them takes them away', async () => {
  const picture = { name: 'chart.png', png: Buffer.from('iVBORw0KGgo=', 'base64') }
  const file = { name: 'trades.csv', mediaType: 'text/csv', content: 'a,b\n' }
  const base = view()
  const delivery = await send({ ...base, card: { ...base.card, file }, picture })
  if (delivery.outcome !== 'sent') throw new Error(delivery.outcome)
  expect(discord.message(delivery.message).files.map(({ name }) => name)).toEqual([
    'chart.png',
    'trades.csv',
  ])
  await platform.edit(discord.channelId, delivery.message, view())
  expect(discord.message(delivery.message).files).toEqual([])
  discord.assertNoMistakes()
})

test('E10 a connection lost after the message came shows it once, however often it is tried', async () => {
  discord.order({ kind: 'reset', applied: true }, { template, times: 2 })
  expect(await send(view(), 'same')).toMatchObject({ outcome: 'unknown' })
  expect(await send(view(), 'same')).toMatchObject({ outcome: 'sent' })
  discord.order({ kind: 'closed', applied: true }, { template })
  expect(await send(view(), 'other')).toMatchObject({ outcome: 'unknown' })
  expect(await send(view(), 'other')).toMatchObject({ outcome: 'sent' })
  expect(discord.messages()).toHaveLength(2)
  discord.assertNoMistakes()
})

test.each([false, true])(
  'E10 a 429 (global: %s) is "later", by Discord’s own time',
  async (global) => {
    discord.order({ kind: 'rate-limited', retryAfterS: 0.3, global }, { template })
    const delivery = await send()
    if (delivery.outcome !== 'later') throw new Error(delivery.outcome)
    expect(delivery.afterMs).toBeGreaterThanOrEqual(300)
    expect(delivery.afterMs).toBeLessThan(2000)
    // The whole bot has to wait then, which it does without asking.
    if (global) expect(await send()).toMatchObject({ outcome: 'later' })
    expect(asked()).toHaveLength(1)
    await expect.poll(async () => (await send()).outcome, { timeout: 5000 }).toBe('sent')
    expect(discord.invalidRequests()).toBe(1)
    discord.assertNoMistakes()
  },
)

test('E10 the sixth message in five seconds is "later" before Discord has to say so', async () => {
  const deliveries = []
  for (let i = 0; i < 6; i++) deliveries.push(await send())
  expect(deliveries.map(({ outcome }) => outcome)).toEqual([
    ...Array<string>(5).fill('sent'),
    'later',
  ])
  expect(discord.invalidRequests()).toBe(0)
  discord.assertNoMistakes()
})

test('a server that fails leaves it open whether a message came, and nothing hammers it', async () => {
  const fault = discord.order(
    { kind: 'status', status: 503, asPage: true },
    { template, times: 99 },
  )
  expect(await send()).toMatchObject({ outcome: 'unknown' })
  expect(fault.hits).toBe(2)
})

test('E16 a message that is gone or foreign cannot be edited, which is said', async () => {
  const foreign = discord.as('7').writes('mine')
  expect(await platform.edit(discord.channelId, foreign.id, view())).toMatchObject({
    outcome: 'gone',
  })
  expect(await platform.edit(discord.channelId, '99', view())).toMatchObject({ outcome: 'gone' })
  const delivery = await send()
  if (delivery.outcome !== 'sent') throw new Error(delivery.outcome)
  discord.order(
    { kind: 'status', status: 429, code: 30_046, message: 'Maximum number of edits' },
    { template: one },
  )
  expect((await platform.edit(discord.channelId, delivery.message, view())).outcome).not.toBe(
    'sent',
  )
})

test('a channel that is gone, or where the bot may not write, is closed', async () => {
  expect(await platform.send('404404', view(), { id: 'a', isSilent: false })).toMatchObject({
    outcome: 'closed',
    detail: 'Unknown Channel',
  })
  for (const code of [50_001, 50_013]) {
    discord.order({ kind: 'status', status: 403, code, message: 'Missing Access' }, { template })
    expect(await send()).toMatchObject({ outcome: 'closed' })
  }
  discord.order(
    { kind: 'status', status: 400, code: 50_035, message: 'Invalid Form Body' },
    { template },
  )
  expect(await send()).toMatchObject({ outcome: 'rejected' })
})

test('E10 a token that is refused is shown once and never again', async () => {
  discord.resetToken()
  expect(await send()).toMatchObject({ outcome: 'closed' })
  const before = discord.requests.length
  for (let i = 0; i < 20; i++) expect(await send()).toMatchObject({ outcome: 'closed' })
  expect(discord.requests.length).toBe(before)
  expect(await rest.refused).toContain('401')
})

test('a Discord that cannot be reached is "later": nothing was sent', async () => {
  await discord.close()
  expect(await send()).toMatchObject({ outcome: 'later', detail: 'ECONNREFUSED' })
})

test('S16 no error tells the token', async () => {
  const leaky = createDiscordRest({
    token: secret('very-secret-token'),
    apiUrl: 'http://127.0.0.1:1/api',
  })
  const called = await leaky.call({ method: 'get', route: '/gateway/bot' })
  expect(JSON.stringify(called)).not.toContain('very-secret-token')
})
