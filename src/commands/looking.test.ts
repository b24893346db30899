import { afterAll, beforeAll, expect, test } from 'vitest'
import { cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { testMarket } from '../../test/market.ts'
import { crossOpportunity, cycleOpportunity } from '../../test/opportunities.ts'
import { parseDecimal, rate } from '../money.ts'

let empty: TestDesk
let desk: TestDesk
const route = 'cross BTC/USDT kucoin>binance'
const thisMinute = new Date(Math.floor(Date.now() / 60_000) * 60_000)
const monthAgo = new Date(thisMinute.getTime() - 20 * 86_400_000)
const jsonOf = async (line: string) => cardIn(await desk.say(line)).json

beforeAll(async () => {
  empty = await openTestDesk()
  desk = await openTestDesk()
  const { markets, history, approvals, trades, shards } = desk.desk
  const fee = { rate: rate('0.001'), source: 'market', paidIn: 'received' } as const
  for (const venue of ['kucoin', 'binance'])
    await markets.saveListing(
      venue,
      ['BTC/USDT', 'ETH/BTC', 'ETH/USDT'].map((symbol) =>
        testMarket(symbol, { venue, takerFee: fee }),
      ),
      [],
    )
  const up = { state: 'up', reason: '', sweptAt: new Date(), markets: 3, sweepMs: 120 } as const
  await markets.saveStatus({ ...up, venue: 'kucoin' })
  await markets.saveStatus({ ...up, venue: 'binance' })
  await markets.saveStatus({ ...up, venue: 'okx', state: 'degraded', reason: 'it timed out twice' })
  const facts = { volumeUsdt: 1_000_000, frozenMs: 0 }
  await markets.saveWatchlist([
    { shard: 'cross-0', venue: 'kucoin', symbol: 'BTC/USDT', rank: 1, score: 5, facts },
    { shard: 'cross-0', venue: 'binance', symbol: 'BTC/USDT', rank: 1, score: 5, facts },
  ])
  await markets.saveValues(new Map([['BTC', 80_000]]))
  await shards.declare(['cross-0', 'cross-1'])
  await shards.claim('cross-0', 'worker-7', 60_000)
  const price = (venue: string, symbol: string, bid: number, ask: number, minute = thisMinute) => ({
    venue,
    symbol,
    minute,
    bid,
    ask,
  })
  await history.addPrices([
    price('kucoin', 'BTC/USDT', 80_000, 80_010),
    price('binance', 'BTC/USDT', 80_400, 80_410),
    price('gone', 'BTC/USDT', 99_000, 99_001, monthAgo),
    price('kucoin', 'ETH/BTC', 0.05, 0.0501),
    price('kucoin', 'ETH/USDT', 4000, 4001),
  ])
  await history.addRefusals([
    {
      route,
      minute: thisMinute,
      reason: 'book age',
      count: 40,
      detail: 'kucoin 1.8 s old, at most 1 s',
    },
    { route, minute: thisMinute, reason: 'too short to ask', count: 2, detail: 'lived 400 ms' },
    {
      route: 'cycle kucoin USDT>ETH>BTC',
      minute: thisMinute,
      reason: 'no depth',
      count: 9,
      detail: 'x',
    },
  ])
  await history.addGaps([
    { route, minute: thisMinute, samples: 10, netMax: 0.0031, netMean: 0.001, openMs: 12_000 },
  ])
  await approvals.saveOpportunity(crossOpportunity())
  await approvals.saveOpportunity(cycleOpportunity({ netPercent: 0.3 }))
  await trades.declareBalances([
    { venue: 'kucoin', asset: 'USDT', free: parseDecimal('10000') },
    { venue: 'kucoin', asset: 'ODD', free: parseDecimal('5') },
    { venue: 'binance', asset: 'BTC', free: parseDecimal('0.5') },
  ])
})
afterAll(async () => {
  await empty.close()
  await desk.close()
})

test('an empty desk explains itself on every command', async () => {
  const lines: Record<string, string> = {
    status: 'No worker watches any market now',
    venues: 'No venue has been swept yet',
    opportunities: 'No gap has been offered in the last 1 h',
    why: 'Nothing was refused in the last hour',
    approve: 'Nothing waits for an answer',
    trades: 'No trade has been made yet',
    balances: 'No balance is known yet',
    'settings history': 'Every setting stands at its default',
  }
  for (const [line, text] of Object.entries(lines))
    expect(textOf(await empty.say(line)), line).toContain(text)
  expect(await empty.say('prices BTC/USDT')).toMatchObject({
    outcome: 'failed',
    message: expect.stringContaining('No price of "BTC/USDT" is recorded'),
  })
  expect(await empty.say('trade k3f9')).toMatchObject({
    outcome: 'failed',
    message: 'No trade is called "k3f9"; "trades" lists them',
  })
})

test('no card of the desk leaves its money or its market in doubt', async () => {
  for (const line of [
    'help',
    'commands',
    'status',
    'venues',
    'opportunities',
    'why',
    'approve',
    'trades',
    'balances',
    'prices BTC/USDT',
    'settings',
    'mode',
  ])
    expect(cardIn(await desk.say(line)).badges, line).toEqual(['PAPER', 'SIMULATED MARKET'])
})

test('every answer is one JSON document', async () => {
  for (const line of [
    'help',
    'help why',
    'commands',
    'status',
    'venues',
    'opportunities',
    'why',
    `why ${route}`,
    'why BTC/USDT',
    'approve',
    'trades',
    'balances',
    'prices BTC/USDT',
    'settings',
    'settings history',
    'mode',
  ]) {
    const json = await jsonOf(line)
    expect(JSON.parse(JSON.stringify(json)), line).toEqual(json)
  }
})

test('status tells mode, market, venues, shards and the day', async () => {
  expect(await jsonOf('status')).toEqual({
    mode: 'paper',
    market: 'simulator',
    running: true,
    paused: false,
    approval_mode: 'ask',
    venues: { up: 2, all: 3 },
    watchlist: 2,
    shards: [
      { shard: 'cross-0', owner: 'worker-7', epoch: 1 },
      { shard: 'cross-1', owner: null, epoch: 0 },
    ],
    open_approvals: 0,
    open_trades: 0,
    today: { realised_usdt: 0, notional_usdt: 0 },
  })
  expect(textOf(await desk.say('status'))).toContain('cross-1 0 NOBODY')
})

test('venues tells who answers and why not', async () => {
  const text = textOf(await desk.say('venues'))
  expect(text).toContain('2 of 3 venues up')
  expect(text).toMatch(/okx DEGRADED 3 0 .* it timed out twice/)
})

test('opportunities are filtered by kind, venue, symbol and profit', async () => {
  const routesOf = async (line: string) =>
    ((await jsonOf(line)) as { route: string }[]).map((each) => each.route)
  expect(await routesOf('opportunities')).toHaveLength(2)
  expect(await routesOf('opportunities --kind cycle')).toEqual(['cycle kucoin USDT>ETH>BTC'])
  expect(await routesOf('opportunities --venue binance')).toEqual([route])
  expect(await routesOf('opportunities eth')).toEqual(['cycle kucoin USDT>ETH>BTC'])
  expect(await routesOf('opportunities --min-percent 1')).toEqual([route])
  expect(textOf(await desk.say('opportunities DOGE'))).toContain('None matches these filters')
})

test('prices compares what is current and only shows what is not', async () => {
  const json = await jsonOf('prices btc/usdt')
  expect(json).toMatchObject({
    symbol: 'BTC/USDT',
    venues: [{ venue: 'gone', fee_source: 'default' }, { venue: 'binance' }, { venue: 'kucoin' }],
    best: { buy: 'kucoin', sell: 'binance' },
  })
  const { best } = json as { best: { net: number } }
  expect(best.net).toBeCloseTo((80_400 * 0.999) / (80_010 * 1.001) - 1, 12)
})

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
  expect(cycle).toContain('Now -0.025 % gross, -0.32 % net after fees.')
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
    message: expect.stringContaining('neither a route nor a symbol'),
  })
})

test('why names what stops every trade', async () => {
  await desk.say('pause')
  expect(textOf(await desk.say('why'))).toContain('Blocked: paused: the desk is paused')
  await desk.say('resume')
  await desk.say('mode alert')
  expect(textOf(await desk.say(`why ${route}`))).toContain('Blocked: approval.mode is alert')
  await desk.say('mode ask')
})

test('balances tells worth and share, and admits what it cannot value', async () => {
  expect(await jsonOf('balances')).toMatchObject({
    usdt: 50_000,
    venues: [
      { venue: 'binance', usdt: 40_000, share_percent: 80 },
      {
        venue: 'kucoin',
        usdt: 10_000,
        assets: [
          { asset: 'USDT', free: '10000', reserved: '0', usdt: 10_000 },
          { asset: 'ODD', usdt: null },
        ],
      },
    ],
  })
  expect(textOf(await desk.say('balances kucoin'))).toContain('20.0 % of all')
  expect(textOf(await desk.say('balances okx'))).toContain('balances are known for binance, kucoin')
})
