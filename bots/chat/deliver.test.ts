import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openTestDesk, type TestDesk } from '../../test/desk.ts'
import { createFakePlatform, type FakePlatform } from '../../test/fake-platform.ts'
import { approvalIn, fills, tradeIn } from '../../test/notifications.ts'
import { crossOpportunity } from '../../test/opportunities.ts'
import { allCommands } from '../../src/commands/all-commands.ts'
import { openDatabase } from '../../src/database/connect.ts'
import { openPostgresOutbox } from '../../src/database/postgres-outbox.ts'
import { newId } from '../../src/id.ts'
import { parseDecimal } from '../../src/money.ts'
import { seededRandom } from '../../src/opportunity/sample-market.ts'
import { chatName } from '../../src/notification/chat.ts'
import type { Notification } from '../../src/notification/notification.ts'
import { withPreset } from '../../src/notification/preferences.ts'
import type { Opportunity } from '../../src/opportunity/opportunity.ts'
import type { Budgets } from './budget.ts'
import { createDeliverer, type Deliverer, type DeliverWiring } from './deliver.ts'

let testDesk: TestDesk
beforeAll(async () => {
  testDesk = await openTestDesk()
})
afterAll(() => testDesk.close())

const unlimited: Budgets = { ofChat: () => ({ sends: [], edits: [], both: [] }), overall: [] }
const running: { stop: () => Promise<void> }[] = []
let tests = 0
beforeEach(async () => {
  // Each test begins where the outbox ends.
  const { outbox } = testDesk.runtime
  const newest = await outbox.position(`test ${++tests}`)
  for (const surface of ['discord', 'telegram']) await outbox.moveTo(surface, newest)
})
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop()
  const { chats } = testDesk.runtime
  for (const chat of await chats.list()) await chats.leave(chat)
})

let chatsMade = 0
const newHome = () => `home ${++chatsMade}`
const discord = () => createFakePlatform('discord', true)
const telegram = () => createFakePlatform('telegram', false)

type Running = Deliverer & { readonly stop: () => Promise<void>; readonly warnings: string[] }

/** A deliverer at work. `stop` ends it as a dying process does when it hangs in a request. */
async function deliverTo(
  platform: FakePlatform,
  homes: readonly string[],
  changes: Partial<DeliverWiring> = {},
): Promise<Running> {
  const { runtime, desk } = testDesk
  const warnings: string[] = []
  const deliverer = createDeliverer({
    platform,
    messages: runtime.messages,
    outbox: runtime.outbox,
    commands: allCommands,
    labels: desk.labels,
    now: () => new Date(),
    hub: runtime.queues,
    chats: runtime.chats,
    homes,
    isListed: () => Promise.resolve(true),
    budgets: unlimited,
    announce: desk.announce,
    warn: (message) => void warnings.push(message),
    reportBug: (error) => {
      throw error
    },
    ...changes,
  })
  const stopping = new AbortController()
  const ended = deliverer.run(stopping.signal)
  const stop = async () => {
    stopping.abort()
    await ended
  }
  running.push({ stop })
  return { ...deliverer, stop, warnings }
}

const say = (notification: Notification) => testDesk.desk.announce(notification)
const soon = { timeout: 10_000 }

/** One gap's life, post by post. */
function lifeOf(opportunity: Opportunity) {
  const id = newId(Date.now())
  const at = new Date()
  const common = {
    id,
    opportunity: opportunity.id,
    askedAt: at,
    expiresAt: new Date(at.getTime() + 60_000),
  }
  const trade = { opportunity: opportunity.id, approval: id }
  const approval = (state: Parameters<typeof approvalIn>[0]): Notification => ({
    kind: 'approval',
    approval: { ...approvalIn(state), ...common },
    opportunity,
  })
  return {
    seen: { kind: 'opportunity', opportunity, blocked: undefined } satisfies Notification,
    told: { kind: 'opportunity', opportunity, blocked: 'paused' } satisfies Notification,
    asked: approval({ state: 'asked' }),
    granted: approval({ state: 'granted', by: 'discord:ann', at, trade: 'trad00000001' }),
    expired: approval({ state: 'expired', at }),
    executing: {
      kind: 'trade',
      trade: { ...tradeIn({ state: 'executing' }), ...trade },
    } satisfies Notification,
    settled: {
      kind: 'trade',
      trade: {
        ...tradeIn(
          { state: 'settled', at, realisedNet: parseDecimal('1.15'), residual: [] },
          fills,
        ),
        ...trade,
      },
    } satisfies Notification,
  }
}
const newLife = (changes: Partial<Opportunity> = {}) => lifeOf(crossOpportunity(changes))
const alert = (severity: 'P0' | 'P1' | 'P2', subject: string): Notification => ({
  kind: 'alert',
  severity,
  subject,
  text: 'test',
})

