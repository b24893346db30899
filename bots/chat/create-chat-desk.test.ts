import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { lineIn, openChatRoom, type ChatRoom, type People } from '../../test/chat-people.ts'
import { openTestDesk, type TestDesk } from '../../test/desk.ts'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { payloadsLike } from '../../test/mutate-payload.ts'
import { crossOpportunity } from '../../test/opportunities.ts'
import type { Approval } from '../../src/approval/approval.ts'
import { allCommands } from '../../src/commands/all-commands.ts'
import { defineBareCommand, failed } from '../../src/commands/command.ts'
import { optional, text as words } from '../../src/commands/option.ts'
import type { Card } from '../../src/notification/card.ts'
import { digestOf } from './buttons.ts'
import type { ChatReply } from './chat-desk.ts'

let testDesk: TestDesk
beforeAll(async () => {
  testDesk = await openTestDesk()
})
afterAll(() => testDesk.close())

const rooms: ChatRoom[] = []
let people: People
let made = 0
beforeEach(async () => {
  people = new Map([
    ['discord:1', { name: 'ann', role: 'admin' }],
    ['telegram:1', { name: 'ann', role: 'admin' }],
    ['discord:2', { name: 'bob', role: 'trader' }],
    ['telegram:2', { name: 'bob', role: 'trader' }],
    ['discord:3', { name: 'vic', role: 'viewer' }],
  ])
  const { outbox } = testDesk.runtime
  const newest = await outbox.position(`test ${++made}`)
  for (const surface of ['discord', 'telegram']) await outbox.moveTo(surface, newest)
})
afterEach(async () => {
  const bugs = rooms.flatMap((room) => room.bugs)
  if (bugs.length > 0) throw new AggregateError(bugs, 'the desk has faults')
  await Promise.all(rooms.splice(0).map((room) => room.stop()))
  const { chats, approvals } = testDesk.runtime
  for (const chat of await chats.list()) await chats.leave(chat)
  for (const { id } of await approvals.listOpen()) await approvals.supersede(id, 'the test is over')
})

function open(
  surface: 'discord' | 'telegram' = 'discord',
  changes: Parameters<typeof openChatRoom>[4] = {},
  home = `room ${++made}`,
): ChatRoom {
  const platform = createFakePlatform(surface, surface === 'discord')
  const room = openChatRoom(testDesk, platform, home, people, changes)
  rooms.push(room)
  return room
}

const soon = { timeout: 10_000 }

/** The desk asks about a new gap, and both rooms see it. */
async function ask(...seenBy: readonly ChatRoom[]): Promise<Approval> {
  const opportunity = crossOpportunity({ route: `cross BTC/USDT kucoin>venue${++made}` })
  const asked = await testDesk.runtime.approvals.ask(opportunity, 60_000)
  if (asked.outcome !== 'asked') throw new Error('the route is open already')
  for (const { platform } of seenBy)
    await expect
      .poll(() => platform.titles().some((title) => title.includes(asked.approval.id)), soon)
      .toBe(true)
  return asked.approval
}
const tradesOf = async ({ opportunity }: Approval) =>
  (await testDesk.runtime.trades.list({ limit: 50, offset: 0 })).filter(
    (trade) => trade.opportunity === opportunity,
  )
const stateOf = async ({ id }: Approval) => (await testDesk.runtime.approvals.find(id))?.state
const lastAudit = async () => (await testDesk.runtime.audit.list({ limit: 1 }))[0]
const cardIn = (reply: ChatReply): Card => {
  if (reply.outcome !== 'answered') throw new Error(`not answered but ${reply.outcome}`)
  return reply.view.card
}

test('E1 fifty clicks at once from both platforms are one trade, and all copies say whose', async () => {
  const [d, t] = [open('discord'), open('telegram')]
  const approval = await ask(d, t)
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      (i % 2 === 0 ? d : t).tap(i % 4 < 2 ? '1' : '2', 'Approve'),
    ),
  )
  expect(await tradesOf(approval)).toHaveLength(1)
  expect(replies.filter((reply) => reply.outcome === 'told' && reply.isGood).length).toBe(1)
  for (const reply of replies) expect(lineIn(reply)).not.toBe('')
  for (const { platform } of [d, t]) {
    await expect
      .poll(() => platform.shown[0]?.views.at(-1)?.card.text, soon)
      .toMatch(/Approved by .*(ann|bob)/)
    expect(platform.shown[0]?.views.at(-1)?.buttons).toEqual([])
  }
})

