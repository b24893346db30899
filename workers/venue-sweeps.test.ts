import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { scriptedMarket } from '../test/scripted-source.ts'
import { openTradingFloor, type TradingFloor } from '../test/trading-floor.ts'
import { createVenueSweeps, type VenueSweeps, type VenueSweepsWiring } from './venue-sweeps.ts'

const markets = [scriptedMarket('SOL/USDT'), scriptedMarket('ETH/USDT')]

let floor: TradingFloor
beforeAll(async () => {
  floor = await openTradingFloor({ kucoin: markets, binance: markets, okx: markets })
})
afterAll(() => floor.close())
afterEach(() => {
  for (const venue of floor.venues.ids) floor.servers.faults.heal(venue)
})

type Watched = {
  readonly sweeps: VenueSweeps
  readonly news: string[]
  readonly saved: string[]
  /** Moves the clock that decides who is asked when. */
  readonly later: (ms: number) => void
}

function watch(changes: Partial<VenueSweepsWiring> = {}): Watched {
  const [news, saved]: [string[], string[]] = [[], []]
  let aheadMs = 0
  const sweeps = createVenueSweeps({
    venues: floor.venues.ids,
    rest: (venue) => floor.venues.rest(venue),
    saveListing: async (venue, listed) => void saved.push(`${venue} ${listed.length}`),
    onFault: (venue, error) => news.push(`${venue}: ${String(error)}`),
    onNews: (venue, { state, reason }) => news.push(`${venue} ${state} ${reason}`.trim()),
    nowMs: () => performance.now() + aheadMs,
    random: () => 0.5,
    wait: () => sleep(10_000, undefined, { ref: false }),
    ...changes,
  })
  return { sweeps, news, saved, later: (ms) => void (aheadMs += ms) }
}

const answered = async ({ sweeps }: Watched): Promise<readonly string[]> =>
  (await sweeps.sweep()).map(({ venue, outcome }) => `${venue} ${outcome}`).toSorted()
const stateOf = ({ sweeps }: Watched, venue: string) =>
  sweeps.statuses().find((status) => status.venue === venue)
const allOk = ['binance ok', 'kucoin ok', 'okx ok']

test('every venue is listed once and asked each time, and all of it is known to others', async () => {
  const watched = watch()
  const { sweeps, saved, news } = watched
  expect([sweeps.isWhole(), sweeps.takeRelisted()]).toEqual([false, false])
  expect(await answered(watched)).toEqual(allOk)
  expect([sweeps.isWhole(), sweeps.takeRelisted(), sweeps.takeRelisted()]).toEqual([
    true,
    true,
    false,
  ])
  expect(await answered(watched)).toEqual(allOk)
  expect(saved.toSorted()).toEqual(['binance 2', 'kucoin 2', 'okx 2'])
  expect(sweeps.markets()).toHaveLength(6)
  expect(stateOf(watched, 'okx')).toMatchObject({ state: 'up', reason: '', markets: 2 })
  expect(stateOf(watched, 'okx')?.sweptAt?.getTime()).toBeGreaterThan(Date.now() - 5000)
  expect(news).toEqual([])
})

test('markets are listed anew after an hour', async () => {
  const watched = watch()
  await answered(watched)
  watched.later(3_599_000)
  await answered(watched)
  expect(watched.saved).toHaveLength(3)
  watched.later(1000)
  await answered(watched)
  expect(watched.saved).toHaveLength(6)
  expect(watched.sweeps.takeRelisted()).toBe(true)
})

/** Patience that ends when these two have answered, however slow this machine is. */
const untilTwoAnswered = (watched: () => Watched) => async () => {
  // Every answer leaves a time of its own, so that another one tells even within one millisecond.
  const sweptAt = () => ['kucoin', 'binance'].map((venue) => stateOf(watched(), venue)?.sweptAt)
  const before = sweptAt()
  while (sweptAt().some((at, k) => at === before[k])) await sleep(5)
}