test('a gap is one message on every platform, edited to its end, and its buttons go', async () => {
  const [d, t] = [discord(), telegram()]
  await deliverTo(d, [newHome()])
  await deliverTo(t, [newHome()])
  const life = newLife()
  for (const post of [life.seen, life.asked]) await say(post)
  for (const platform of [d, t]) {
    await expect.poll(() => platform.titles(), soon).toEqual([expect.stringContaining('Approve')])
    expect(platform.shown[0]?.isSilent).toBe(false)
    expect(platform.shown[0]?.views.at(-1)?.buttons.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['Approve', 'Deny']),
    )
  }
  for (const post of [life.granted, life.executing, life.settled]) await say(post)
  for (const platform of [d, t]) {
    await expect.poll(() => platform.titles(), soon).toEqual([expect.stringContaining('settled')])
    const last = platform.shown[0]?.views.at(-1)
    expect(last?.buttons).toEqual([])
    expect(last?.card.text).toMatch(/Approved by .*ann/)
  }
})

test('a post that changes nothing is no edit, and the buttons of before go on working', async () => {
  const platform = discord()
  await deliverTo(platform, [newHome()])
  const life = newLife()
  await say(life.asked)
  await expect.poll(() => platform.shown.length, soon).toBe(1)
  for (let i = 0; i < 3; i++) await say(life.asked)
  await expect.poll(async () => (await testDesk.runtime.messages.waiting('discord')).length).toBe(0)
  const { chat, message, data } = platform.dataOf('Approve')
  const hash = createHash('sha256').update(data).digest()
  const who = { surface: 'discord', chat, message, account: '1', by: 'ann' } as const
  await expect
    .poll(() => testDesk.runtime.buttons.peek(hash, who), soon)
    .toMatchObject({ outcome: 'pressed' })
  await say(life.settled)
  await expect.poll(() => platform.titles(), soon).toEqual([expect.stringContaining('settled')])
  expect(platform.calls.map(({ kind }) => kind)).toEqual(['send', 'edit'])
  expect(await testDesk.runtime.buttons.peek(hash, who)).toMatchObject({ outcome: 'outdated' })
})

test('E12 posts that come faster than a chat takes them are one edit with the newest state', async () => {
  const platform = telegram()
  const home = newHome()
  const slow = { sends: [], edits: [{ max: 1, perMs: 400 }], both: [] }
  await deliverTo(platform, [home], { budgets: { ofChat: () => slow, overall: [] } })
  const life = newLife()
  await say(life.asked)
  await expect.poll(() => platform.shown.length, soon).toBe(1)
  for (let i = 0; i < 10; i++) for (const post of [life.granted, life.executing]) await say(post)
  await say(life.settled)
  await expect.poll(() => platform.titles(), soon).toEqual([expect.stringContaining('settled')])
  expect(platform.calls.length).toBeLessThanOrEqual(6)
})

test('what was under way when the process died is shown once where the platform knows repeats', async () => {
  const platform = discord()
  const home = newHome()
  const first = await deliverTo(platform, [home])
  platform.next.push('hang')
  const life = newLife()
  await say(life.asked)
  await expect.poll(() => platform.calls.length, soon).toBe(1)
  await first.stop()
  await say(life.granted)
  await deliverTo(platform, [home])
  await expect.poll(() => platform.titles(), soon).toEqual([expect.stringContaining('Approved')])
  expect(platform.shown).toHaveLength(1)
})

