import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { testMarket } from '../test/market.ts'
import { crossOpportunity } from '../test/opportunities.ts'
import { declare, openTestStores, type TestStores } from '../test/stores.ts'
import { clearBook, createBooks, writeBook, type Books } from '../src/market/books.ts'
import type { MarketId } from '../src/market/market.ts'
import { format } from '../src/money.ts'
import { createUsualPrices } from '../src/opportunity/doubts.ts'
import { defaultSettings, type Settings } from '../src/settings/settings.ts'
import { createOffers, type Offers } from './offers.ts'
import { createShardAccount } from './shard-account.ts'
import { createShardGaps, type ShardGaps } from './shard-gaps.ts'
import { readShardMarket, type ShardMarket } from './shard-market.ts'

const route = 'cross SOL/USDT kucoin>binance'
const settings: Settings = { ...defaultSettings('simulator'), 'approval.life_ms_min': 1000 }

let stores: TestStores
beforeAll(async () => {
  stores = await openTestStores()
})
afterAll(() => stores.close())
async function beginAnew(): Promise<void> {
  await stores.empty()
  const gate = { deposit: 'open', withdraw: 'open' } as const
  for (const venue of ['binance', 'kucoin'])
    await stores.markets.saveListing(
      venue,
      [testMarket('SOL/USDT', { venue })],
      ['SOL', 'USDT'].map((asset) => ({
        venue,
        asset,
        ...gate,
        networks: [{ network: 'ERC20', contract: `0x${asset}`, ...gate }],
      })),
    )
  await stores.markets.saveValues(new Map([['USDT', 1]]))
  await declare(stores, { 'kucoin USDT': '1000', 'binance SOL': '0.5' })
}
beforeEach(beginAnew)

type Bench = {
  readonly gaps: ShardGaps
  readonly market: ShardMarket
  readonly books: Books
  /** The books show a gap of about 1.8 %, proved current at this moment; "bid" is Binance's. */
  readonly show: (atMs: number, bid?: number) => void
  readonly look: (atMs: number) => Promise<void>
  readonly refreshed: MarketId[]
  readonly offers: Offers
  readonly routes: () => readonly string[]
}

/** `atMs` counts from the test's own beginning; nothing here waits for a clock. */
async function openBench(
  mode: Settings['approval.mode'] = 'ask',
  { size = 50, got = [] }: { readonly size?: number; readonly got?: readonly number[] } = {},
): Promise<Bench> {
  const market = await readShardMarket(stores.markets, {
    shard: 'cross:0',
    venues: ['binance', 'kucoin'],
    crossShards: 1,
    startAssets: ['USDT'],
  })
  if (market === undefined) throw new Error('no markets')
  market.takeStatuses(
    ['binance', 'kucoin'].map((venue) => ({ venue, sweptAt: new Date() })),
    Date.now(),
  )
  // What earlier orders on Binance got; how it is read is the store's own test.
  const fillShares = async () => [{ venue: 'binance', symbol: 'SOL/USDT', shares: got }]
  const account = createShardAccount({ ...stores, trades: { ...stores.trades, fillShares } })
  await account.refresh()
  const books = createBooks(market.universe.length)
  const offers = createOffers({
    approvals: stores.approvals,
    trades: stores.trades,
    policy: () => ({ ...settings, 'approval.mode': mode }),
    forbidden: async () => [],
    mandate: () => Promise.resolve(undefined),
    executeTrade: async () => undefined,
    nowMs: () => performance.now(),
  })
  const refreshed: MarketId[] = []
  const wallMs = Date.now()
  const gaps = createShardGaps({
    market,
    books,
    account,
    usual: createUsualPrices(market.universe.length),
    offers,
    risk: () => undefined,
    settings: () => settings,
    refresh: (id) => refreshed.push(id),
    onError(error) {
      throw error
    },
  })
  const write = (venue: string, bid: number, ask: number, atMs: number) =>
    writeBook(
      books,
      market.idOf(venue, 'SOL/USDT') ?? -1,
      [[bid, size]],
      [[ask, size + (atMs % 7)]],
      atMs,
      Number.NaN,
    )
  const show = (atMs: number, bid = 102) => {
    write('kucoin', 99.9, 100, atMs)
    write('binance', bid, bid + 0.1, atMs)
  }
  // A book that was not seen to move decides nothing.
  for (const atMs of [-300, -200, -100]) show(atMs)
  return {
    gaps,
    market,
    books,
    refreshed,
    offers,
    show,
    look: (atMs) => gaps.lookAtAll({ nowMs: atMs, wallMs: wallMs + atMs, settings }),
    routes: () => offers.routes(),
  }
}

