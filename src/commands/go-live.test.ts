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