test('where a platform knows no repeats, what must arrive is sent again and the rest is not', async () => {
  const platform = telegram()
  const home = newHome()
  const first = await deliverTo(platform, [home])
  platform.next.push('hang')
  await say({ kind: 'status', subject: 'under way', text: 'x' })
  await expect.poll(() => platform.calls.length, soon).toBe(1)
  await first.stop()
  const second = await deliverTo(platform, [home])
  platform.next.push('hang')
  await say(newLife().asked)
  await expect.poll(() => platform.calls.length, soon).toBe(2)
  await second.stop()
  await deliverTo(platform, [home])
  await expect.poll(() => platform.calls.length, soon).toBe(3)
  expect(platform.calls.map(({ title }) => title.split(' ')[0])).toEqual([
    'under',
    'Approve',
    'Approve',
  ])
})

test('a restart loses nothing and shows nothing twice, whenever it comes', async () => {
  const platform = discord()
  const home = newHome()
  await testDesk.runtime.chats.ensure({ surface: 'discord', chat: home })
  await testDesk.runtime.chats.change({ surface: 'discord', chat: home }, 'test', (old) =>
    withPreset(old, 'all'),
  )
  let current = await deliverTo(platform, [home])
  const subjects = Array.from({ length: 30 }, (_, i) => `news ${home} ${i}`)
  for (const [i, subject] of subjects.entries()) {
    await say(alert('P1', subject))
    if (i % 7 !== 3) continue
    if (i % 2 === 1) platform.next.push('hang')
    await current.stop()
    current = await deliverTo(platform, [home])
  }
  await expect
    .poll(() => platform.titles().toSorted(), { timeout: 20_000 })
    .toEqual(subjects.toSorted())
}, 60_000)

test('E16 a message that is gone is sent anew and goes on telling', async () => {
  const platform = telegram()
  await deliverTo(platform, [newHome()])
  const life = newLife()
  await say(life.asked)
  await expect.poll(() => platform.shown.length, soon).toBe(1)
  platform.shown.length = 0
  await say(life.settled)
  await expect.poll(() => platform.titles(), soon).toEqual([expect.stringContaining('settled')])
})

test('E12 a storm of refusals holds everything back and loses no P0 alert', async () => {
  const platform = telegram()
  await deliverTo(platform, [newHome()])
  platform.down = { outcome: 'later', afterMs: 50, detail: 'Too Many Requests' }
  const subjects = Array.from({ length: 20 }, (_, i) => `storm ${i}`)
  for (const subject of subjects) await say(alert('P0', subject))
  await expect.poll(() => platform.calls.length, soon).toBeGreaterThan(5)
  expect(platform.shown).toEqual([])
  platform.down = undefined
  await expect.poll(() => platform.titles().toSorted(), soon).toEqual(subjects.toSorted())
  expect(platform.shown.every(({ isSilent }) => !isSilent)).toBe(true)
})

test('E13 a chat that closes is said on the other platform once, and nothing that matters is lost', async () => {
  const [d, t] = [discord(), telegram()]
  const home = newHome()
  await deliverTo(d, [newHome()])
  const deliverer = await deliverTo(t, [home])
  await deliverer.closed(home, 'the bot was kicked')
  await expect
    .poll(() => d.shown[0]?.views.at(-1)?.card.text, soon)
    .toContain(`Nothing reaches the telegram chat ${home}: the bot was kicked`)
  await deliverer.closed(home, 'the bot was kicked')
  await say(alert('P0', 'while closed'))
  await expect.poll(() => d.titles(), soon).toContain('while closed')
  expect(t.calls).toEqual([])
  await deliverer.stop()
  await deliverTo(t, [home])
  await expect.poll(() => t.titles(), soon).toContain('while closed')
  await expect
    .poll(() => d.shown[0]?.views.at(-1)?.card.text, soon)
    .toContain(`The telegram chat ${home} is reached again`)
  expect(d.titles()).toEqual(['undeliverable on telegram', 'while closed'])
})

test('E13 a group that gets a new number is told everything there', async () => {
  const platform = telegram()
  const home = newHome()
  await deliverTo(platform, [home])
  platform.next.push({ outcome: 'moved', chat: `${home} super` })
  await say(alert('P1', `moving ${home}`))
  await expect.poll(() => platform.shown.map(({ chat }) => chat), soon).toEqual([`${home} super`])
  await say(alert('P1', `moved ${home}`))
  await expect.poll(() => platform.titles(`${home} super`).length, soon).toBe(2)
})

