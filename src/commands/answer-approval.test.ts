import { afterAll, beforeAll, expect, test } from 'vitest'
import { crossOpportunity } from '../../test/opportunities.ts'
import { ann, cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import type { Opportunity } from '../opportunity/opportunity.ts'
import type { Actor } from './command.ts'

let testDesk: TestDesk
beforeAll(async () => {
  testDesk = await openTestDesk()
})
afterAll(() => testDesk.close())

const bob: Actor = { name: 'bob', role: 'trader', surface: 'discord' }
let routes = 0
async function ask(livesMs = 60_000, changes: Partial<Opportunity> = {}) {
  const route = `cross BTC/USDT kucoin>venue${++routes}`
  const asked = await testDesk.desk.approvals.ask(crossOpportunity({ route, ...changes }), livesMs)
  if (asked.outcome !== 'asked') throw new Error('not asked')
  return asked.approval
}
const newestNotification = async () =>
  (await testDesk.runtime.outbox.read(0, 1000)).at(-1)?.notification

test('with nothing open, the empty list says what to look at', async () => {
  expect(textOf(await testDesk.say('approve'))).toContain('Nothing waits for an answer')
})

test('the open approvals are listed with a button each, the most urgent first', async () => {
  const late = await ask(60_000)
  const soon = await ask(30_000)
  const card = cardIn(await testDesk.say('deny'))
  expect(card.actions?.map(({ args }) => args['approval'])).toEqual([soon.id, late.id])
  expect(card.actions?.map(({ label }) => label)).toEqual([`Deny ${soon.id}`, `Deny ${late.id}`])
  expect(card.json).toMatchObject([
    { id: soon.id, state: 'asked' },
    { id: late.id, state: 'asked' },
  ])
  await testDesk.say(`deny ${late.id}`)
  await testDesk.say(`deny ${soon.id}`)
})

test('the end of an id is enough to approve, and a trade follows', async () => {
  const { id } = await ask()
  const card = cardIn(await testDesk.say(`approve ${id.slice(-4)}`))
  expect(card.json).toMatchObject({ kind: 'approval', id, state: 'granted', by: 'terminal:ann' })
  const trade = (card.json as { trade: string }).trade
  expect(await testDesk.desk.trades.find(trade)).toMatchObject({ state: 'approved', approval: id })
  expect(card.actions?.map(({ command }) => command)).toEqual(['why'])
  expect(await newestNotification()).toMatchObject({
    kind: 'approval',
    approval: { id, state: 'granted', by: 'terminal:ann' },
  })
})

test('the second person is told who was first, and a second press is no fault', async () => {
  const { id } = await ask()
  await testDesk.say(`approve ${id}`, bob)
  const late = await testDesk.say(`deny ${id}`)
  expect(late).toMatchObject({ outcome: 'failed' })
  expect('message' in late && late.message).toMatch(
    new RegExp(
      `^Too late: bob on Discord approved ${id} at [\\d:]{8} UTC, \\d+ m?s ago \\(trade \\w+\\)$`,
    ),
  )
  expect(cardIn(await testDesk.say(`approve ${id}`, bob)).json).toMatchObject({ state: 'granted' })
})

test('C6 a suspicious gap says why on its card, and takes a typed word beyond the press', async () => {
  const doubts = ['4.0 % before fees', 'okx BTC/USDT is 3.5 % from the middle of 3 venues']
  const { id } = await ask(60_000, { doubts })
  const told = await newestNotification()
  if (told?.kind !== 'approval') throw new Error('nobody was asked')
  expect(told.opportunity.doubts).toEqual(doubts)
  const asked = cardIn(await testDesk.say(`approve ${id} half`, bob))
  expect(asked.title).toBe(`Type SUSPICIOUS to approve ${id} though it is suspicious`)
  expect(asked.text).toContain(doubts.join('; '))
  expect(asked.actions).toMatchObject([
    { command: 'approve', args: { approval: id, size: 'half' }, asks: { option: 'confirm' } },
  ])
  expect(await testDesk.say(`approve ${id} half yes`, bob)).toMatchObject({ outcome: 'failed' })
  expect((await testDesk.desk.approvals.find(id))?.state).toBe('asked')
  const done = cardIn(await testDesk.say(`approve ${id} half SUSPICIOUS`, bob))
  expect(done.json).toMatchObject({ state: 'granted', share: 0.5 })
  expect(done.fields).toContainEqual({ name: 'SUSPICIOUS', value: doubts.join('; ') })
  // To say no takes no more than ever.
  const other = await ask(60_000, { doubts })
  expect(cardIn(await testDesk.say(`deny ${other.id}`)).json).toMatchObject({ state: 'refused' })
})

test('a denial closes the question', async () => {
  const { id } = await ask()
  expect(cardIn(await testDesk.say(`deny ${id}`)).json).toMatchObject({ state: 'refused' })
  expect(await testDesk.say(`approve ${id}`)).toMatchObject({
    outcome: 'failed',
    message: expect.stringContaining('Too late: ann on the terminal denied'),
  })
})

test('an expired question cannot be answered', async () => {
  const { id } = await ask(1)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(await testDesk.say(`approve ${id}`)).toMatchObject({
    outcome: 'failed',
    message: expect.stringMatching(/^Too late: \w+ expired .* nothing is traded$/),
  })
})

test('the end of an id that is over says so: expired when, answered by whom, closed why', async () => {
  const lateFor = async (id: string) => {
    const reply = await testDesk.say(`approve ${id.slice(-4)}`)
    return reply.outcome === 'answered' ? 'answered' : reply.message
  }
  const expired = await ask(1)
  await new Promise((resolve) => setTimeout(resolve, 20))
  for (const closed of [false, true]) {
    if (closed) await testDesk.desk.approvals.expire()
    expect(await lateFor(expired.id)).toMatch(
      new RegExp(
        `^Too late: ${expired.id} expired at ${expired.expiresAt.toISOString().slice(11, 19)} UTC, \\d+ m?s ago; nothing is traded$`,
      ),
    )
  }
  const denied = await ask()
  await testDesk.say(`deny ${denied.id}`, bob)
  expect(await lateFor(denied.id)).toMatch(
    new RegExp(`^Too late: bob on Discord denied ${denied.id} at `),
  )
  const gone = await ask()
  await testDesk.desk.approvals.supersede(gone.id, 'the gap closed')
  expect(await lateFor(gone.id)).toMatch(/because the gap closed$/)
})

test('a closed question says why', async () => {
  const { id } = await ask()
  await testDesk.desk.approvals.supersede(id, 'the gap closed')
  expect(await testDesk.say(`approve ${id}`)).toMatchObject({
    outcome: 'failed',
    message: expect.stringMatching(/^Too late: \w+ was closed at .* because the gap closed$/),
  })
})

test('an unknown or ambiguous id is one clear line', async () => {
  const [one, two] = [await ask(), await ask()]
  expect(await testDesk.say('approve zzzz')).toMatchObject({
    outcome: 'failed',
    message: 'No approval is called "zzzz"; "approve" lists those that are open',
  })
  const shared = one.id.slice(0, 5)
  expect(await testDesk.say(`approve ${shared}`)).toMatchObject({
    outcome: 'failed',
    message: expect.stringMatching(
      new RegExp(
        `^"${shared}" fits 2 open approvals: (\\w{12} \\(\\+1\\.2 USDT, [^)]+\\)(, )?){2}; type more of the one you mean$`,
      ),
    ),
  })
  await testDesk.say(`deny ${one.id}`)
  await testDesk.say(`deny ${two.id}`)
})

test('a paused desk grants nothing and keeps the question open', async () => {
  const { id } = await ask()
  await testDesk.say('pause')
  expect(await testDesk.say(`approve ${id}`)).toEqual({
    outcome: 'failed',
    message: 'The desk is paused, so nothing trades; "resume" lets it trade again',
  })
  expect(await testDesk.desk.approvals.find(id)).toMatchObject({ state: 'asked' })
  await testDesk.say('resume')
  expect(cardIn(await testDesk.say(`approve ${id}`)).json).toMatchObject({ state: 'granted' })
})

test.each(['mode alert', 'settings set approval.mode alert'])(
  'after "%s" no question that was open can be approved, and each card says why',
  async (line) => {
    const [one, two] = [await ask(), await ask()]
    await testDesk.say(line)
    for (const { id } of [one, two])
      expect(await testDesk.desk.approvals.find(id)).toMatchObject({
        state: 'superseded',
        reason: 'approval.mode is alert, so gaps are told and nothing is traded',
      })
    const closed = (await testDesk.runtime.outbox.read(0, 1000)).flatMap(({ notification }) =>
      notification.kind === 'approval' && notification.approval.state === 'superseded'
        ? [notification.approval.id]
        : [],
    )
    expect(closed).toEqual(expect.arrayContaining([one.id, two.id]))
    expect(await testDesk.say(`approve ${one.id}`)).toEqual({
      outcome: 'failed',
      message: 'approval.mode is alert, so nothing trades; "mode ask" lets people approve again',
    })
    await testDesk.say('mode ask')
    expect(await testDesk.say(`approve ${one.id}`)).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('was closed'),
    })
    expect(await testDesk.desk.approvals.listOpen()).toEqual([])
  },
)

test('a change of mode that is taken back into alert closes questions too', async () => {
  await testDesk.say('mode alert')
  await testDesk.say('mode ask')
  const { id } = await ask()
  await testDesk.say('settings undo approval.mode')
  expect(await testDesk.desk.approvals.find(id)).toMatchObject({ state: 'superseded' })
  await testDesk.say('mode ask')
})

test('twenty answers from two chats at once make one trade', async () => {
  const { id } = await ask()
  const replies = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      testDesk.say(
        `approve ${id}`,
        i % 2 === 0 ? { ...ann, name: `ann${i}` } : { ...bob, name: `bob${i}` },
      ),
    ),
  )
  expect(replies.filter(({ outcome }) => outcome === 'answered')).toHaveLength(1)
  const trades = await testDesk.desk.trades.list({ limit: 100, offset: 0 })
  expect(trades.filter(({ approval }) => approval === id)).toHaveLength(1)
})
