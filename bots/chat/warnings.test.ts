import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { openChatRoom, type ChatRoom, type People } from '../../test/chat-people.ts'
import { openTestDesk, type TestDesk } from '../../test/desk.ts'
import { createFakePlatform } from '../../test/fake-platform.ts'
import type { Posted } from '../../src/notification/notification.ts'

let testDesk: TestDesk
let discord: ChatRoom
let telegram: ChatRoom
beforeAll(async () => {
  testDesk = await openTestDesk()
})
afterAll(() => testDesk.close())

const people: People = new Map([
  ['discord:1', { name: 'ann', role: 'trader' }],
  ['telegram:2', { name: 'bob', role: 'trader' }],
  ['telegram:3', { name: 'vic', role: 'viewer' }],
])
beforeEach(async () => {
  const room = (surface: 'discord' | 'telegram', home: string) =>
    openChatRoom(testDesk, createFakePlatform(surface, surface === 'discord'), home, people)
  const { outbox } = testDesk.runtime
  const newest = await outbox.position(`test ${Math.random()}`)
  for (const surface of ['discord', 'telegram']) await outbox.moveTo(surface, newest)
  discord = room('discord', 'room')
  telegram = room('telegram', '-100')
  const known = async () => (await testDesk.runtime.chats.list()).length
  await vi.waitUntil(async () => (await known()) === 2, patient)
})
afterEach(async () => {
  await Promise.all([discord.stop(), telegram.stop()])
  const bugs = [...discord.bugs, ...telegram.bugs]
  if (bugs.length > 0) throw new AggregateError(bugs, 'the desk has faults')
  for (const chat of await testDesk.runtime.chats.list()) await testDesk.runtime.chats.leave(chat)
})

const patient = { timeout: 10_000, interval: 20 }
const titles = ({ platform }: ChatRoom) => platform.titles()
const newestIn = ({ platform }: ChatRoom) => platform.shown.at(-1)?.views.at(-1)

async function alarm(subject: string): Promise<Posted> {
  const { outbox, urgentAlerts } = testDesk.runtime
  await testDesk.desk.announce({ kind: 'alert', severity: 'P0', subject, text: 'Act now.' })
  const posted = (await outbox.read(0, 10_000)).at(-1) as Posted
  await urgentAlerts.take(posted, { repeatMs: 1, calls: false })
  for (const room of [discord, telegram])
    await expect.poll(() => titles(room), patient).toContain(subject)
  return posted
}

test('one press acknowledges an urgent alert, and every copy says who it was', async () => {
  await alarm('a leg is open')
  expect(await telegram.tap('3', 'Acknowledge')).toMatchObject({ outcome: 'told', isGood: false })
  expect(await testDesk.runtime.urgentAlerts.listOpen()).toHaveLength(1)
  await discord.tap('1', 'Acknowledge')
  for (const room of [discord, telegram]) {
    await expect
      .poll(() => newestIn(room)?.card.text, patient)
      .toMatch(/^discord:ann acknowledged it after .*\n.*Act now\.$/)
    expect(newestIn(room)?.buttons).toEqual([])
    expect(room.platform.shown).toHaveLength(1)
  }
  expect(await testDesk.runtime.urgentAlerts.listOpen()).toEqual([])
  await testDesk.runtime.urgentAlerts.repeatDue(1)
  expect((await testDesk.runtime.audit.list({ limit: 1 }))[0]).toMatchObject({ action: 'ack' })
})

test('what nobody acknowledges rings again in every chat, as a message of its own with its own button', async () => {
  await alarm('the sweep is down')
  await testDesk.runtime.urgentAlerts.repeatDue(60_000)
  for (const room of [discord, telegram]) {
    await expect.poll(() => room.platform.shown.length, patient).toBe(2)
    expect(room.platform.shown[1]).toMatchObject({ isSilent: false })
    expect(newestIn(room)?.card.text).toContain('told 2 times')
  }
  await telegram.tap('2', 'Acknowledge')
  await expect
    .poll(() => newestIn(discord)?.card.text, patient)
    .toContain('telegram:bob acknowledged it')
})

test('an alert made in a chat tells that chat alone', async () => {
  const reply = await telegram.type('2', 'alert add cross */USDT *>binance above 0.5 for 10s')
  expect(reply).toMatchObject({ outcome: 'answered' })
  const [rule] = await testDesk.runtime.alertRules.list()
  if (rule === undefined) throw new Error('no rule was made')
  const tell = (route: string) =>
    testDesk.runtime.alertRules.tell(rule, [route], () => ({
      kind: 'alert',
      severity: 'P1',
      subject: `Alert ${rule.id}`,
      text: route,
      to: { surface: 'telegram', chat: '-100' },
    }))
  await tell('cross A/USDT kucoin>binance')
  await tell('cross B/USDT kucoin>binance')
  const rung = ({ platform }: ChatRoom) =>
    platform.shown.filter(({ views, isSilent }) => {
      return views.at(-1)?.card.title === `Alert ${rule.id}` && !isSilent
    }).length
  await expect.poll(() => rung(telegram), patient).toBe(2)
  await alarm('for everybody')
  expect(rung(discord)).toBe(0)
})