test('E15 what a platform does not take as it is goes as bare words, and is said elsewhere if need be', async () => {
  const [d, t] = [discord(), telegram()]
  await deliverTo(d, [newHome()])
  await deliverTo(t, [newHome()])
  const refusal = { outcome: 'rejected', detail: 'Bad Request: message is too long' } as const
  t.next.push(refusal)
  await say(newLife().asked)
  await expect.poll(() => t.titles(), soon).toEqual([expect.stringContaining('Approve')])
  expect(t.shown[0]?.views[0]?.card.tables).toBeUndefined()
  expect(t.shown[0]?.views[0]?.buttons.length).toBeGreaterThan(0)
  t.down = refusal
  await say(alert('P1', 'cannot be shown'))
  await expect
    .poll(() => d.shown.at(-1)?.views.at(-1)?.card.text, soon)
    .toContain('could not be shown "cannot be shown"')
  // That alert cannot be shown there either, and is not alerted about.
  await expect.poll(() => t.calls.length, soon).toBe(6)
  await say(alert('P1', 'another'))
  await expect.poll(() => t.calls.length, soon).toBe(8)
  expect(d.titles().filter((title) => title.startsWith('undeliverable'))).toHaveLength(1)
})

test('a flood of gaps is a few messages and one digest; questions are messages each', async () => {
  const platform = discord()
  await deliverTo(platform, [newHome()])
  for (let i = 0; i < 12; i++) await say(newLife({ netPercent: 0.3 + i / 100 }).told)
  for (let i = 0; i < 7; i++) await say(newLife().asked)
  await expect.poll(() => platform.shown.length, soon).toBe(12)
  const { messages } = testDesk.runtime
  const [digest] = (await messages.waiting('discord')).filter(({ key }) => key.startsWith('digest'))
  expect(digest).toMatchObject({ kind: 'opportunity', isSilent: true })
  expect(await messages.digested(digest as NonNullable<typeof digest>)).toHaveLength(7)
})

test('a digest is sent when its minute is over, also by the next process', async () => {
  const platform = discord()
  const home = newHome()
  const first = await deliverTo(platform, [home])
  for (let i = 0; i < 8; i++) await say(newLife({ netPercent: 0.3 + i / 100 }).told)
  await expect.poll(() => platform.shown.length, soon).toBe(5)
  await first.stop()
  // The next process looks at the clock a minute later.
  await deliverTo(platform, [home], { now: () => new Date(Date.now() + 60_000) })
  await expect
    .poll(() => platform.titles(), soon)
    .toContain('3 more in the last minute, best 0.37 %')
  expect(platform.shown).toHaveLength(6)
})

test('a fault of an adapter is reported, and the bare words still arrive', async () => {
  const platform = discord()
  const bugs: unknown[] = []
  await deliverTo(platform, [newHome()], { reportBug: (error) => void bugs.push(error) })
  const send = platform.send.bind(platform)
  platform.send = (chat, view, how) =>
    view.card.tables === undefined
      ? send(chat, view, how)
      : Promise.reject(new TypeError('columns of undefined'))
  await say(newLife().asked)
  await expect.poll(() => platform.titles(), soon).toEqual([expect.stringContaining('Approve')])
  expect(bugs).toHaveLength(1)
})

