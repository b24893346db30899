import { afterAll, beforeAll, expect, test } from 'vitest'
import { cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { crossOpportunity } from '../../test/opportunities.ts'
import type { Actor } from './command.ts'

let testDesk: TestDesk
beforeAll(async () => {
  testDesk = await openTestDesk()
})
afterAll(() => testDesk.close())

const viewer: Actor = { name: 'vic', role: 'viewer', surface: 'discord' }
let routes = 0
async function ask() {
  const route = `cross BTC/USDT kucoin>venue${++routes}`
  const asked = await testDesk.desk.approvals.ask(crossOpportunity({ route }), 60_000)
  if (asked.outcome !== 'asked') throw new Error('not asked')
  return asked.approval
}

test('before anybody was asked it says so', async () => {
  expect(textOf(await testDesk.say('approvals'))).toContain('Nothing waits for an answer')
  expect(textOf(await testDesk.say('approvals recent'))).toContain('Nobody was asked yet')
})

test('what is open is shown to everybody, and offered to those who may answer', async () => {
  const { id } = await ask()
  const card = cardIn(await testDesk.say('approvals'))
  expect(card.actions?.map(({ label }) => label)).toEqual([`Approve ${id}`])
  const seen = cardIn(await testDesk.say('approvals', viewer))
  expect(seen.actions).toEqual([])
  expect(seen.json).toMatchObject([{ id, state: 'asked' }])
  await testDesk.say(`deny ${id}`)
})

test('the recent ones say who answered and how, one of them by its id', async () => {
  const { id } = await ask()
  await testDesk.say(`approve ${id}`)
  const card = cardIn(await testDesk.say('approvals recent 1'))
  expect(card.tables?.[0]?.rows[0]?.slice(0, 4)).toMatchObject([
    id,
    expect.any(String),
    'approved',
    'ann on the terminal',
  ])
  const one = cardIn(await testDesk.say(`approvals --approval ${id.slice(-4)}`))
  expect(one.title).toMatch(/^Too late: ann on the terminal approved/)
  expect(one.json).toMatchObject({ id, state: 'granted' })
})

test('an id that nobody gave is said to be none', async () => {
  expect(await testDesk.say('approvals --approval zzzz')).toMatchObject({
    outcome: 'failed',
    message: expect.stringContaining('No approval is called "zzzz"'),
  })
})