test('E1 a double tap is told that it was pressed, and by whom', async () => {
  const room = open()
  await ask(room)
  const [a, b] = [room.platform.dataOf('Approve'), room.arrival('1')]
  expect(await room.chatDesk.press(b, a.message, a.data)).toMatchObject({ isGood: true })
  const again = await room.chatDesk.press(room.arrival('1'), a.message, a.data)
  expect(lineIn(again)).toMatch(/pressed this already|moved on/)
  const other = await room.chatDesk.press(room.arrival('2'), a.message, a.data)
  expect(lineIn(other)).toMatch(/^Too late: ann on Discord approved/)
})

test('a route is let trade by itself with two presses on its card, and the question stays for others meanwhile', async () => {
  const room = open('telegram')
  const approval = await ask(room)
  const auto = room.platform.dataOf('Auto this route')
  const press = (account: string) =>
    room.chatDesk.press(room.arrival(account, { chat: auto.chat }), auto.message, auto.data)
  const first = await press('2')
  if (first.outcome !== 'answered') throw new Error(`not answered but ${first.outcome}`)
  expect(first.view.menus[0]?.choices.map(({ label }) => label)).toEqual([
    '15 min, up to 500 USDT',
    '1 h, up to 1,000 USDT',
  ])
  // Asking how long is no answer: the other person may press it, too.
  expect(cardIn(await press('1')).title).toContain('without asking?')
  await first.bind(room.home, '900')
  const choice = first.view.menus[0]?.choices[0]?.data ?? ''
  const chosen = await room.chatDesk.press(room.arrival('2'), '900', choice)
  expect(cardIn(chosen).title).toContain('by itself until')
  expect(await tradesOf(approval)).toHaveLength(1)
  const [mandate] = await testDesk.runtime.people.listMandates()
  expect(mandate).toMatchObject({ route: approval.route, person: 'bob', capUsdt: 500 })
  await testDesk.runtime.people.revokeMandate(mandate?.id ?? '', 'test')
})

