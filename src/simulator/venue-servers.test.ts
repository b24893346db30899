// The real ccxt clients against the venue servers: what they load, fetch and keep in step.
import ccxt, { type Exchange, type OrderBook } from 'ccxt'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { SourceBook, SourceVenue } from './market-source.ts'
import { openSimulatedMarket, type SimulatedMarket } from './simulated-market.ts'
import { startVenueServers, type VenueServers } from './venue-servers.ts'
import type { SimulatedVenue } from './world/coins.ts'

const keys = { apiKey: 'simulator', secret: 'simulator', password: 'simulator' }

/** Sends every address of ccxt to the venue servers; the host stays as the first path segment. */
function pointAt(exchange: Exchange, port: number): void {
  const local = (url: string) =>
    url
      .replaceAll('{hostname}', exchange.hostname ?? '')
      .replace(/^https:\/\//, `http://127.0.0.1:${port}/`)
      .replace(/^wss:\/\//, `ws://127.0.0.1:${port}/`)
  const walk = (urls: Record<string, unknown>) => {
    for (const [key, value] of Object.entries(urls))
      if (typeof value === 'string') urls[key] = local(value)
      else if (typeof value === 'object' && value !== null) walk(value as Record<string, unknown>)
  }
  walk(exchange.urls.api)
}

let source: SimulatedMarket
let servers: VenueServers

async function openClient(
  venue: SimulatedVenue,
  config: { keyed?: boolean; spotOnly?: boolean; snapshotDelay?: number } = {},
): Promise<Exchange> {
  const { keyed = false, spotOnly = true, snapshotDelay } = config
  const exchange: Exchange = new ccxt.pro[venue]({
    ...(keyed && keys),
    enableRateLimit: false,
    options: {
      defaultType: 'spot',
      ...(spotOnly && { fetchMarkets: { types: ['spot'] } }),
      ...(snapshotDelay !== undefined && { watchOrderBook: { snapshotDelay } }),
    },
  })
  pointAt(exchange, servers.port)
  await exchange.loadHttpProxyAgent()
  onTestFinished(async () => {
    await exchange.close()
  })
  await exchange.loadMarkets()
  return exchange
}

const venueOf = (venue: SimulatedVenue): SourceVenue => {
  const found = source.venues.find((one) => one.venue === venue)
  if (found === undefined) throw new Error(`no ${venue}`)
  return found
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

beforeAll(async () => {
  const market = openSimulatedMarket({ seed: 'protocols' })
  // The tests move the world themselves, much faster than it runs.
  source = { ...market, start: () => undefined }
  for (let i = 0; i < 100; i++) source.tick()
  servers = await startVenueServers({ source })
})
afterAll(() => servers.close())

const venues: readonly SimulatedVenue[] = ['kucoin', 'binance', 'okx', 'bybit', 'bitget', 'mexc']

describe.each(venues)('%s', (venue) => {
  test.each([
    { keyed: false, spotOnly: true },
    { keyed: true, spotOnly: false },
  ])('loads the markets as the source states them: %o', async (config) => {
    const exchange = await openClient(venue, config)
    const { markets, assets } = venueOf(venue)
    expect(Object.keys(exchange.markets ?? {}).toSorted()).toEqual(
      markets.map(({ symbol }) => symbol).toSorted(),
    )
    for (const market of markets) {
      const loaded = exchange.market(market.symbol)
      expect([market.symbol, loaded?.taker]).toEqual([market.symbol, market.takerFee])
      expect(loaded?.active).toBe(true)
      expect(loaded?.precision.price).toBeCloseTo(10 ** -market.priceDecimals, 14)
      expect(loaded?.precision.amount).toBeCloseTo(10 ** -market.amountDecimals, 14)
      expect(loaded?.limits.amount?.min).toBeCloseTo(market.amountMin, 14)
      expect(loaded?.limits.cost?.min ?? 0).toBeCloseTo(market.notionalMin, 14)
    }
    // KuCoin and Bitget tell everybody, the others only those with keys.
    if (!config.keyed && venue !== 'kucoin' && venue !== 'bitget') return
    for (const { asset, networks } of assets) {
      const currency = exchange.currency(asset)
      expect([asset, currency?.deposit]).toEqual([asset, networks.some(({ deposit }) => deposit)])
      expect(currency?.withdraw).toBe(networks.some(({ withdraw }) => withdraw))
      expect(Object.keys(currency?.networks ?? {}).length).toBe(networks.length)
    }
  })

  test('answers tickers, book and time', async () => {
    const exchange = await openClient(venue)
    const own = venueOf(venue)
    const tickers = await exchange.fetchTickers()
    for (const row of own.tickers()) {
      const ticker = tickers[row.symbol]
      expect(ticker).toMatchObject({ bid: row.bid, ask: row.ask })
      expect(ticker).toMatchObject({ bidVolume: row.bidSize, askVolume: row.askSize })
      expect(ticker?.quoteVolume).toBeCloseTo(row.quoteVolume, 6)
      // KuCoin has one time for all rows and Bybit none.
      if (venue !== 'kucoin' && venue !== 'bybit') expect(ticker?.timestamp).toBe(row.timeMs)
    }
    expect(sides(await exchange.fetchOrderBook('ETH/BTC'))).toEqual(sides(own.book('ETH/BTC')))
    expect(Math.abs(Number(await exchange.fetchTime()) - Date.now())).toBeLessThan(5000)
    if (venue === 'binance' || venue === 'mexc' || venue === 'bybit') {
      const best = await exchange.fetchBidsAsks()
      expect(best['BTC/USDT']?.bid).toBe(own.ticker('BTC/USDT')?.bid)
    }
  })
})

/** Prices and sizes of the best levels, without the further columns of some venues. */
function sides(book: OrderBook | SourceBook | undefined, depth?: number) {
  const levels = (side: readonly (readonly unknown[])[] = []) =>
    side.slice(0, depth).map(([price, size]) => [price, size])
  return { bids: levels(book?.bids), asks: levels(book?.asks) }
}

const symbols = ['BTC/USDT', 'ETH/USDT', 'SOL/BTC', 'USDC/USDT', 'XRP/USDT']

/** Moves the world tick by tick, letting every frame through, until `done`. */
async function moveUntil(done: () => boolean, ticksMax = 3000): Promise<void> {
  for (let i = 0; i < ticksMax && !done(); i++) {
    source.tick()
    await pause(2)
  }
  expect(done()).toBe(true)
}

/** Keeps calling `watch` in the background and counts its answers. */
function keepWatching(watch: () => Promise<unknown>): { count: number; failure: unknown } {
  const seen: { count: number; failure: unknown } = { count: 0, failure: undefined }
  const loop = async () => {
    for (;;) {
      await watch()
      seen.count++
    }
  }
  loop().catch((error: unknown) => (seen.failure = error))
  return seen
}

type BookCase = { venue: SimulatedVenue; limit?: number; depth?: number }
const bookCases: readonly BookCase[] = [
  { venue: 'kucoin' },
  { venue: 'kucoin', limit: 5, depth: 5 },
  { venue: 'kucoin', limit: 50 },
  { venue: 'binance' },
  { venue: 'okx' },
  { venue: 'okx', limit: 5, depth: 5 },
  { venue: 'okx', limit: 1, depth: 1 },
  { venue: 'bybit' },
  { venue: 'bybit', limit: 1, depth: 1 },
  { venue: 'bybit', limit: 200 },
  { venue: 'bitget' },
  { venue: 'bitget', limit: 5, depth: 5 },
  { venue: 'bitget', limit: 15, depth: 15 },
]

describe('order books stay in step over hundreds of updates', () => {
  test.each(bookCases)('%o', async ({ venue, limit, depth }) => {
    const exchange = await openClient(venue)
    const seen = keepWatching(() => exchange.watchOrderBookForSymbols(symbols, limit))
    await moveUntil(() => seen.count >= 300 || seen.failure !== undefined)
    expect(seen.failure).toBeUndefined()
    const own = venueOf(venue)
    for (const symbol of symbols)
      await expect
        .poll(() => sides(exchange.orderbooks[symbol], depth))
        .toEqual(sides(own.book(symbol), depth))
  })

  test('mexc, one call a symbol', async () => {
    const exchange = await openClient('mexc', { snapshotDelay: 3 })
    const seen = symbols.map((symbol) => keepWatching(() => exchange.watchOrderBook(symbol)))
    await moveUntil(() => seen.every(({ count, failure }) => count >= 60 || failure !== undefined))
    expect(seen.map(({ failure }) => failure)).toEqual(symbols.map(() => undefined))
    const own = venueOf('mexc')
    for (const symbol of symbols)
      await expect.poll(() => sides(exchange.orderbooks[symbol])).toEqual(sides(own.book(symbol)))
  })
})

describe('best prices are pushed', () => {
  test.each(venues.filter((venue) => venue !== 'mexc'))('%s watchBidsAsks', async (venue) => {
    const exchange = await openClient(venue)
    const seen = keepWatching(() => exchange.watchBidsAsks(symbols))
    await moveUntil(() => seen.count >= 100 || seen.failure !== undefined)
    expect(seen.failure).toBeUndefined()
    for (const symbol of symbols) {
      const row = venueOf(venue).ticker(symbol)
      await expect
        .poll(() => exchange.bidsasks[symbol])
        .toMatchObject({ bid: row?.bid, ask: row?.ask, bidVolume: row?.bidSize })
    }
  })

  test.each(venues)('%s watchTicker', async (venue) => {
    const exchange = await openClient(venue)
    const watched = exchange.watchTicker('ETH/USDT')
    let answered = false
    void watched.then(() => (answered = true))
    await moveUntil(() => answered)
    const ticker = await watched
    expect(ticker.symbol).toBe('ETH/USDT')
    // Binance's and Bybit's default streams carry no best prices.
    if (venue !== 'binance' && venue !== 'bybit') expect(ticker.bid).toBeGreaterThan(1000)
    else expect(ticker.last).toBeGreaterThan(1000)
  })
})

test('an unsubscribed book is sent no more', async () => {
  const exchange = await openClient('okx')
  const seen = keepWatching(() => exchange.watchOrderBookForSymbols(['BTC/USDT']))
  await moveUntil(() => seen.count > 3)
  await exchange.unWatchOrderBookForSymbols(['BTC/USDT'])
  const { framesSent } = servers.stats()
  for (let i = 0; i < 50; i++) source.tick()
  expect(servers.stats().framesSent).toBe(framesSent)
})

test('health tells what is served', async () => {
  const answer = await fetch(`${servers.url}/simulator/health`)
  expect(await answer.json()).toMatchObject({ status: 'ok', venues })
  expect((await fetch(`${servers.url}/api.unknown.com/x`)).status).toBe(404)
})