test('a slow venue holds nobody up, and its answer comes with a later call', async () => {
  const watched: Watched = watch({ wait: untilTwoAnswered(() => watched) })
  floor.servers.faults.rest('okx', { delayMs: 1000 })
  expect(await answered(watched)).toEqual(['binance ok', 'kucoin ok'])
  expect(watched.sweeps.isWhole()).toBe(false)
  // It is not asked a second time while its first answer is on the way.
  const before = floor.servers.stats().requestsAnswered
  expect(await answered(watched)).toEqual(['binance ok', 'kucoin ok'])
  expect(floor.servers.stats().requestsAnswered - before).toBe(2)
  floor.servers.faults.heal('okx')
  let told: readonly string[] = []
  while (!told.includes('okx ok')) told = await answered(watched)
  expect(watched.sweeps.isWhole()).toBe(true)
  expect(watched.news).toEqual([])
})

test('the desk begins without a venue whose first list takes too long', async () => {
  const watched: Watched = watch({ wait: untilTwoAnswered(() => watched) })
  floor.servers.faults.rest('okx', { delayMs: 500 })
  await answered(watched)
  expect(watched.sweeps.isWhole()).toBe(false)
  watched.later(20_001)
  expect(watched.sweeps.isWhole()).toBe(true)
})

test('a venue that refuses our address is left out, and that is said once', async () => {
  const watched = watch()
  const { news, later, sweeps } = watched
  await answered(watched)
  floor.servers.faults.rest('okx', { status: 451, body: '{"msg":"not here"}' })
  expect(await answered(watched)).toEqual(['binance ok', 'kucoin ok', 'okx failed'])
  expect(await answered(watched)).toEqual(['binance ok', 'kucoin ok'])
  expect([sweeps.isUp('okx'), sweeps.isUp('kucoin')]).toEqual([false, true])
  later(899_000)
  expect(await answered(watched)).toEqual(['binance ok', 'kucoin ok'])
  later(1000)
  expect(await answered(watched)).toEqual(['binance ok', 'kucoin ok', 'okx failed'])
  expect(news).toHaveLength(1)
  expect(news[0]).toMatch(/^okx refused not available from here: .*451/)
})

test('a venue that says 429 is left alone as long as it asked for', async () => {
  const watched = watch({ random: () => 0 })
  const { news, later } = watched
  await answered(watched)
  floor.servers.faults.rest('kucoin', { status: 429, headers: { 'retry-after': '7' }, times: 1 })
  expect(await answered(watched)).toContain('kucoin failed')
  expect(news[0]).toMatch(/^kucoin degraded .*429/)
  later(6800)
  expect(await answered(watched)).toEqual(['binance ok', 'okx ok'])
  later(201)
  expect(await answered(watched)).toEqual(allOk)
})

test('a venue that fails is asked later and later, and its return is news', async () => {
  const watched = watch()
  const { news, later, sweeps } = watched
  await answered(watched)
  floor.servers.faults.rest('binance', { status: 503 })
  expect(await answered(watched)).toEqual(['binance failed', 'kucoin ok', 'okx ok'])
  later(2001)
  expect(await answered(watched)).toEqual(['binance failed', 'kucoin ok', 'okx ok'])
  later(2001)
  expect(await answered(watched)).toEqual(['kucoin ok', 'okx ok'])
  floor.servers.faults.heal('binance')
  later(2000)
  expect(await answered(watched)).toEqual(allOk)
  expect(news.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'binance degraded',
    'binance up',
  ])
  expect(sweeps.isUp('binance')).toBe(true)
  expect(stateOf(watched, 'binance')).toMatchObject({ state: 'up', reason: '' })
})

test('a list that could not be saved is fetched and saved again, and the others go on', async () => {
  let away = true
  const saved: string[] = []
  const watched = watch({
    async saveListing(venue) {
      if (away && venue === 'okx') throw new Error('the database is away')
      saved.push(venue)
    },
  })
  expect(await answered(watched)).toEqual(['binance ok', 'kucoin ok', 'okx failed'])
  // Our own fault: the venue is not called degraded for it, nor made to wait.
  expect(watched.news).toEqual(['okx: Error: the database is away'])
  expect(stateOf(watched, 'okx')?.state).toBe('up')
  expect(watched.sweeps.isWhole()).toBe(false)
  away = false
  expect(await answered(watched)).toEqual(allOk)
  expect(watched.sweeps.isWhole()).toBe(true)
  expect(saved.toSorted()).toEqual(['binance', 'kucoin', 'okx'])
})
