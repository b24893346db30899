import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { testMarket } from '../../test/market.ts'
import { openDatabase } from '../database/connect.ts'
import { format } from '../money.ts'

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

const viewer = { name: 'vic', role: 'viewer', surface: 'terminal' } as const

test('a few settings come with a form each for admins, and one without a value asks for it', async () => {
  const card = cardIn(await testDesk.say('settings paper.latency_ms'))
  expect(card.actions).toMatchObject([
    {
      label: 'Change paper.latency_ms',
      command: 'settings',
      args: { action: 'set', key: 'paper.latency_ms' },
      asks: { option: 'value', value: '120' },
    },
  ])
  expect(card.actions?.[0]?.asks?.question.length).toBeLessThanOrEqual(45)
  expect(cardIn(await testDesk.say('settings paper.latency_ms', viewer)).actions).toBeUndefined()
  expect(cardIn(await testDesk.say('settings')).actions).toBeUndefined()
  const asked = cardIn(await testDesk.say('settings set paper.latency_ms'))
  expect(asked.title).toBe('paper.latency_ms is 120')
  expect(asked.actions).toEqual(card.actions)
})

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

test('a name with a value after it is a change, for whoever may make one', async () => {
  expect(await jsonOf('settings paper.latency_ms 250')).toMatchObject({ from: 120, to: 250 })
  expect(await testDesk.say('settings paper.latency_ms 10', viewer)).toMatchObject({
    outcome: 'forbidden',
  })
  expect(cardIn(await testDesk.say('settings paper.latency_ms', viewer)).json).toMatchObject([
    { key: 'paper.latency_ms', value: 250 },
  ])
})

test('a value that stands there already is said to, and nothing is kept or announced', async () => {
  await testDesk.say('settings set paper.latency_ms 300')
  const before = [await testDesk.desk.settingsHistory(100), await announced()]
  const again = await testDesk.say('settings set paper.latency_ms 300')
  expect(cardIn(again)).toMatchObject({
    title: 'paper.latency_ms is 300 already',
    json: { key: 'paper.latency_ms', value: 300, changed: false },
  })
  expect([await testDesk.desk.settingsHistory(100), await announced()]).toEqual(before)
})

test('lists and objects can be set as people type them', async () => {
  expect(await jsonOf('settings set trading.start_assets USDT, BTC')).toMatchObject({
    to: ['USDT', 'BTC'],
  })
  expect(await jsonOf('settings set paper.balances {"kucoin": {"USDT": "1000"}}')).toMatchObject({
    to: { kucoin: { USDT: '1000' } },
  })
})

test('a change of the paper balances is paid in and out at once, and taken back', async () => {
  const { trades } = testDesk.desk
  const held = async () =>
    (await trades.balances()).map(({ venue, asset, free }) => `${venue} ${asset} ${format(free)}`)
  expect(await held()).toEqual(['kucoin USDT 1000'])
  const reply = await testDesk.say(
    'settings set paper.balances {"kucoin": {"USDT": "400", "BTC": "0.5"}}',
  )
  expect(textOf(reply)).toContain('Paid in: 0.5 BTC on kucoin. Paid out: 600 USDT on kucoin.')
  expect(cardIn(reply).json).toMatchObject({
    deposits: [
      { venue: 'kucoin', asset: 'USDT', amount: '-600' },
      { venue: 'kucoin', asset: 'BTC', amount: '0.5' },
    ],
  })
  expect(await held()).toEqual(['kucoin BTC 0.5', 'kucoin USDT 400'])
  expect(await messageOf('settings paper.balances {"kucion": {"USDT": "1"}}')).toMatch(
    /^bad-usage: paper.balances names "kucion", but the venues are kucoin, binance, /,
  )
  await testDesk.say('settings undo paper.balances')
  expect(await held()).toEqual(['kucoin BTC 0', 'kucoin USDT 1000'])
})

test('what is not there any more cannot be declared away, and then nothing is changed', async () => {
  const { trades, settings } = testDesk.desk
  // As after a trade that spent it.
  const { db, close } = openDatabase({ url: testDesk.runtime.config.databaseUrl?.reveal() ?? '' })
  await sql`update balances set free = 300 where asset = 'USDT'`.execute(db)
  await close()
  const before = [await trades.balances(), settings.current()]
  expect(await messageOf('settings set paper.balances {"kucoin": {"USDT": "0"}}')).toBe(
    'failed: 1,000 USDT would have to be paid out of kucoin, where 300 is free; declare more, or wait until trades have brought it back',
  )
  expect([await trades.balances(), await settings.refresh()]).toEqual(before)
})