test('E1 whoever presses what is over already is told who answered, and how', async () => {
  const [d, t] = [open('discord'), open('telegram')]
  await ask(d, t)
  const late = d.platform.dataOf('Deny')
  await t.tap('1', 'Approve')
  const reply = await d.chatDesk.press(d.arrival('2'), late.message, late.data)
  expect(lineIn(reply)).toMatch(/^Too late: ann on Telegram approved .* \(trade /)
})

test('E2 a click after the deadline changes nothing and says so', async () => {
  const room = open()
  const opportunity = crossOpportunity({ route: `cross BTC/USDT kucoin>venue${++made}` })
  const asked = await testDesk.runtime.approvals.ask(opportunity, 700)
  if (asked.outcome !== 'asked') throw new Error('open')
  await expect.poll(() => room.platform.shown.length, soon).toBe(1)
  await expect.poll(() => new Date() > asked.approval.expiresAt, soon).toBe(true)
  expect(lineIn(await room.tap('1', 'Approve'))).toContain('expired')
  expect(await tradesOf(asked.approval)).toEqual([])
})

test('E4 a refusal and an approval at once: the first stands', async () => {
  const [d, t] = [open('discord'), open('telegram')]
  const approval = await ask(d, t)
  await Promise.all([
    d.tap('1', 'Approve'),
    t.tap('2', 'Deny'),
    d.tap('2', 'Deny'),
    t.tap('1', 'Approve'),
  ])
  const state = await stateOf(approval)
  expect(['granted', 'refused']).toContain(state)
  expect(await tradesOf(approval)).toHaveLength(state === 'granted' ? 1 : 0)
})

test('E5 authority that was taken away between the card and the click counts no more', async () => {
  const room = open()
  const approval = await ask(room)
  people.set('discord:2', { name: 'bob', role: 'viewer' })
  expect(lineIn(await room.tap('2', 'Approve'))).toContain('for traders and above')
  people.delete('discord:2')
  expect(lineIn(await room.tap('2', 'Approve'))).toContain('operators set discord:2')
  expect(await stateOf(approval)).toBe('asked')
  // Neither has used the button up.
  expect(await room.tap('1', 'Approve')).toMatchObject({ outcome: 'told', isGood: true })
})

test('E6 a button from another message, another chat or a forwarded card does nothing', async () => {
  const room = open()
  const approval = await ask(room)
  const { message, data } = room.platform.dataOf('Approve')
  const other = room.arrival('1', { chat: 'dm', isPrivate: true })
  for (const press of [
    room.chatDesk.press(room.arrival('1'), 'another', data),
    room.chatDesk.press(other, message, data),
    room.chatDesk.press(room.arrival('1'), message, `${data} `),
    room.chatDesk.press(room.arrival('1'), message, 'approve'),
    room.chatDesk.press(room.arrival('1'), message, ''),
  ])
    expect(lineIn(await press)).toContain('does nothing here')
  expect(await stateOf(approval)).toBe('asked')
  expect(await lastAudit()).toMatchObject({ action: 'press', outcome: 'unknown-button' })
})

test('S10 of ten thousand mutated payloads none is accepted', async () => {
  const room = open()
  const approval = await ask(room)
  const { message, data } = room.platform.dataOf('Approve')
  const next = payloadsLike(data, 10)
  // Asked of the buttons themselves, so that no flood gate helps.
  const { buttons } = testDesk.runtime
  const who = {
    surface: 'discord',
    chat: room.home,
    message,
    account: '1',
    by: 'discord:ann',
  } as const
  async function isAccepted(): Promise<boolean> {
    const hash = digestOf(next())
    return hash !== undefined && (await buttons.press(hash, who)).outcome === 'pressed'
  }
  let accepted = 0
  for (let from = 0; from < 10_000; from += 100) {
    const batch = await Promise.all(Array.from({ length: 100 }, isAccepted))
    accepted += batch.filter(Boolean).length
  }
  expect(accepted).toBe(0)
  expect(await stateOf(approval)).toBe('asked')
  expect(await room.tap('1', 'Approve')).toMatchObject({ isGood: true })
})

test('a restart of the bots between the card and the click is not noticed', async () => {
  const room = open()
  const approval = await ask(room)
  await room.stop()
  const again = openChatRoom(testDesk, room.platform, room.home, people)
  rooms.push(again)
  expect(await again.tap('2', 'Approve')).toMatchObject({ isGood: true })
  expect(await tradesOf(approval)).toHaveLength(1)
  await expect
    .poll(() => room.platform.shown[0]?.views.at(-1)?.card.text, soon)
    .toMatch(/Approved by .*bob/)
  expect(room.platform.shown).toHaveLength(1)
})

test('a press that reaches the desk before the platform has named the message waits for it', async () => {
  const room = open()
  const platform = room.platform
  const send = platform.send.bind(platform)
  const pressed: Promise<ChatReply>[] = []
  platform.send = async (chat, view, how) => {
    const delivery = await send(chat, view, how)
    const data = view.buttons.find(({ label }) => label === 'Approve')?.data
    if (delivery.outcome === 'sent' && data !== undefined)
      pressed.push(room.chatDesk.press(room.arrival('1'), delivery.message, data))
    await new Promise((resolve) => setTimeout(resolve, 150))
    return delivery
  }
  const approval = await ask(room)
  expect(await Promise.all(pressed)).toMatchObject([{ text: expect.stringContaining('Approved') }])
  expect(await tradesOf(approval)).toHaveLength(1)
})

test('S6 S7 S8 who is not listed is refused politely, whatever they do, and learns only their number', async () => {
  const room = open()
  await ask(room)
  for (const reply of [
    await room.type('99', 'help'),
    await room.type('99', 'start'),
    await room.type('98', 'approve'),
    await room.type('98', 'nonsense --x'),
    await room.tap('97', 'Approve'),
    await room.tap('97', 'Why'),
  ])
    expect(lineIn(reply)).toMatch(/^Only listed people are served here\..* discord:9[789] viewer$/)
  expect(await room.chatDesk.complete(room.arrival('99'), 'approve', 'approval', '')).toEqual([])
  expect(await lastAudit()).toMatchObject({ account: '97', role: 'stranger', outcome: 'stranger' })
  people.clear()
  expect(lineIn(await room.type('1', 'status'))).toContain('Only listed people')
})

test('S7 listed people are served at home and in private, nowhere else', async () => {
  const room = open('telegram', {}, '-100')
  expect(await room.type('1', 'status')).toMatchObject({ outcome: 'answered' })
  expect(await room.type('1', 'status', { chat: '-100/7' })).toMatchObject({ outcome: 'answered' })
  expect(await room.type('1', 'status', { chat: '1', isPrivate: true })).toMatchObject({
    outcome: 'answered',
  })
  expect(lineIn(await room.type('1', 'status', { chat: '-200' }))).toContain('not served')
  expect(await lastAudit()).toMatchObject({ person: 'ann', chat: '-200', outcome: 'not-served' })
})

test('E13 a home chat that moved is served under its new number', async () => {
  const room = open('telegram', {}, '-300')
  expect(await room.type('1', 'status')).toMatchObject({ outcome: 'answered' })
  expect(await room.deliverer.moved('-300', '-400')).toBe(true)
  expect(await room.deliverer.moved('-999', '-998')).toBe(false)
  await expect
    .poll(async () => (await room.type('1', 'status', { chat: '-400' })).outcome, {
      ...soon,
      interval: 500,
    })
    .toBe('answered')
})

test('E7 while one platform is away the other answers, and the copy there tells it later', async () => {
  const [d, t] = [open('discord'), open('telegram')]
  const approval = await ask(d, t)
  d.platform.down = { outcome: 'later', afterMs: 100, detail: 'the gateway is away' }
  expect(await t.tap('2', 'Approve')).toMatchObject({ isGood: true })
  expect(await tradesOf(approval)).toHaveLength(1)
  await expect.poll(() => d.platform.calls.length, soon).toBeGreaterThan(2)
  expect(d.platform.titles()).toEqual([expect.stringContaining('Approve')])
  d.platform.down = undefined
  await expect.poll(() => d.platform.titles(), soon).toEqual([expect.stringContaining('Approved')])
})

test('E17 while both platforms are away nothing urgent is lost, and what is over is not asked late', async () => {
  const [d, t] = [open('discord'), open('telegram')]
  const away = { outcome: 'later', afterMs: 200, detail: 'away' } as const
  for (const { platform } of [d, t]) platform.down = away
  const opportunity = crossOpportunity({ route: `cross BTC/USDT kucoin>venue${++made}` })
  const asked = await testDesk.runtime.approvals.ask(opportunity, 300)
  if (asked.outcome !== 'asked') throw new Error('open')
  await testDesk.desk.announce({
    kind: 'alert',
    severity: 'P0',
    subject: 'while all is away',
    text: 'x',
  })
  await expect.poll(() => new Date() > asked.approval.expiresAt, soon).toBe(true)
  await testDesk.runtime.approvals.expire()
  for (const { platform } of [d, t]) {
    await expect.poll(() => platform.calls.length, soon).toBeGreaterThan(1)
    platform.down = undefined
  }
  for (const { platform } of [d, t])
    await expect.poll(() => platform.titles(), soon).toEqual(['while all is away'])
})

test('what only shows something may be pressed by everybody, once each', async () => {
  const room = open()
  await ask(room)
  expect(cardIn(await room.tap('3', 'Why')).title).toContain('Why')
  expect(cardIn(await room.tap('1', 'Why')).title).toContain('Why')
  expect(lineIn(await room.tap('3', 'Why'))).toBe('You have pressed this already')
})

test('a press that comes to nothing does not use the button up', async () => {
  const room = open()
  const approval = await ask(room)
  await testDesk.say('pause')
  expect(lineIn(await room.tap('2', 'Approve'))).toContain('paused')
  expect(await stateOf(approval)).toBe('asked')
  await testDesk.runtime.settings.change('desk.paused', 'false', 'test')
  expect(await room.tap('2', 'Approve')).toMatchObject({ isGood: true })
})

test('S11 E14 an update that comes twice is acted on once', async () => {
  const room = open()
  const arrival = room.arrival('1')
  expect(await room.chatDesk.command(arrival, 'status', [])).toMatchObject({ outcome: 'answered' })
  expect(await room.chatDesk.command(arrival, 'status', [])).toEqual({ outcome: 'repeated' })
  await ask(room)
  const { message, data } = room.platform.dataOf('Why')
  const press = room.arrival('1')
  expect(await room.chatDesk.press(press, message, data)).toMatchObject({ outcome: 'answered' })
  expect(await room.chatDesk.press(press, message, data)).toEqual({ outcome: 'repeated' })
})

test('S25 a flood is answered once and then ignored, others are served, and stopping always works', async () => {
  const room = open()
  const flood = await Promise.all(
    Array.from({ length: 200 }, () => room.chatDesk.press(room.arrival('3'), 'x', 'junk')),
  )
  expect(flood.filter(({ outcome }) => outcome === 'repeated').length).toBeGreaterThan(100)
  expect(
    flood.filter((reply) => reply.outcome === 'told' && reply.text.startsWith('Too much')),
  ).toHaveLength(1)
  expect(await room.type('1', 'status')).toMatchObject({ outcome: 'answered' })
  const urgent = allCommands.filter(({ urgent: is }) => is).map(({ name }) => name)
  expect(urgent).toEqual(expect.arrayContaining(['pause', 'kill']))
  await Promise.all(Array.from({ length: 100 }, () => room.type('2', 'status')))
  expect(await room.type('2', 'pause')).toMatchObject({ outcome: 'answered' })
  await testDesk.runtime.settings.change('desk.paused', 'false', 'test')
})

test('S5 a key in a chat is burned, told so, and written down nowhere', async () => {
  const room = open()
  const key = '5f3c9a1be7d24c0f8a6b5d4e3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0f'
  for (const reply of [
    await room.type('1', `settings set kucoin.key ${key}`),
    await room.chatDesk.overhear(room.arrival('2'), `here it is ${key}`),
    await room.chatDesk.overhear(room.arrival('66'), key),
  ])
    expect(lineIn(reply as ChatReply)).toContain('Whoever reads this chat has it now')
  expect(await room.chatDesk.overhear(room.arrival('2'), 'good morning')).toBeUndefined()
  const entries = await testDesk.runtime.audit.list({ limit: 3 })
  expect(entries.map(({ outcome }) => outcome)).toEqual(['burned-key', 'burned-key', 'burned-key'])
  expect(JSON.stringify(entries)).not.toContain(key.slice(0, 20))
})

test('every attempt is in the audit: who, where, what, and what became of it', async () => {
  const room = open('discord', { scrub: (line) => line.replaceAll('hunter2', '[secret]') })
  const audited = async () => {
    const entry = await lastAudit()
    return entry && [entry.person, entry.role, entry.action, entry.outcome, entry.arguments]
  }
  await room.type('2', 'trades --limit 5')
  expect(await audited()).toEqual(['bob', 'trader', 'trades', 'answered', { limit: '5' }])
  await room.type('3', 'pause')
  expect(await audited()).toEqual(['vic', 'viewer', 'pause', 'forbidden', {}])
  await room.type('1', 'settings set desk.paused hunter2')
  expect(await audited()).toEqual([
    'ann',
    'admin',
    'settings',
    'bad-usage',
    { action: 'set', key: 'desk.paused', value: '[secret]' },
  ])
  const approval = await ask(room)
  await room.tap('2', 'Deny')
  expect(await audited()).toEqual(['bob', 'trader', 'deny', 'answered', { approval: approval.id }])
})

const probe = defineBareCommand({
  name: 'probe',
  summary: 'A command for tests',
  help: 'It asks and shows.',
  role: 'viewer',
  roleFor: ({ size }) => (size === undefined ? 'viewer' : 'trader'),
  options: { size: optional(words('How much')), again: optional(words('Offer again')) },
  examples: ['probe'],
  async run({ size, again }, { actor }) {
    if (size === 'no') return failed('that is too much')
    return {
      title: size === undefined ? 'How much?' : `${actor.name} wants ${size}`,
      tone: 'neutral',
      badges: [],
      isPrivate: true,
      actions: [
        {
          label: 'Size',
          command: 'probe',
          args: {},
          style: 'primary',
          asks: { option: 'size', question: 'How much of it?', value: '1' },
        },
        ...(again === undefined
          ? []
          : [
              {
                label: 'Again',
                command: 'probe',
                args: { size: 'more', again: 'yes' },
                style: 'plain',
              } as const,
            ]),
      ],
      menus: [
        {
          placeholder: 'Choose',
          choices: [{ label: 'Half', hint: 'of it', command: 'probe', args: { size: 'half' } }],
        },
      ],
      json: {},
    }
  },
})
const withProbe = { commands: [...allCommands, probe] }

test('a button that asks gives its form to one person, and what is typed counts once', async () => {
  const room = open('discord', withProbe)
  const reply = await room.type('2', 'probe')
  if (reply.outcome !== 'answered') throw new Error(reply.outcome)
  expect(reply.view.card.isPrivate).toBe(true)
  const [button] = reply.view.buttons
  const data = button?.data ?? ''
  expect(lineIn(await room.chatDesk.press(room.arrival('2'), '500', data))).toContain('on its way')
  await reply.bind(room.home, '500')
  const form = await room.chatDesk.press(room.arrival('2'), '500', data)
  if (form.outcome !== 'asks') throw new Error(form.outcome)
  expect(form).toMatchObject({ title: 'probe', question: 'How much of it?', value: '1' })
  await form.bind(room.home, '500')
  const typed = (account: string, what: string) =>
    room.chatDesk.press(room.arrival(account), '500', form.data, what)
  expect(lineIn(await typed('1', '7'))).toContain('does nothing here')
  expect(lineIn(await typed('2', 'no'))).toBe('that is too much')
  expect(cardIn(await typed('2', '7')).title).toBe('bob wants 7')
  expect(lineIn(await typed('2', '8'))).toBe('You have pressed this already')
  // The form of somebody who closed it can be opened again.
  expect(await room.chatDesk.press(room.arrival('1'), '500', data)).toMatchObject({
    outcome: 'asks',
  })
})

test('a question that was asked by a message is answered by a message, also after a restart', async () => {
  const room = open('telegram', withProbe)
  const reply = await room.type('2', 'probe')
  if (reply.outcome !== 'answered') throw new Error(reply.outcome)
  await reply.bind(room.home, '600')
  const form = await room.chatDesk.press(
    room.arrival('2'),
    '600',
    reply.view.buttons[0]?.data ?? '',
  )
  if (form.outcome !== 'asks') throw new Error(form.outcome)
  await form.bind(room.home, '601')
  await room.stop()
  const again = openChatRoom(testDesk, room.platform, room.home, people, withProbe)
  rooms.push(again)
  const answer = (account: string, message: string, what: string) =>
    again.chatDesk.answer(again.arrival(account), message, what)
  expect(await answer('2', '599', 'hello')).toBeUndefined()
  expect(await answer('1', '601', '9')).toBeUndefined()
  expect(cardIn((await answer('2', '601', '9')) as ChatReply).title).toBe('bob wants 9')
})

test('a choice of a menu works like a button', async () => {
  const room = open('discord', withProbe)
  const reply = await room.type('2', 'probe')
  if (reply.outcome !== 'answered') throw new Error(reply.outcome)
  await reply.bind(room.home, '700')
  const [choice] = reply.view.menus[0]?.choices ?? []
  expect(choice).toMatchObject({ label: 'Half', hint: 'of it' })
  const pressed = await room.chatDesk.press(room.arrival('2'), '700', choice?.data ?? '')
  expect(cardIn(pressed).title).toBe('bob wants half')
})

test('a card that offers the same again leaves the button to the next person', async () => {
  const room = open('discord', withProbe)
  const reply = await room.type('2', 'probe --again yes')
  if (reply.outcome !== 'answered') throw new Error(reply.outcome)
  await reply.bind(room.home, '800')
  const data = reply.view.buttons.find(({ label }) => label === 'Again')?.data ?? ''
  const press = (account: string) => room.chatDesk.press(room.arrival(account), '800', data)
  expect(cardIn(await press('2')).title).toBe('bob wants more')
  expect(cardIn(await press('1')).title).toBe('ann wants more')
})

test('a chart is drawn for an answer, and an answer without its picture is still one', async () => {
  const picture = { name: 'chart.png', png: new Uint8Array([1]) }
  const room = open('discord', { drawChart: () => Promise.resolve(picture) })
  expect(await room.type('1', 'status')).toMatchObject({ view: { picture } })
  const broken = open('discord', { drawChart: () => Promise.reject(new Error('no font')) })
  expect(await broken.type('1', 'status')).toMatchObject({ outcome: 'answered' })
})

test('while the database is away somebody is told so, and stopping is let through', async () => {
  const away = () =>
    Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
  const room = open('discord', { updates: { isNew: away } })
  expect(lineIn(await room.type('1', 'status'))).toContain('could not be done at the moment')
  expect(await room.type('1', 'pause')).toMatchObject({ outcome: 'answered' })
  await testDesk.runtime.settings.change('desk.paused', 'false', 'test')
})

test('suggestions are for those who may use the command', async () => {
  const room = open()
  const approval = await ask(room)
  const suggest = (account: string) =>
    room.chatDesk.complete(room.arrival(account), 'approve', 'approval', '')
  expect(await suggest('2')).toContain(approval.id)
  expect(await suggest('3')).toEqual([])
  expect(await room.chatDesk.complete(room.arrival('2'), 'nothing', 'x', '')).toEqual([])
})
