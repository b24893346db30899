import { afterAll, beforeAll, expect, test } from 'vitest'
import { crossOpportunity } from '../../test/opportunities.ts'
import { ann, cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import type { Actor } from './command.ts'

let testDesk: TestDesk
beforeAll(async () => {
  testDesk = await openTestDesk()
})
afterAll(() => testDesk.close())

const on = (name: string, role: Actor['role']): Actor => ({ name, role, surface: 'discord' })
const bob = on('bob', 'trader')
const eve = on('eve', 'viewer')
const jsonOf = async (line: string, actor = ann) => cardIn(await testDesk.say(line, actor)).json
const messageOf = async (line: string, actor = ann) => {
  const reply = await testDesk.say(line, actor)
  return reply.outcome === 'answered' ? 'answered' : `${reply.outcome}: ${reply.message}`
}
const newest = async () => (await testDesk.runtime.outbox.read(0, 1000)).at(-1)?.notification

test('S6 nobody may act from a chat until somebody is listed', async () => {
  expect(textOf(await testDesk.say('operators'))).toContain('Nobody may act from a chat')
  expect(await messageOf('operators', bob)).toMatch(/^forbidden: operators is for operators/)
})

test('S9 an admin lists an account, everybody is told, and the last admin stays', async () => {
  expect(await jsonOf('operators set discord:1 admin ann')).toMatchObject({ role: 'admin' })
  expect(await newest()).toMatchObject({
    kind: 'alert',
    subject: 'Authority changed: discord:1',
    text: 'terminal:ann changed discord:1 from nobody to ann, admin.',
  })
  await testDesk.say('operators set telegram:22 trader bob')
  const chatAdmin = on('ann', 'admin')
  expect(await messageOf('operators remove discord:1', chatAdmin)).toMatch(/last admin/)
  expect(await messageOf('operators set discord:1 viewer', chatAdmin)).toMatch(/last admin/)
  expect(await messageOf('operators set discord:1 king')).toMatch(/an account and a role/)
  expect(await messageOf('operators set 1234 trader')).toMatch(/looks like discord:1234/)
  expect(await messageOf('operators remove discord:77')).toMatch(/not listed/)
  expect(await messageOf('operators set discord:5 trader', bob)).toMatch(/^forbidden/)
  expect(await jsonOf('operators')).toMatchObject([{ person: 'ann' }, { person: 'bob' }])
})

test('limits of a person are set, shown and taken away', async () => {
  expect(await messageOf('limits set nobody 50')).toMatch(/Nobody called "nobody"/)
  expect(await messageOf('limits set bob fifty')).toMatch(/such as 50, or none/)
  await testDesk.say('limits set bob 50 200')
  expect(await jsonOf('limits')).toMatchObject({
    people: [
      { person: 'ann', trade_usdt_max: null },
      { person: 'bob', trade_usdt_max: 50, day_usdt_max: 200, approved_today_usdt: 0 },
    ],
  })
  expect(await messageOf('limits set bob 500 2000', bob)).toMatch(/^forbidden/)
  await testDesk.say('limits set bob none')
  expect(await jsonOf('limits')).toMatchObject({ people: [{}, { trade_usdt_max: null }] })
})

test('limits say that nothing takes two people, or from when on it does', async () => {
  const last = async () => cardIn(await testDesk.say('limits')).tables?.[0]?.rows.at(-1)
  const { settings } = testDesk.runtime
  await settings.change('approval.two_people_usdt_min', '0', 'terminal:ann')
  expect(await last()).toEqual(['two people', '', 'never asked for'])
  await settings.change('approval.two_people_usdt_min', '250', 'terminal:ann')
  expect(await last()).toEqual(['two people from', '', '250 USDT'])
})

test('kill acts at once for a trader, and nothing but the typed word of an operator releases it', async () => {
  expect(await messageOf('kill', eve)).toMatch(/^forbidden/)
  expect(await jsonOf('kill', bob)).toMatchObject({ killed: true, changed: true })
  expect(testDesk.desk.settings.current()['desk.killed']).toBe(true)
  expect(await newest()).toMatchObject({ severity: 'P0', subject: 'Kill switch pressed' })
  expect(await jsonOf('kill', bob)).toMatchObject({ changed: false })
  expect(await messageOf('kill release RELEASE', bob)).toMatch(/^forbidden/)
  expect(await messageOf('settings set desk.killed false')).toMatch(/kill release/)
  const asked = cardIn(await testDesk.say('kill release'))
  expect(asked.actions).toMatchObject([
    { args: { action: 'release' }, asks: { option: 'confirm' } },
  ])
  expect(await messageOf('kill release release')).toMatch(/is not RELEASE/)
  expect(testDesk.desk.settings.current()['desk.killed']).toBe(true)
  expect(await messageOf('approve', ann)).toBe('answered')
  expect(await jsonOf('kill release RELEASE')).toMatchObject({ killed: false })
  expect(await newest()).toMatchObject({ subject: 'Kill switch pressed', ends: 'terminal:ann' })
  expect(await messageOf('kill release RELEASE')).toMatch(/not pressed/)
})

test('a word that is no deed does not look like one', async () => {
  for (const line of ['operators revoke discord:12', 'operators add bob', 'transfers nope'])
    expect(await messageOf(line)).toMatch(/^bad-usage: \w+: "\w+" is nothing to do; say list/)
  expect(await messageOf('kill help')).toMatch(/^bad-usage: "kill" presses/)
  expect(testDesk.desk.settings.current()['desk.killed']).toBe(false)
  expect(await messageOf('resume now')).toBe(
    'bad-usage: resume takes no words where the money is paper',
  )
})

test('a killed desk grants nothing', async () => {
  await testDesk.say('kill')
  const asked = await testDesk.desk.approvals.ask(
    crossOpportunity({ route: 'cross BTC/USDT a>killed' }),
    60_000,
  )
  if (asked.outcome !== 'asked') throw new Error('not asked')
  expect(await messageOf(`approve ${asked.approval.id}`)).toMatch(/kill switch/)
  await testDesk.say('kill release RELEASE')
  expect(await messageOf(`approve ${asked.approval.id}`)).toBe('answered')
})

test('a mandate is offered with a time and a total, given, listed and revoked', async () => {
  const route = 'cross ETH/USDT kucoin>binance'
  const offer = cardIn(await testDesk.say(`mandates add --route "${route}"`, bob))
  expect(offer.menus?.[0]?.choices.map(({ label }) => label)).toEqual([
    '15 min, up to 500 USDT',
    '1 h, up to 1,000 USDT',
  ])
  expect(await messageOf(`mandates add 15m 250 ${route}`, eve)).toMatch(/^forbidden/)
  expect(await messageOf('mandates add 15m 250 nonsense', bob)).toMatch(/is no route/)
  const given = (await jsonOf(`mandates add 15m 250 ${route}`, bob)) as { id: string }
  expect(await jsonOf('mandates', eve)).toMatchObject([
    { id: given.id, cap_usdt: 250, person: 'bob' },
  ])
  const carol = on('carol', 'trader')
  expect(await messageOf(`mandates revoke --mandate ${given.id}`, carol)).toMatch(/bob's/)
  await testDesk.say(`mandates revoke --mandate ${given.id.slice(-4)}`, on('dan', 'operator'))
  expect(await newest()).toMatchObject({
    kind: 'alert',
    text: expect.stringContaining('discord:dan'),
  })
  expect(await jsonOf('mandates')).toEqual([])
})

test('S15 somebody who is alone unlocks large trades by a phrase and a delay that everybody hears of', async () => {
  await testDesk.say('operators remove telegram:22')
  const told = cardIn(await testDesk.say('limits unlock --confirm "LARGE TRADES"'))
  expect(told.json).toMatchObject({ done: false, waits_for: 'wait' })
  expect(await newest()).toMatchObject({
    subject: 'terminal:ann wants to approve large trades alone',
  })
})

test('S34 who may do what is for the one who asked, not for the chat', async () => {
  for (const line of ['operators', 'limits', 'audit'])
    expect(cardIn(await testDesk.say(line)).isPrivate, line).toBe(true)
})
