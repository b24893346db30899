import { afterAll, beforeAll, expect, test } from 'vitest'
import { cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { makePastTrades } from '../../test/past-trades.ts'
import { seedDesk, seededRoute } from '../../test/seeded-desk.ts'
import { thinChart } from '../charts/thin-chart.ts'
import type { GapRow } from '../history/history-store.ts'

const minuteMs = 60_000
const thisMinute = Math.floor(Date.now() / minuteMs) * minuteMs
const cycleRoute = 'cycle kucoin USDT>ETH>BTC'

let empty: TestDesk
let desk: TestDesk
beforeAll(async () => {
  empty = await openTestDesk()
  desk = await openTestDesk()
  await seedDesk(desk.desk)
  const { history } = desk.runtime
  const row = (minutesAgo: number, net: number, openMs: number, route = seededRoute): GapRow => ({
    route,
    minute: new Date(thisMinute - minutesAgo * minuteMs),
    samples: 10,
    netMax: net,
    netMean: net / 2,
    openMs,
  })
  // Three openings: two minutes in a row, one alone, and the seeded one of this minute; one of none.
  await history.addGaps([
    row(30, 0.002, 60_000),
    row(29, 0.004, 30_000),
    row(20, 0.006, 6_000),
    row(10, 0.001, 0),
    row(40, 0.02, 1_000, cycleRoute),
  ])
  const at = new Date()
  await history.addBooks([
    {
      venue: 'kucoin',
      symbol: 'BTC/USDT',
      at,
      bids: [[80_000, 1]],
      asks: [
        [80_010, 0.5],
        [80_020, 2],
      ],
    },
    { venue: 'binance', symbol: 'BTC/USDT', at, bids: [[80_400, 0.7]], asks: [[80_410, 1]] },
  ])
})
afterAll(async () => {
  await empty.close()
  await desk.close()
})

const jsonOf = async (line: string) => cardIn(await desk.say(line)).json

test('a desk that recorded nothing says so and draws nothing', async () => {
  expect(textOf(await empty.say('gaps'))).toContain('No gap passed every filter in the last 24 h')
  expect(textOf(await empty.say('gaps cross A/B c>d'))).toContain('No gap of A/B c → d passed')
  const reply = await empty.say('chart')
  expect(textOf(reply)).toContain('Nothing to draw yet')
  expect(cardIn(reply).chart).toBeUndefined()
  for (const kind of ['gaps', 'prices', 'book', 'profit', 'performance', 'hours'])
    expect(await empty.say(`chart ${kind}`), kind).toMatchObject({ outcome: 'failed' })
})

test('gaps ranks routes by how long they were open, with what their minutes reached', async () => {
  expect(await jsonOf('gaps')).toMatchObject({
    for_ms: 86_400_000,
    routes: [
      {
        route: seededRoute,
        minutes: 5,
        samples: 50,
        p50_percent: expect.closeTo(0.31, 9),
        best_percent: expect.closeTo(0.6, 9),
        open_ms: 108_000,
        openings: 3,
        life_ms: 36_000,
      },
      { route: cycleRoute, minutes: 1, openings: 1, open_ms: 1_000 },
    ],
  })
  expect(await jsonOf('gaps kucoin')).toMatchObject({ routes: [{}, {}] })
  expect(await jsonOf('gaps eth')).toMatchObject({ routes: [{ route: cycleRoute }] })
  expect(await jsonOf('gaps --for 5m')).toMatchObject({ routes: [{ minutes: 1 }] })
  expect(textOf(await desk.say('gaps %'))).toContain('No gap with "%" passed')
})

test('gaps of one route tells its hours and proposes a minimum that a button sets', async () => {
  const reply = await desk.say(`gaps ${seededRoute}`)
  expect(textOf(reply)).toContain('Half of 5 recorded minutes reached +0.31 % net')
  expect(textOf(reply)).toContain('Open 0.13 % of the time, 3 times, 36 s each.')
  expect(cardIn(reply).json).toMatchObject({
    net_percent_min: 0.1,
    proposed_net_percent_min: 0.31,
  })
  const [set] = cardIn(reply).actions ?? []
  expect(set).toMatchObject({
    label: 'Set the minimum to 0.31 %',
    command: 'settings',
    args: { action: 'set', key: 'trading.net_percent_min', value: '0.31' },
  })
  expect(cardIn(reply).chart).toMatchObject({ kind: 'gap-history', thresholdPercent: 0.1 })
})

test('chart draws what there is without a word, and each kind of what it is told', async () => {
  const { runtime } = desk
  const kindOf = async (line: string) => {
    const { chart, badges } = cardIn(await desk.say(line))
    if (chart === undefined) throw new Error(`no chart: ${line}`)
    // What is drawn says what the card says of its money.
    expect(chart.badges, line).toEqual(badges)
    thinChart(chart)
    return chart
  }
  expect(await kindOf('chart')).toMatchObject({
    kind: 'gap-history',
    title: 'BTC/USDT kucoin → binance',
  })
  await makePastTrades(runtime.config.databaseUrl?.reveal() ?? '', runtime, [
    { net: '2', endedAt: new Date() },
  ])
  expect(await kindOf('chart')).toMatchObject({ kind: 'profit' })
  expect(await kindOf(`chart ${seededRoute}`)).toMatchObject({ kind: 'gap-history' })
  expect(await kindOf('chart btc/usdt')).toMatchObject({
    kind: 'price-history',
    title: 'BTC/USDT on 2 venues',
    venues: [{ venue: 'binance' }, { venue: 'kucoin' }],
  })
  expect(await kindOf('chart prices')).toMatchObject({ title: 'BTC/USDT on 2 venues' })
  expect(await kindOf(`chart book ${seededRoute}`)).toMatchObject({
    kind: 'book',
    baseAsset: 'BTC',
    buy: {
      venue: 'kucoin',
      asks: [
        [80_010, 0.5],
        [80_020, 2],
      ],
    },
    sell: { venue: 'binance', bids: [[80_400, 0.7]] },
    plannedBaseSize: expect.closeTo(0.001234567890123457, 12),
  })
  expect(await kindOf('chart book')).toMatchObject({ kind: 'book' })
  expect(await kindOf('chart performance venue')).toMatchObject({
    kind: 'route-bars',
    bars: [{ route: 'binance' }, { route: 'kucoin' }],
  })
  expect(await kindOf('chart hours')).toMatchObject({ kind: 'gap-heat', unit: '%' })
  expect(await kindOf('chart profit --for 3d')).toMatchObject({ kind: 'profit' })
})

test('what cannot be drawn is one line, and the card offers the other pictures of its route', async () => {
  expect(await desk.say(`chart book ${cycleRoute}`)).toMatchObject({
    outcome: 'failed',
    message: expect.stringContaining('Books are drawn of routes between two venues'),
  })
  expect(await desk.say('chart performance moon')).toMatchObject({ outcome: 'failed' })
  expect(await desk.say('chart prices DOGE/USDT')).toMatchObject({
    outcome: 'failed',
    message: 'No price of "DOGE/USDT" was recorded in that time',
  })
  const { actions = [], json } = cardIn(await desk.say(`chart gaps ${seededRoute}`))
  expect(actions.map(({ label }) => label)).toEqual(['Chart: prices', 'Chart: book', 'Why'])
  expect(JSON.parse(JSON.stringify(json))).toEqual(json)
})
