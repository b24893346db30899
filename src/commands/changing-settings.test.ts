import { afterAll, beforeAll, expect, test } from 'vitest'
import { cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'

let testDesk: TestDesk
beforeAll(async () => {
  testDesk = await openTestDesk({ 'approval.tolerance': '0.25' })
})
afterAll(() => testDesk.close())

const jsonOf = async (line: string) => cardIn(await testDesk.say(line)).json
const messageOf = async (line: string) => {
  const reply = await testDesk.say(line)
  return reply.outcome === 'answered' ? 'answered' : `${reply.outcome}: ${reply.message}`
}
const announced = async () =>
  (await testDesk.runtime.outbox.read(0, 1000)).map(({ notification }) => notification)

test('all settings are shown with value, default and meaning', async () => {
  const all = (await jsonOf('settings')) as { key: string; help: string }[]
  expect(all.length).toBeGreaterThan(20)
  for (const { key, help } of all) expect(help, key).toMatch(/\w/)
  expect(all.find(({ key }) => key === 'approval.mode')).toMatchObject({
    value: 'ask',
    default: 'ask',
    this_run_only: false,
  })
})

test('words search names and meanings', async () => {
  const found = (await jsonOf('settings book age')) as { key: string }[]
  expect(found.map(({ key }) => key)).toContain('filter.book_age_ms_max')
  expect(found.length).toBeLessThan(4)
  expect(await messageOf('settings nonsense')).toBe(
    'failed: There is no setting "nonsense"; "settings" lists them',
  )
})

test('a change is checked, kept with its author, announced, and taken back', async () => {
  expect(await jsonOf('settings set trading.net_percent_min 0.2')).toMatchObject({
    key: 'trading.net_percent_min',
    from: 0.1,
    to: 0.2,
    by: 'terminal:ann',
  })
  expect(testDesk.desk.settings.current()['trading.net_percent_min']).toBe(0.2)
  expect((await announced()).at(-1)).toEqual({
    kind: 'status',
    subject: 'Setting trading.net_percent_min changed',
    text: 'terminal:ann changed trading.net_percent_min from 0.1 to 0.2.',
  })
  expect(await jsonOf('settings history')).toMatchObject([{ from: 0.1, to: 0.2 }])
  expect(await jsonOf('settings undo trading.net_percent_min')).toMatchObject({ to: 0.1 })
  expect(await jsonOf('settings history trading.net_percent_min')).toHaveLength(2)
})

test('lists and objects can be set as people type them', async () => {
  expect(await jsonOf('settings set trading.start_assets USDT, BTC')).toMatchObject({
    to: ['USDT', 'BTC'],
  })
  expect(await jsonOf('settings set paper.balances {"kucoin": {"USDT": "1000"}}')).toMatchObject({
    to: { kucoin: { USDT: '1000' } },
  })
})

test('a value that does not fit, an unknown name and half a line are one clear line each', async () => {
  expect(await messageOf('settings set trading.net_percent_min lots')).toMatch(
    /^bad-usage: trading.net_percent_min: .*percent of the notional\.$/,
  )
  expect(await messageOf('settings set trading.net_percent_mni 1')).toBe(
    'bad-usage: There is no setting "trading.net_percent_mni"; did you mean trading.net_percent_min?',
  )
  expect(await messageOf('settings set')).toMatch(
    /^bad-usage: settings set needs a name and a value/,
  )
  expect(await messageOf('settings desk.paused true')).toBe(
    'bad-usage: To change it, type "settings set desk.paused true"',
  )
  expect(await messageOf('settings undo sweep.period_ms')).toBe(
    'failed: sweep.period_ms was never changed',
  )
})

test('what was given for this run only cannot be changed under its feet', async () => {
  expect(await messageOf('settings set approval.tolerance 0.9')).toBe(
    'failed: approval.tolerance was given with --set and holds at 0.25 until the desk is started again without it',
  )
  expect(textOf(await testDesk.say('settings approval.tolerance'))).toContain('this run only')
})

test('a pause is kept, announced once, and outlives the process', async () => {
  const before = (await announced()).length
  expect(await jsonOf('pause')).toEqual({ paused: true, changed: true, open_trades: 0 })
  expect(await jsonOf('pause')).toEqual({ paused: true, changed: false, open_trades: 0 })
  expect((await announced()).slice(before)).toMatchObject([{ subject: 'Desk paused' }])
  expect(await testDesk.desk.settingsHistory(1)).toMatchObject([
    { key: 'desk.paused', to: true, by: 'terminal:ann' },
  ])
  expect(textOf(await testDesk.say('status'))).toContain('PAUSED')
  expect(await jsonOf('resume')).toEqual({ paused: false, changed: true })
  expect(await jsonOf('resume')).toEqual({ paused: false, changed: false })
})

test('the mode is shown, changed and explained', async () => {
  expect(await jsonOf('mode')).toEqual({ mode: 'ask', before: 'ask', changed: false })
  expect(textOf(await testDesk.say('mode auto'))).toContain('trades by itself up to 100 USDT')
  expect(await jsonOf('mode')).toMatchObject({ mode: 'auto' })
  expect(textOf(await testDesk.say('mode alert'))).toContain('nothing is traded')
  expect(await jsonOf('mode ask')).toEqual({ mode: 'ask', before: 'alert', changed: true })
})
