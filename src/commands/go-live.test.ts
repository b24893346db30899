// What takes more than one word where the money is real. The desk's own mode is paper in tests, so the
// label is changed on the way to the command; everything else is real.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cardIn, openTestDesk, type TestDesk } from '../../test/desk.ts'
import { createDispatch } from '../../bots/dispatch.ts'
import { wordsOf } from '../../bots/parse-line.ts'
import { allCommands } from './all-commands.ts'
import type { Actor } from './command.ts'

let testDesk: TestDesk
beforeAll(async () => {
  testDesk = await openTestDesk()
  await testDesk.say('operators set discord:1 operator ann')
  await testDesk.say('pause')
})
afterAll(() => testDesk.close())

const ann: Actor = { name: 'ann', role: 'operator', surface: 'discord' }
const bob: Actor = { name: 'bob', role: 'operator', surface: 'telegram' }
let now = new Date()

async function live(line: string, actor = ann) {
  const cut = wordsOf(line)
  if (cut.outcome !== 'ok') throw new Error(cut.message)
  const [command = '', ...words] = cut.words
  const dispatch = createDispatch({
    commands: allCommands,
    desk: { ...testDesk.desk, labels: { mode: 'live', market: 'live' } },
    readTickerDump: () => Promise.resolve({ outcome: 'unreadable', detail: 'none' }),
    now: () => now,
    reportBug: (error) => {
      throw error
    },
  })
  return dispatch({ actor, command, arguments: words })
}
const isPaused = async () => (await testDesk.desk.settings.refresh())['desk.paused']

test('S33 going live takes a phrase and two people', async () => {
  await testDesk.say('operators set telegram:2 operator bob')
  expect(cardIn(await live('resume')).title).toMatch(/Type GO LIVE/)
  expect(await live('resume go live')).toMatchObject({ outcome: 'failed' })
  expect(cardIn(await live('resume GO LIVE')).json).toMatchObject({ waits_for: 'second-person' })
  expect(cardIn(await live('resume GO LIVE')).json).toMatchObject({ done: false })
  expect(await isPaused()).toBe(true)
  expect(await live('settings set desk.paused false', { ...ann, role: 'admin' })).toMatchObject({
    outcome: 'bad-usage',
  })
  expect(cardIn(await live('resume GO LIVE', bob)).json).toMatchObject({ paused: false })
  expect(await isPaused()).toBe(false)
})

test('G4 S15 somebody who is alone releases the kill switch a quarter of an hour after saying so', async () => {
  await testDesk.say('operators remove telegram:2')
  await live('kill')
  expect(cardIn(await live('kill release RELEASE')).json).toMatchObject({ waits_for: 'wait' })
  expect(cardIn(await live('kill release RELEASE')).json).toMatchObject({ done: false })
  expect((await testDesk.desk.settings.refresh())['desk.killed']).toBe(true)
  now = new Date(Date.now() + 15 * 60_000 + 1000)
  expect(cardIn(await live('kill release RELEASE')).json).toMatchObject({ killed: false })
  expect((await testDesk.desk.settings.refresh())['desk.killed']).toBe(false)
})

test('S33 a limit is raised by two, set or undone, and by one who is alone an hour later', async () => {
  const [cat, dan] = ['cat', 'dan'].map((name): Actor => ({
    name,
    role: 'admin',
    surface: 'discord',
  }))
  await testDesk.say('operators set discord:3 admin cat')
  await testDesk.say('operators set discord:4 admin dan')
  const key = 'trading.notional_usdt_max'
  const limit = async () => (await testDesk.desk.settings.refresh())[key]
  const [high, low] = [await limit(), 5]
  // Less is nobody's risk, and more of what bounds nobody is none.
  expect(cardIn(await live(`settings set ${key} ${low}`, cat)).json).toMatchObject({ to: low })
  expect(cardIn(await live('settings set paper.latency_ms 9000', cat)).json).toMatchObject({
    to: 9000,
  })
  const asked = cardIn(await live(`settings undo ${key}`, cat))
  expect(asked.title).toBe(`Type MORE RISK to raise a limit (${key} from ${low} to ${high})`)
  const typed = `settings set ${key} ${high} --confirm "MORE RISK"`
  expect(asked.text).toContain(`or say: ${typed}`)
  const undo = `settings undo ${key} --confirm "MORE RISK"`
  expect(cardIn(await live(undo, cat)).json).toMatchObject({ waits_for: 'second-person' })
  expect(cardIn(await live(undo, cat)).json).toMatchObject({ done: false })
  expect(await limit()).toBe(low)
  // Another limit than the one that was agreed to is another question.
  const more = `settings set ${key} ${high * 2} --confirm "MORE RISK"`
  expect(cardIn(await live(more, dan)).json).toMatchObject({ waits_for: 'second-person' })
  expect(cardIn(await live(typed, dan)).json).toMatchObject({ to: high })
  expect(await limit()).toBe(high)
  await testDesk.say('operators remove discord:4')
  const never = 'settings set risk.drawdown_usdt_max 0 --confirm "MORE RISK"'
  const at = new Date()
  now = at
  expect(cardIn(await live(never, cat)).json).toMatchObject({ waits_for: 'wait' })
  now = new Date(at.getTime() + 59 * 60_000)
  expect(cardIn(await live(never, cat)).json).toMatchObject({ done: false })
  now = new Date(at.getTime() + 61 * 60_000)
  expect(cardIn(await live(never, cat)).json).toMatchObject({ to: 0 })
})

test('S33 what one person may approve is raised by two as well', async () => {
  const cat: Actor = { name: 'cat', role: 'admin', surface: 'discord' }
  expect(cardIn(await live('limits set ann 50 200', cat)).json).toMatchObject({ person: 'ann' })
  expect(cardIn(await live('limits set ann 50 300', cat)).title).toMatch(/^Type MORE RISK/)
  expect(cardIn(await live('limits set ann none', cat)).title).toMatch(/^Type MORE RISK/)
  expect(cardIn(await live('limits set ann 40 200', cat)).json).toMatchObject({ person: 'ann' })
})
