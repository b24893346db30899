import { afterAll, beforeAll, expect, test } from 'vitest'
import { ann, cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { seedDesk, seededRoute } from '../../test/seeded-desk.ts'
import { parseDecimal } from '../money.ts'

let empty: TestDesk
let desk: TestDesk
const route = seededRoute
const jsonOf = async (line: string) => cardIn(await desk.say(line)).json

beforeAll(async () => {
  empty = await openTestDesk()
  desk = await openTestDesk()
  await seedDesk(desk.desk)
})
afterAll(async () => {
  await empty.close()
  await desk.close()
})

test('an empty desk explains itself on every command', async () => {
  const lines: Record<string, string> = {
    status: 'The desk runs and reads its venues for the first time',
    venues: 'The desk runs and reads its venues for the first time',
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
    'start',
    'health',
    'version',
    'logs',
    'profit',
    'daily',
    'weekly',
    'monthly',
    'performance',
    'inventory',
    'risk',
    'gaps',
    'chart',
    'export trades',
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
    'start',
    'health',
    'version',
    'logs',
    'profit',
    'daily',
    'weekly',
    'monthly',
    'performance',
    'inventory',
    'risk',
    'gaps',
    'chart',
    'export trades',
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
    state: 'watching',
    warnings: [
      'Nobody runs cross-1: a worker takes them up within seconds, or the log says why not.',
    ],
    killed: false,
    paused: false,
    approval_mode: 'ask',
    venues: { up: 2, all: 3 },
    last_sweep_at: expect.any(String),
    watchlist: 2,
    shards: [
      { shard: 'cross-0', owner: 'worker-7', epoch: 1 },
      { shard: 'cross-1', owner: null, epoch: 0 },
    ],
    open_approvals: 0,
    mandates: 0,
    open_trades: 0,
    breakers: [],
    accounts: [],
    exposures: [],
    today: {
      arbitrage: { currency: 'USDT', amount: '0', unconverted: [] },
      inventory: { currency: 'USDT', amount: '0', unconverted: [] },
      profit_usdt: 0,
      unvalued: [],
      notional_usdt: 0,
    },
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
  expect(await routesOf('opportunities --min-usdt 1.3')).toEqual([])
  expect(await routesOf('opportunities btc --venue KUCOIN --min-usdt 1')).toHaveLength(2)
  expect(textOf(await desk.say('opportunities DOGE'))).toContain('None matches these filters')
  // What people type is meant to the letter.
  expect(await routesOf('opportunities %')).toEqual([])
  expect(await routesOf('opportunities BTC_USDT')).toEqual([])
})

test('opportunities come a page at a time, and the button asks for the same', async () => {
  const first = await desk.say('opportunities --limit 1 --venue kucoin')
  expect(cardIn(first).title).toBe('2 opportunities in the last 1 h')
  expect(cardIn(first).json).toMatchObject([{ route: 'cycle kucoin USDT>ETH>BTC' }])
  expect(cardIn(first).actions).toMatchObject([
    { command: 'opportunities', args: { venue: 'kucoin', since: '3600s', limit: '1', page: '2' } },
  ])
  const second = await desk.say('opportunities --limit 1 --venue kucoin --page 2')
  expect(cardIn(second).json).toMatchObject([{ route }])
  expect(cardIn(second).actions).toEqual([])
  expect(textOf(await desk.say('opportunities --page 9'))).toContain('There is no page 9')
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
    left_out: [{ venue: 'kucoin', asset: 'ODD', amount: '5' }],
  })
  expect(textOf(await desk.say('balances'))).toContain(
    'Worth unknown and in no total: 5 ODD on kucoin; no venue has priced it yet.',
  )
  expect(textOf(await desk.say('balances binance'))).not.toContain('unknown')
  expect(textOf(await desk.say('balances kucoin'))).toContain('20.0 % of all')
  expect(textOf(await desk.say('balances okx'))).toContain('balances are known for binance, kucoin')
})

test('coins keep their last price when nothing is swept any more, and its age is said', async () => {
  const later = new Date(Date.now() + 2 * 3_600_000)
  const reply = await desk.say('balances', ann, { now: later })
  expect(cardIn(reply).json).toMatchObject({ usdt: 50_000 })
  const text = textOf(reply)
  expect(text).toContain('Some is worth what its last price says, which is up to 2 h old.')
  expect(text).toContain('BTC 0.5 0 40,000 (price 2 h old)')
})

test('what balances are worth is told to eight digits, and what they are to the last', async () => {
  const rich = await openTestDesk()
  const { markets, trades } = rich.runtime
  await markets.saveValues(new Map([['XRP', 1.000000000001]]))
  await trades.declareBalances([
    { venue: 'kucoin', asset: 'XRP', free: parseDecimal('521.289937071178123456') },
    { venue: 'kucoin', asset: 'USDT', free: parseDecimal('0.100000000000000001') },
  ])
  expect(cardIn(await rich.say('balances')).json).toMatchObject({
    usdt: 521.38993707,
    venues: [
      {
        usdt: 521.38993707,
        assets: [
          { asset: 'XRP', free: '521.289937071178123456', usdt: 521.28993707 },
          { asset: 'USDT', free: '0.100000000000000001', usdt: 0.1 },
        ],
      },
    ],
  })
  await rich.close()
})
