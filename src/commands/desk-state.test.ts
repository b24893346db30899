import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ann, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { seedDesk } from '../../test/seeded-desk.ts'
import type { VenueReport } from '../market/market-store.ts'
import { crossTradingText, obstacleText, readDeskState } from './desk-state.ts'

let desk: TestDesk
beforeAll(async () => {
  desk = await openTestDesk()
})
afterAll(() => desk.close())
beforeEach(async () => {
  const { markets, shards } = desk.desk
  await markets.saveStatuses([])
  await markets.saveWatchlist([])
  await shards.declare([])
})

const venue = (name: string, changes: Partial<VenueReport> = {}): VenueReport => ({
  venue: name,
  state: 'up',
  reason: '',
  sweptAt: new Date(),
  markets: 3,
  sweepMs: 100,
  ...changes,
})

/** As somebody sees it so much later, with what they know of whether a desk runs. */
async function look(runs: boolean | undefined, laterMs = 0) {
  const now = new Date(Date.now() + laterMs)
  const state = await readDeskState({ ...desk.desk, runs, now: () => now })
  return { ...state, text: obstacleText(state, now), cross: crossTradingText(state) }
}

async function watchSomething(): Promise<void> {
  const { markets, shards } = desk.desk
  const facts = { volumeUsdt: 1, frozenMs: 0 }
  await markets.saveWatchlist([
    { shard: 'cross-0', venue: 'kucoin', symbol: 'BTC/USDT', rank: 1, score: 1, facts },
  ])
  await shards.declare(['cross-0'])
  await shards.claim('cross-0', 'worker-7', 60_000)
}

test('a desk that runs, one that does not, and one that only its traces tell of', async () => {
  expect(await look(true)).toMatchObject({ state: 'no-sweep' })
  expect(await look(false)).toMatchObject({ state: 'stopped' })
  expect(await look(undefined)).toMatchObject({ state: 'stopped', lastSweepAt: undefined })
  await desk.desk.markets.saveStatuses([venue('kucoin'), venue('binance')])
  await watchSomething()
  expect(await look(undefined)).toMatchObject({ state: 'watching', text: undefined })
  expect(await look(undefined, 7_200_000)).toMatchObject({
    state: 'stopped',
    text: 'No desk runs here: "npm start" starts one; the last sweep was 2 h ago.',
  })
})

test('venues that no sweep asks any more are not up, however they were', async () => {
  await desk.desk.markets.saveStatuses([venue('kucoin'), venue('okx', { state: 'degraded' })])
  for (const seen of [await look(false), await look(undefined, 7_200_000)])
    expect(seen.venues.map(({ now }) => now)).toEqual(['not-asked', 'not-asked'])
  expect(await look(true, 7_200_000)).toMatchObject({
    state: 'no-sweep',
    text: expect.stringMatching(/^The desk runs, but its last sweep was 2 h ago\./),
  })
})

test('a run without an old venue knows nothing of it', async () => {
  await desk.desk.markets.saveStatuses([venue('kucoin'), venue('gate')])
  await desk.desk.markets.saveStatuses([venue('kucoin'), venue('binance')])
  expect((await look(true)).venues.map(({ venue: name }) => name)).toEqual(['binance', 'kucoin'])
})

test('a sweep that finds no venue says so, with the reason, and that cross trading is stopped', async () => {
  const away = { state: 'degraded', sweptAt: undefined, reason: 'it cannot be reached' } as const
  await desk.desk.markets.saveStatuses([venue('kucoin', away), venue('okx', away)])
  expect(await look(true)).toMatchObject({
    state: 'no-venue',
    text: 'The desk runs, but no venue answers, so nothing is watched or traded. kucoin: it cannot be reached, and 1 more ("venues" shows them).',
    cross: 'Cross-exchange trading is stopped until two venues answer: no venue answers.',
  })
})

test('one venue is too few to trade between, and a venue without answers does not count', async () => {
  const silent = venue('okx', { sweptAt: new Date(Date.now() - 60_000) })
  await desk.desk.markets.saveStatuses([venue('kucoin'), silent])
  await watchSomething()
  expect(await look(true)).toMatchObject({
    state: 'watching',
    venues: [{ now: 'up' }, { now: 'silent' }],
    cross: 'Cross-exchange trading is stopped until two venues answer: only kucoin answers.',
  })
})

test('an empty watchlist and a missing worker are told apart', async () => {
  await desk.desk.markets.saveStatuses([venue('kucoin'), venue('binance')])
  expect(await look(true)).toMatchObject({ state: 'no-watchlist', cross: undefined })
  await watchSomething()
  expect(await look(true)).toMatchObject({ state: 'watching' })
  await desk.desk.shards.declare(['cross-1'])
  expect(await look(true)).toMatchObject({
    state: 'no-worker',
    shards: [{ shard: 'cross-1', owner: undefined }],
  })
})

const ask = async (line: string, runs: boolean) => textOf(await desk.say(line, ann, { runs }))

test('nothing claims that a desk runs which does not', async () => {
  await seedDesk(desk.desk)
  expect(await ask('status', true)).toMatch(/^Running/)
  expect(await ask('status', false)).toMatch(/^No desk runs\nNo desk runs here: "npm start"/)
  expect(await ask('venues', false)).toMatch(/^0 of 3 venues up\nNo desk runs here/)
  expect(await ask('venues', false)).toMatch(/kucoin not asked/)
  expect(await ask('pause', false)).toMatch(/^Trading is paused\n.*No desk runs here/)
  expect(await ask('status', false)).toMatch(/^PAUSED: no new trade starts \(No desk runs\)/)
  const resumed = await ask('resume', false)
  expect(resumed).toMatch(/^The pause is over: trades may start\nNo desk runs here/)
  await ask('pause', true)
  expect(await ask('resume', true)).not.toContain('No desk runs')
})