const routeOf = ({ market: { table, nameOf } }: Bench) =>
  Array.from({ length: table.count }, (_, k) => k).find((k) => nameOf(k) === route) ?? -1
const listed = () => stores.approvals.listOpportunities({ sinceMs: 3_600_000, limit: 10 })
const live = () => stores.approvals.listLive()
/** "book age 2": summed up, for a test may run across the end of a minute. */
function reasonsOf(bench: Bench, atMs: number): readonly string[] {
  const counts = new Map<string, number>()
  for (const { reason, count } of bench.gaps.drain(Date.now() + atMs).refusals)
    counts.set(reason, (counts.get(reason) ?? 0) + count)
  return [...counts].map(([reason, count]) => `${reason} ${count}`)
}

/** A gap that stands from 0 to `untilMs` and is looked at ten times a second. */
async function stand(bench: Bench, untilMs: number): Promise<void> {
  bench.gaps.opened(routeOf(bench))
  for (let atMs = 0; atMs <= untilMs; atMs += 100) {
    bench.show(atMs)
    await bench.look(atMs)
  }
}

test('a gap is offered when it has lived long enough, sized on what both venues hold for us', async () => {
  const bench = await openBench()
  await stand(bench, 900)
  expect(bench.routes()).toEqual([])
  bench.show(1000)
  await bench.look(1000)
  await expect.poll(live).toHaveLength(1)
  const [offer] = await live()
  expect(offer?.route).toBe(route)
  expect((offer?.detectedAt.getTime() ?? 0) - (offer?.firstSeenAt.getTime() ?? 0)).toBe(1000)
  expect(offer?.legs.map(({ side, amount }) => `${side} ${format(amount)}`)).toEqual([
    'buy 0.501',
    'sell 0.5',
  ])
  await stand(bench, 1500)
  expect(await listed()).toHaveLength(1)
})

test('C6 a gap that is too good is asked about whatever the mode, and says why', async () => {
  const bench = await openBench('auto')
  bench.gaps.opened(routeOf(bench))
  for (let atMs = 0; atMs <= 1200; atMs += 100) {
    bench.show(atMs, 104)
    await bench.look(atMs)
  }
  await expect.poll(live).toHaveLength(1)
  expect((await live())[0]?.doubts).toEqual(['4.0 % before fees'])
  expect(await stores.approvals.listOpen()).toHaveLength(1)
})

test('C15 where orders got less than the book showed, the offer itself is smaller', async () => {
  const amounts = async (got: readonly number[]) => {
    await beginAnew()
    await stand(await openBench('ask', { size: 2.8, got }), 1200)
    await expect.poll(live).toHaveLength(1)
    return (await live())[0]?.legs.map(({ side, amount }) => `${side} ${format(amount)}`)
  }
  // A quarter of what is shown is more than is held; of that the half that came true is less.
  expect(await amounts([])).toEqual(['buy 0.501', 'sell 0.5'])
  expect(await amounts([0, 0, 0, 0])).toEqual(['buy 0.351', 'sell 0.35'])
})

/** What a former owner offered, as the next one finds it. */
async function adoptOffer({ offers }: Bench) {
  await stores.approvals.ask(crossOpportunity({ route }), 60_000)
  await offers.adopt(await stores.approvals.listLive(), new Date(0))
}

test('an offer taken over stays while its books are still on their way', async () => {
  const bench = await openBench()
  await adoptOffer(bench)
  for (const id of bench.market.universe.keys()) clearBook(bench.books, id)
  for (let atMs = 0; atMs <= 10_000; atMs += 1000) await bench.gaps.tidy(atMs)
  for (const atMs of [10_000, 10_100, 10_200]) bench.show(atMs)
  bench.gaps.opened(routeOf(bench))
  await bench.look(10_300)
  for (let atMs = 10_300; atMs <= 14_300; atMs += 1000) await bench.gaps.tidy(atMs)
  expect(bench.routes()).toEqual([route])
  expect(await listed()).toHaveLength(1)
})

test('an offer taken over ends when its books are there and show no gap, or do not come', async () => {
  const bench = await openBench()
  await adoptOffer(bench)
  for (let atMs = 0; atMs <= 3000; atMs += 1000) {
    bench.show(atMs, 99)
    await bench.gaps.tidy(atMs)
  }
  expect(await live()).toHaveLength(1)
  bench.show(3100, 99)
  await bench.gaps.tidy(3100)
  expect(await live()).toEqual([])

  const blind = await openBench()
  await adoptOffer(blind)
  for (const id of blind.market.universe.keys()) clearBook(blind.books, id)
  await blind.gaps.tidy(0)
  await blind.gaps.tidy(30_000)
  expect(await live()).toHaveLength(1)
  await blind.gaps.tidy(30_100)
  expect(await live()).toEqual([])
})

