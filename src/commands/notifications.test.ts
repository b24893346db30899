import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { defaultPreferences, withPreset } from '../notification/preferences.ts'
import type { Actor } from './command.ts'

let testDesk: TestDesk
beforeAll(async () => {
  testDesk = await openTestDesk()
})
afterAll(() => testDesk.close())
beforeEach(async () => {
  const { chats } = testDesk.runtime
  for (const chat of await chats.list()) await chats.leave(chat)
  await chats.ensure(home)
})

const home = { surface: 'telegram', chat: '-100' } as const
const ann: Actor = {
  name: 'ann',
  role: 'operator',
  surface: 'telegram',
  chat: '-100',
  account: '1',
}
const vic: Actor = { ...ann, name: 'vic', role: 'viewer' }
const inPrivate = { chat: '1', isPrivate: true }
const say = (line: string, actor: Actor = ann) => testDesk.say(`notifications ${line}`, actor)
const preferences = async (chat = '-100') =>
  (await testDesk.runtime.chats.find({ ...home, chat }))?.preferences

test('a chat shows what it is told, to everybody who is listed', async () => {
  const text = textOf(await say('', vic))
  expect(text).toContain('Notifications of telegram:-100: preset normal')
  expect(text).toMatch(/opportunity silent .*\n.*approval on/)
  expect(text).toContain('P0 alerts and open positions ring in every chat')
  expect(cardIn(await say('')).menus?.[0]?.choices.map(({ label }) => label)).toEqual([
    'normal',
    'quiet',
    'all',
  ])
})

test('changing what a chat is told takes an operator', async () => {
  expect(await say('preset all', vic)).toMatchObject({ outcome: 'forbidden' })
  expect(await preferences()).toEqual(defaultPreferences)
})

test('kinds, minimum, quiet hours, digest and presets are what they were set to', async () => {
  await say('set opportunity off')
  await say('set status ON')
  await say('min percent 0.3')
  await say('min usdt 2')
  await say('quiet 22:30-7:00 europe/berlin')
  await say('digest 8')
  expect(await preferences()).toEqual({
    levels: { ...defaultPreferences.levels, opportunity: 'off', status: 'on' },
    netPercentMin: 0.3,
    netUsdtMin: 2,
    quietHours: { from: '22:30', to: '07:00', zone: 'Europe/Berlin' },
    singles: 8,
    mutes: [],
  })
  await say('preset all')
  expect(await preferences()).toEqual({
    ...withPreset(defaultPreferences, 'all'),
    quietHours: { from: '22:30', to: '07:00', zone: 'Europe/Berlin' },
  })
  await say('quiet off')
  await say('digest off')
  expect(textOf(await say(''))).toContain('preset all')
})

test('a route is muted for a time, by name, and unmuted', async () => {
  const route = 'cross BTC/USDT kucoin>binance'
  expect(textOf(await say(`mute 2h ${route}`))).toContain('BTC/USDT kucoin → binance in 2 h')
  await say(`mute 15m cycle kucoin USDT>ETH>BTC`)
  expect((await preferences())?.mutes.map((each) => each.route)).toEqual([
    route,
    'cycle kucoin USDT>ETH>BTC',
  ])
  await say(`unmute ${route}`)
  expect((await preferences())?.mutes).toHaveLength(1)
  await say('unmute all')
  expect((await preferences())?.mutes).toEqual([])
})

test('a wrong line is answered with one line that says what is right', async () => {
  const messages: Readonly<Record<string, string>> = {
    'set p0 off': 'P0 alerts and open positions always ring, in every chat',
    'set oportunity off':
      'notifications set: "oportunity" is none of opportunity, approval, trade, p1, p2, status, all; did you mean opportunity?',
    'set trade loud': 'notifications set: trade can be on, silent, off, not "loud"',
    'min 0.3': 'notifications min needs a unit and a number: notifications min percent 0.3',
    'min percent many': 'notifications min: percent must be a number',
    'quiet 22:30': 'notifications quiet needs two times: notifications quiet 22:30-07:00 UTC',
    'quiet 22:30-22:30': 'notifications quiet needs two times: notifications quiet 22:30-07:00 UTC',
    'quiet 22:30-07:00 Mars': 'notifications quiet: "Mars" is no time zone such as Europe/Berlin',
    'digest many':
      'notifications digest needs how many gaps a minute are told one by one, up to 60, or off',
    'preset loud': 'notifications preset: must be one of normal, quiet, all',
    'mute cross BTC/USDT kucoin>binance':
      'notifications mute needs a time and a route: notifications mute 2h cross BTC/USDT kucoin>binance',
    'mute 2h everything':
      'notifications mute: "everything" is no route such as cross BTC/USDT kucoin>binance',
    'show trade': 'To change something, say what: notifications set trade silent',
  }
  for (const [line, message] of Object.entries(messages))
    expect(await say(line), line).toEqual({ outcome: 'bad-usage', message })
  expect(await preferences()).toEqual(defaultPreferences)
})

test('a private chat begins to be told things when it is asked for, and ends', async () => {
  const actor = { ...ann, ...inPrivate }
  expect(await say('', actor)).toMatchObject({
    message: 'This chat is told nothing; "notifications preset normal" changes that',
  })
  expect(textOf(await say('preset quiet', actor))).toContain('preset quiet')
  expect(await testDesk.runtime.chats.find({ ...home, chat: '1' })).toMatchObject({ account: '1' })
  expect(await say('leave')).toMatchObject({ outcome: 'failed' })
  expect(textOf(await say('leave', actor))).toContain('told nothing any more')
  expect(await testDesk.runtime.chats.find({ ...home, chat: '1' })).toBeUndefined()
})

test('a topic is told what its group is, and another chat is named', async () => {
  await say('set p2 off', { ...ann, chat: '-100/7' })
  expect((await preferences())?.levels.p2).toBe('off')
  const terminal: Actor = { name: 'ann', role: 'admin', surface: 'terminal' }
  expect(textOf(await say('', terminal))).toMatch(/1 chat\n[^]*telegram:-100 its own reached/)
  await say('preset all --chat telegram:-100', terminal)
  expect(textOf(await say('show --chat telegram:-100', terminal))).toContain('preset all')
  expect(await say('preset all --chat discord:5')).toMatchObject({
    message: 'No chat "discord:5" is told anything; there is telegram:-100',
  })
  await testDesk.runtime.chats.ensure({ surface: 'discord', chat: '5' })
  expect(await say('preset all', terminal)).toMatchObject({ outcome: 'failed' })
})

test('a change is told to everybody who is told such things', async () => {
  const { outbox } = testDesk.runtime
  const at = await outbox.position('before the change')
  await say('digest 3')
  const [posted] = await outbox.read(at, 1)
  expect(posted?.notification).toMatchObject({
    kind: 'status',
    subject: 'Notifications of telegram:-100 changed',
    text: 'telegram:ann: from now on 3 gaps a minute are told one by one, the others together.',
  })
})