test('start assets that no venue lists are warned about', async () => {
  const { markets } = testDesk.desk
  expect(await jsonOf('settings set trading.start_assets FOO')).not.toHaveProperty('warning')
  await markets.saveListing('kucoin', [testMarket('BTC/USDT')], [])
  const reply = await testDesk.say('settings set trading.start_assets FOO,USDT,BAR')
  expect(cardIn(reply)).toMatchObject({ tone: 'warning', json: { to: ['FOO', 'USDT', 'BAR'] } })
  expect(textOf(reply)).toContain('No venue lists FOO or BAR: no cycle can start there.')
})

test('a value that does not fit, an unknown name and half a line are one clear line each', async () => {
  expect(await messageOf('settings set trading.net_percent_min lots')).toBe(
    'bad-usage: trading.net_percent_min must be a number, not "lots". Smallest net profit worth showing, percent of the notional.',
  )
  expect(await messageOf('settings set trading.net_percent_mni 1')).toBe(
    'bad-usage: There is no setting "trading.net_percent_mni"; did you mean trading.net_percent_min?',
  )
  expect(await messageOf('settings set')).toMatch(
    /^bad-usage: settings set needs a name and a value/,
  )
  expect(await messageOf('settings undo sweep.period_ms')).toBe(
    'failed: sweep.period_ms was never changed',
  )
})

test('where nothing was changed, what --set gave is not called a default', async () => {
  const fresh = await openTestDesk({ 'approval.mode': 'auto' })
  expect(textOf(await fresh.say('settings history'))).toContain(
    'Given with --set for this run: approval.mode.',
  )
  expect(textOf(await fresh.say('mode'))).toContain('ends with this run')
  await fresh.close()
})

test('what was given for this run only says so, until somebody changes it', async () => {
  expect(textOf(await testDesk.say('settings approval.tolerance'))).toContain('this run only')
  expect(await jsonOf('settings set approval.tolerance 0.9')).toMatchObject({
    changed: true,
    from: 0.25,
    to: 0.9,
  })
  expect(textOf(await testDesk.say('settings approval.tolerance'))).not.toContain('this run only')
  expect(testDesk.runtime.settings.current()['approval.tolerance']).toBe(0.9)
  const back = await testDesk.say('settings undo approval.tolerance')
  expect(textOf(back)).toContain('It was given with --set, so it ends with this run.')
  expect(textOf(await testDesk.say('settings approval.tolerance'))).toContain('this run only')
  const same = await testDesk.say('settings set approval.tolerance 0.25')
  expect(textOf(same)).toContain('Nothing was changed. It was given with --set')
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

test('resume does not sound as if a killed desk traded again', async () => {
  await testDesk.say('kill')
  await testDesk.say('pause')
  const over = cardIn(await testDesk.say('resume'))
  expect(over).toMatchObject({
    title: 'The pause is over, the kill switch is still pressed',
    tone: 'warning',
  })
  expect(over.text).toContain('No trade starts before "kill release".')
  expect(cardIn(await testDesk.say('resume')).title).toBe('Trading is killed, not paused')
  await testDesk.say('kill release RELEASE')
})

test('the mode is shown, changed and explained', async () => {
  expect(await jsonOf('mode')).toEqual({ mode: 'ask', before: 'ask', changed: false })
  expect(textOf(await testDesk.say('mode auto'))).toContain('trades by itself up to 100 USDT')
  expect(await jsonOf('mode')).toMatchObject({ mode: 'auto' })
  expect(textOf(await testDesk.say('mode alert'))).toContain('nothing is traded')
  expect(await jsonOf('mode ask')).toEqual({ mode: 'ask', before: 'alert', changed: true })
  expect(cardIn(await testDesk.say('mode ask')).title).toBe('Approval mode is ask already')
})

test('S15 one admin alone cannot end the rule that two people must approve', async () => {
  const key = 'approval.two_people_usdt_min'
  const { people } = testDesk.runtime
  await people.changeOperator({ surface: 'discord', id: '7', name: 'cat', role: 'admin' }, 'test')
  await testDesk.say(`settings set ${key} 50`)
  const asked = cardIn(await testDesk.say(`settings set ${key} 0`))
  expect(asked.title).toContain('Type ONE PERSON')
  expect(await messageOf(`settings set ${key} 0 --confirm yes`)).toContain('is not ONE PERSON')
  const alone = cardIn(await testDesk.say(`settings set ${key} 0 --confirm "ONE PERSON"`))
  expect(alone.json).toMatchObject({ done: false, waits_for: 'second-person' })
  expect(testDesk.desk.settings.current()[key]).toBe(50)
  const cat = { name: 'cat', role: 'admin', surface: 'discord' } as const
  await testDesk.say(`settings set ${key} 0 --confirm "ONE PERSON"`, cat)
  expect(testDesk.desk.settings.current()[key]).toBe(0)
  // Tightening takes nobody else.
  expect(await jsonOf(`settings set ${key} 100`)).toMatchObject({ to: 100 })
  expect(await jsonOf(`settings set ${key} 40`)).toMatchObject({ to: 40 })
})
