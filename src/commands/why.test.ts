import { afterAll, beforeAll, expect, test } from 'vitest'
import { cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { crossOpportunity, transferOpportunity } from '../../test/opportunities.ts'
import { seedDesk, seededRoute as route } from '../../test/seeded-desk.ts'

let desk: TestDesk
const jsonOf = async (line: string) => cardIn(await desk.say(line)).json

beforeAll(async () => {
  desk = await openTestDesk()
  await seedDesk(desk.desk)
})
afterAll(() => desk.close())

test('why explains a route: refusals, best net, price now and the deciding setting', async () => {
  const reply = await desk.say(`why ${route}`)
  expect(cardIn(reply).json).toMatchObject({
    route,
    blocked: [],
    best_net: 0.0031,
    open_ms: 12_000,
    refusals: [
      { reason: 'book age', count: 40, detail: 'kucoin 1.8 s old, at most 1 s' },
      { reason: 'too short to ask', count: 2, settings: ['approval.life_ms_min'] },
    ],
  })
  const text = textOf(reply)
  expect(text).toContain('ask 80,010 on kucoin, bid 80,400 on binance: +0.49 % gross, +0.29 % net')
  expect(text).toContain('filter.book_age_ms_max = 1000')
})

test('why explains a cycle, a symbol and everything', async () => {
  const cycle = textOf(await desk.say('why cycle kucoin USDT>ETH>BTC'))
  // 1 / 4001 × 0.05 × 80,000 and three fees of 0.1 %.
  expect(cycle).toContain('By the newest recorded prices -0.025 % gross, -0.32 % net after fees.')
  expect(cycle).toContain('no depth')
  const symbol = await jsonOf('why BTC/USDT')
  expect(symbol).toMatchObject({
    symbol: 'BTC/USDT',
    routes: [{ route, refusals: [{ reason: 'book age' }, {}] }, { refusals: [] }],
  })
  expect(await jsonOf('why')).toMatchObject({
    refusals: [{ reason: 'book age', count: 40 }, { reason: 'no depth' }, {}],
  })
  expect(await desk.say('why nothing')).toMatchObject({
    outcome: 'failed',
    message: expect.stringContaining('no route, no venue and no symbol'),
  })
})

test('why explains a venue: whether it answers, and what refuses the gaps through it', async () => {
  expect(await jsonOf('why KuCoin')).toMatchObject({
    venue: 'kucoin',
    state: 'up',
    books_watched: 1,
    refusals: [{ reason: 'book age', count: 40 }, { reason: 'no depth' }, {}],
  })
  const away = textOf(await desk.say('why okx'))
  expect(away).toMatch(
    /It is left out until it answers again \(last swept .*\): it timed out twice\./,
  )
  expect(away).toContain('No gap through it was refused in the last hour')
  expect(await desk.say('why kraken')).toEqual({
    outcome: 'failed',
    message: 'kraken is not among the venues of this desk, which has binance, kucoin, okx',
  })
})

test('why and opportunities know a transfer trade: its prices, its networks, its offers, and the setting it hangs on', async () => {
  const name = 'transfer BTC/USDT kucoin>binance'
  const off = textOf(await desk.say(`why ${name}`))
  expect(off).toContain('ask 80,010 on kucoin, bid 80,400 on binance: +0.49 % gross')
  expect(off).toContain('The coin has no network that both ends call open')
  expect(off).toContain('"settings set opportunity.transfer true" has them offered')
  const list = 'opportunities --kind transfer'
  expect(textOf(await desk.say(list))).toContain('buy, send and sell are switched off')
  await desk.say('settings set opportunity.transfer true')
  const asked = await desk.desk.approvals.ask(transferOpportunity(), 60_000)
  if (asked.outcome !== 'asked') throw new Error(asked.outcome)
  expect(textOf(await desk.say(`why ${name}`))).toContain(`approval ${asked.approval.id}`)
  const { tables, json } = cardIn(await desk.say(list))
  expect(tables?.[0]?.rows.map((row) => row.slice(4))).toEqual([
    ['BTC/USDT kucoin → sent → binance', '0.1 USDT', 'about 22 min', '± 0.35 USDT'],
  ])
  expect(json).toMatchObject([
    {
      type: 'transfer',
      network_fees: expect.any(String),
      return: { fee: '0.1' },
      price_risk_percent: expect.closeTo(0.35),
    },
  ])
})

test('why names what stops every trade', async () => {
  await desk.say('pause')
  expect(textOf(await desk.say('why'))).toContain('Blocked: paused: the desk is paused')
  await desk.say('resume')
  await desk.say('mode alert')
  expect(textOf(await desk.say(`why ${route}`))).toContain('Blocked: approval.mode is alert')
  await desk.say('mode ask')
})

test('why says when a route is offered and asked about right now', async () => {
  const live = 'cross ETH/USDT kucoin>okx'
  const asked = await desk.desk.approvals.ask(crossOpportunity({ route: live }), 60_000)
  if (asked.outcome !== 'asked') throw new Error('not asked')
  const text = textOf(await desk.say(`why ${live}`))
  expect(text).toMatch(/It is offered: \+1\.20 % net, seen \d+ ms ago\./)
  expect(text).toContain(`It is asked about: approval ${asked.approval.id}.`)
})