test('a gap has lived no longer than its prices are proved', async () => {
  const bench = await openBench()
  bench.gaps.opened(routeOf(bench))
  // Nothing comes from the venues after the first moment; by its age alone the book could still decide.
  bench.show(0)
  for (let atMs = 0; atMs <= 1000; atMs += 100) await bench.look(atMs)
  expect(bench.routes()).toEqual([])
  bench.show(1050)
  await bench.look(1100)
  await expect.poll(live).toHaveLength(1)
})

test('C10 a process that stood still hears what happened meanwhile before it decides', async () => {
  const bench = await openBench()
  await stand(bench, 300)
  bench.show(1300)
  await bench.look(1300)
  expect(bench.routes()).toEqual([])
  bench.gaps.lapsed(routeOf(bench))
  await bench.look(1400)
  expect(await listed()).toEqual([])
})

test('a machine too slow to look often still looks every other time', async () => {
  const bench = await openBench()
  bench.gaps.opened(routeOf(bench))
  for (let atMs = 0; atMs <= 3000; atMs += 600) {
    bench.show(atMs)
    await bench.look(atMs)
  }
  await expect.poll(live).toHaveLength(1)
})

test('a gap that goes before anybody would have been asked is counted as too short', async () => {
  const bench = await openBench()
  await stand(bench, 500)
  bench.gaps.lapsed(routeOf(bench))
  bench.gaps.lapsed(routeOf(bench))
  expect(reasonsOf(bench, 500)).toEqual(['too short to ask 1'])
  expect(await listed()).toEqual([])
})

test('a gap that no look confirms any more is over, and its offer with it', async () => {
  const bench = await openBench()
  await stand(bench, 1100)
  await expect.poll(live).toHaveLength(1)
  // Its books grow old: nothing proves that the gap is still there.
  await bench.look(2500)
  expect(await live()).toHaveLength(1)
  await bench.look(2700)
  expect(await live()).toEqual([])
  expect(reasonsOf(bench, 2700)).toEqual(['book age 1'])
})

test('a gap that was traded and then is out of sight for a while is not offered twice', async () => {
  const bench = await openBench('auto')
  await stand(bench, 1100)
  await expect.poll(async () => (await stores.approvals.listRecent(1))[0]?.state).toBe('granted')
  for (let atMs = 1200; atMs <= 8000; atMs += 100) await bench.look(atMs)
  await bench.gaps.tidy(8000)
  for (let atMs = 8100; atMs <= 10_000; atMs += 100) {
    bench.show(atMs)
    await bench.look(atMs)
  }
  await bench.gaps.tidy(10_000)
  expect(bench.routes()).toEqual([route])
  expect(await listed()).toHaveLength(1)
  // One that closes before our eyes is over, and the next is another.
  bench.gaps.lapsed(routeOf(bench))
  await expect.poll(live).toEqual([])
  expect(bench.routes()).toEqual([])
})

test('old books are asked for anew, each once in two seconds', async () => {
  const bench = await openBench()
  await stand(bench, 900)
  for (let atMs = 2100; atMs < 4000; atMs += 100) await bench.look(atMs)
  expect(bench.refreshed.toSorted((a, b) => a - b)).toEqual([0, 1])
  await bench.look(4200)
  expect(bench.refreshed).toHaveLength(4)
})

test('a lapsed gap withdraws its offer, and counts the time it was open', async () => {
  const bench = await openBench()
  await stand(bench, 1200)
  await expect.poll(live).toHaveLength(1)
  bench.gaps.lapsed(routeOf(bench))
  await expect.poll(live).toEqual([])
  const minutes = bench.gaps.drain(Date.now() + 60_000).gaps
  expect(minutes[0]).toMatchObject({ route, netMax: expect.closeTo(0.018, 3) as number })
  expect(minutes.reduce((sum, { openMs }) => sum + openMs, 0)).toBeGreaterThanOrEqual(1200)
})

test('a refusal is counted once a second, and a gap too small for its fees is never offered', async () => {
  const bench = await openBench()
  bench.gaps.opened(routeOf(bench))
  for (let atMs = 0; atMs < 2000; atMs += 100) {
    bench.show(atMs, 100.2)
    await bench.look(atMs)
  }
  expect(reasonsOf(bench, 2000)).toEqual(['net below minimum 2'])
  expect(await listed()).toEqual([])
})
