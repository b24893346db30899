import { afterAll, beforeAll, expect, test } from 'vitest'
import { ann, cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { crossOpportunity, cycleOpportunity } from '../../test/opportunities.ts'
import { beginTrade, makePastTrades } from '../../test/past-trades.ts'
import { seedDesk, seededRoute } from '../../test/seeded-desk.ts'
import { grantTrade } from '../../test/stores.ts'
import { parseDecimal } from '../money.ts'

let empty: TestDesk
let desk: TestDesk
beforeAll(async () => {
  empty = await openTestDesk()
  desk = await openTestDesk()
  await seedDesk(desk.desk)
})
afterAll(async () => {
  await empty.close()
  await desk.close()
})
const jsonOf = async (line: string) => cardIn(await desk.say(line)).json

test('an empty desk has no inventory and no risk, and says so', async () => {
  expect(textOf(await empty.say('inventory'))).toContain('Nothing is held yet')
  const reply = await empty.say('risk')
  expect(cardIn(reply)).toMatchObject({ title: 'Risk: nothing is open', tone: 'good' })
  expect(cardIn(reply).chart).toBeUndefined()
})

/** One place of a coin that two venues trade and should hold the same of. */
const place = (venue: string, amount: string, share: number, state: string, outside: string) => ({
  venue,
  amount,
  share_percent: share,
  target_percent: 50,
  band_percent: [40, 60],
  state,
  outside,
})

test('inventory tells where each coin lies and how far from where it should', async () => {
  const reply = await desk.say('inventory')
  expect(cardIn(reply).json).toEqual({
    accounts: [],
    in_transit: [],
    usdt: 50_000,
    venues: ['binance', 'kucoin'],
    coins: [
      {
        coin: 'BTC',
        amount: '0.5',
        reserved: '0',
        usdt: 40_000,
        share_percent: 80,
        // Both venues trade it and one has it all: half would have to move.
        skew_percent: 50,
        venues: [
          place('binance', '0.5', 100, 'above', '0.2'),
          place('kucoin', '0', 0, 'below', '0.2'),
        ],
      },
      {
        coin: 'USDT',
        amount: '10000',
        reserved: '0',
        usdt: 10_000,
        share_percent: 20,
        skew_percent: 50,
        venues: [
          place('kucoin', '10000', 100, 'above', '4000'),
          place('binance', '0', 0, 'below', '4000'),
        ],
      },
      {
        coin: 'ODD',
        amount: '5',
        reserved: '0',
        usdt: null,
        share_percent: null,
        skew_percent: 0,
        venues: [
          {
            ...place('kucoin', '5', 100, 'within', '0'),
            target_percent: 100,
            band_percent: [90, 100],
          },
        ],
      },
    ],
  })
  expect(textOf(reply)).toContain('4 holdings are outside the band.')
  expect(textOf(reply)).toContain('BTC 0.5 40,000 80 % 50 % binance 100 %, kucoin 0 %')
  expect(textOf(reply)).toContain('BTC kucoin 0 0 % 40 to 60 % below by 0.2')
  expect(textOf(reply)).toContain('Worth unknown and in no total: 5 ODD on kucoin')
  expect(cardIn(reply).actions).toMatchObject([{ command: 'rebalance' }])
  expect(cardIn(reply).chart).toMatchObject({ kind: 'route-bars', unit: 'USDT' })
  expect(await jsonOf('inventory btc')).toMatchObject({ coins: [{ coin: 'BTC' }] })
  expect(textOf(await desk.say('inventory DOGE'))).toContain('No DOGE is held')
})

test('risk sets each venue beside its limit, with room for an even split of few venues', async () => {
  const reply = await desk.say('risk')
  expect(cardIn(reply)).toMatchObject({
    title: 'Risk: nothing is open, 1 limit reached',
    tone: 'bad',
  })
  expect(cardIn(reply).json).toMatchObject({
    killed: false,
    capital_usdt: 50_000,
    limits: [
      { setting: 'trading.day_loss_usdt_max', used: 0, most: 25, reached: false },
      { setting: 'trading.day_notional_usdt_max', used: 0, most: 1000 },
      { setting: 'trading.open_trades_max', used: 0, most: 3 },
      { setting: 'transfer.day_usdt_max', used: 0, most: 500 },
      { setting: 'trading.venue_capital_percent_max', used: 80, most: 60, reached: true },
    ],
    venues: [
      { venue: 'binance', share_percent: 80, share_percent_max: 60, over: true },
      { venue: 'kucoin', share_percent: 20, over: false },
    ],
  })
  expect(textOf(reply)).toContain(
    'The limit is reached: capital on binance (trading.venue_capital_percent_max).',
  )
})

test('trades under way are open, and title and tone say so', async () => {
  const busy = await openTestDesk({ 'trading.venue_capital_percent_max': '100' })
  const { runtime } = busy
  await runtime.trades.declareBalances(
    ['kucoin', 'binance'].flatMap((venue) =>
      ['USDT', 'BTC', 'ETH'].map((asset) => ({ venue, asset, free: parseDecimal('1000') })),
    ),
  )
  await beginTrade(runtime, await grantTrade(runtime, crossOpportunity()))
  const risk = async () => cardIn(await busy.say('risk'))
  expect(await risk()).toMatchObject({ title: 'Risk: 1 trade under way', tone: 'neutral' })
  await beginTrade(runtime, await grantTrade(runtime, cycleOpportunity()))
  await runtime.settings.change('trading.open_trades_max', '2', 'terminal:ann')
  expect(await risk()).toMatchObject({
    title: 'Risk: 2 trades under way, 1 limit reached',
    tone: 'bad',
  })
  await busy.close()
})

test('what a venue lets nobody withdraw is told beside its share, and silence is no promise', async () => {
  const { markets } = desk.desk
  const asset = { venue: 'kucoin', deposit: 'open', networks: [] } as const
  await markets.saveListing('kucoin', await markets.markets(['kucoin']), [
    { ...asset, asset: 'USDT', withdraw: 'shut' },
    { ...asset, asset: 'ODD', withdraw: 'open' },
  ])
  const reply = await desk.say('risk')
  expect(cardIn(reply).json).toMatchObject({
    venues: [
      { venue: 'binance', withdrawals_shut_usdt: null },
      { venue: 'kucoin', withdrawals_shut_usdt: 10_000 },
    ],
  })
  expect(textOf(reply)).toContain('binance 40,000 80.0 % OVER not told')
  expect(textOf(reply)).toContain('kucoin 10,000 20.0 % within 10,000 USDT shut in')
})

test('open positions, a pressed kill switch and standing mandates are told first', async () => {
  const { runtime } = desk
  await makePastTrades(runtime.config.databaseUrl?.reveal() ?? '', runtime, [
    { net: '-100', endedAt: new Date(), residual: { BTC: '0.001' }, state: 'exposed' },
  ])
  await runtime.people.giveMandate({
    route: seededRoute,
    person: 'ann',
    by: 'terminal:ann',
    capUsdt: 500,
    livesMs: 60_000,
  })
  await desk.say('kill', ann)
  const reply = await desk.say('risk')
  expect(cardIn(reply).title).toBe('Risk: KILLED, nothing new is sent')
  expect(cardIn(reply).json).toMatchObject({
    killed: true,
    exposures: [{ asset: 'BTC', amount: '0.001', venues: ['kucoin'] }],
    mandates: { standing: 1, unused_usdt: 500 },
    today: { profit_usdt: -20 },
  })
  expect(textOf(reply)).toContain('Mandates: 1, 500 USDT of them unused')

  const status = await desk.say('status')
  expect(cardIn(status)).toMatchObject({
    title: 'KILLED: no new risk until "kill release"',
    tone: 'bad',
  })
  expect(cardIn(status).json).toMatchObject({ killed: true, paused: false, mandates: 1 })
  expect(textOf(status)).toContain('Mandates: 1: the desk trades those routes by itself')
})