test('a database that cuts everybody off for a moment loses nothing and doubles nothing', async () => {
  const platform = discord()
  const home = newHome()
  await deliverTo(platform, [home])
  const url = testDesk.runtime.config.databaseUrl?.reveal() ?? ''
  const { db, close } = openDatabase({ url, poolMax: 1, onLost: () => {} })
  const subjects = Array.from({ length: 24 }, (_, i) => `news ${home} ${i}`)
  for (const [i, subject] of subjects.entries()) {
    await openPostgresOutbox(db).post(alert('P1', subject))
    if (i % 6 === 5)
      await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`.execute(db)
  }
  await close()
  await expect
    .poll(() => platform.titles().toSorted(), { timeout: 30_000 })
    .toEqual(subjects.toSorted())
}, 60_000)

test('each chat is told what it wants, and a private one only while its person is listed', async () => {
  const platform = discord()
  const { chats } = testDesk.runtime
  const home = newHome()
  const [mine, lost] = ['dm 1', 'dm 2']
  for (const [chat, account] of [
    [mine, '1'],
    [lost, '2'],
  ] as const)
    await chats.change(
      { surface: 'discord', chat },
      'test',
      (old) => withPreset(old, 'quiet'),
      account,
    )
  await deliverTo(platform, [home], { isListed: (account) => Promise.resolve(account === '1') })
  await say({ kind: 'status', subject: 'only at home', text: '' })
  await say(newLife().asked)
  await say(alert('P0', 'for all'))
  await expect.poll(() => platform.titles(home).length, soon).toBe(3)
  await expect.poll(() => platform.titles(mine).length, soon).toBe(2)
  expect(platform.titles(lost)).toEqual([])
  expect(chatName({ surface: 'discord', chat: mine })).toBe('discord:dm 1')
})

test('a question that nobody saw and nobody can answer any more is not shown late', async () => {
  const platform = discord()
  const home = newHome()
  const first = await deliverTo(platform, [home])
  platform.down = { outcome: 'later', afterMs: 20_000, detail: 'busy' }
  const life = newLife()
  await say(life.asked)
  await expect.poll(() => platform.calls.length, soon).toBe(1)
  await say(life.expired)
  await first.stop()
  platform.down = undefined
  await deliverTo(platform, [home])
  await say(alert('P1', `after ${home}`))
  await expect.poll(() => platform.titles(), soon).toEqual([`after ${home}`])
})

/** Fails about every third call, each in its own way, the same for the same seed. */
function makeUnreliable(platform: FakePlatform, seed: number): { end: () => void } {
  const random = seededRandom(seed)
  const [send, edit] = [platform.send.bind(platform), platform.edit.bind(platform)]
  let isOver = false
  const misfortune = (isEdit: boolean) => {
    if (isOver || random() > 0.35) return
    const kind = Math.floor(random() * (isEdit ? 4 : 3))
    if (kind === 0) platform.next.push({ outcome: 'later', afterMs: 20, detail: 'busy' })
    if (kind === 1) platform.next.push({ outcome: 'unknown', detail: 'reset' })
    if (kind === 2) platform.next.push('lost')
    if (kind === 3) platform.next.push({ outcome: 'gone', detail: 'deleted' })
  }
  platform.send = (...given) => {
    misfortune(false)
    return send(...given)
  }
  platform.edit = (chat, message, view) => {
    misfortune(true)
    const [next] = platform.next
    if (typeof next === 'object' && next.outcome === 'gone') {
      const at = platform.shown.findIndex((each) => each.message === message)
      if (at >= 0) platform.shown.splice(at, 1)
    }
    return edit(chat, message, view)
  }
  return { end: () => (isOver = true) }
}

test.for([1, 2, 3, 4])(
  'E12 E16 through misfortunes and restarts every story ends where it should, shown once (seed %i)',
  { timeout: 120_000 },
  async (seed) => {
    const random = seededRandom(seed)
    const platform = discord()
    const unreliable = makeUnreliable(platform, seed)
    const home = newHome()
    let current = await deliverTo(platform, [home])
    const stories = Array.from({ length: 6 }, () => {
      const life = newLife()
      return [life.asked, life.granted, life.executing, life.settled] as const
    })
    const told = stories.map(() => 0)
    while (told.some((count) => count < 4)) {
      const which = Math.floor(random() * stories.length)
      const next = stories[which]?.[told[which] ?? 0]
      if (next !== undefined) {
        await say(next)
        told[which] = (told[which] ?? 0) + 1
      }
      if (random() < 0.12) {
        await current.stop()
        current = await deliverTo(platform, [home])
      } else await new Promise((resolve) => setTimeout(resolve, random() * 30))
    }
    unreliable.end()
    await expect
      .poll(() => platform.titles(), { timeout: 60_000 })
      .toEqual(stories.map(() => expect.stringContaining('settled')))
    expect(platform.shown.every(({ views }) => views.at(-1)?.buttons.length === 0)).toBe(true)
  },
)
