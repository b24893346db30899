import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { VenueId } from '../market/market.ts'
import { createMemoryRequestBudget } from '../market/memory-request-budget.ts'
import type { RequestBudget } from '../market/request-budget.ts'
import type { RestFault } from '../simulator/venue-faults.ts'
import { startVenueServers } from '../simulator/venue-servers.ts'
import { format, parseDecimal } from '../money.ts'
import { openCcxtMarketRest } from './ccxt-market-rest.ts'
import { knownExchange } from './known-exchanges.ts'
import { createScriptedSource, scriptedMarket } from '../../test/scripted-source.ts'

const venues = ['kucoin', 'binance', 'okx', 'bybit', 'bitget', 'mexc'] as const
const assets = [
  {
    asset: 'BTC',
    name: 'Bitcoin',
    networks: [{ network: 'BTC', deposit: true, withdraw: true, withdrawFee: 0.0005 }],
  },
  {
    asset: 'SHUT',
    name: 'Shut Coin',
    networks: [
      { network: 'ERC20', deposit: false, withdraw: false, withdrawFee: 1, contract: '0xAbC1' },
    ],
  },
]

type Penalty = { venue: VenueId; retryAfterMs: number | undefined }

async function openVenue(venue: VenueId, requestTimeoutMs = 10_000) {
  const markets = [
    scriptedMarket('BTC/USDT', { priceDecimals: 2, amountDecimals: 8, takerFee: 0.0015 }),
    scriptedMarket('SHUT/USDT', { active: false }),
  ]
  const source = createScriptedSource({ [venue]: markets }, assets)
  const servers = await startVenueServers({ source })
  const penalties: Penalty[] = []
  const plain = createMemoryRequestBudget((id) => knownExchange(id)?.requestRate)
  const budget: RequestBudget = {
    take: (id, weight, signal) => plain.take(id, weight, signal),
    async penalise(id, reason, retryAfterMs) {
      penalties.push({ venue: id, retryAfterMs })
      await plain.penalise(id, reason, 0)
    },
  }
  const rest = openCcxtMarketRest({
    access: { venue, market: { kind: 'servers', url: servers.url }, requestTimeoutMs },
    budget,
  })
  onTestFinished(async () => {
    await rest.close()
    await servers.close()
  })
  return { rest, source, servers, penalties }
}

test.each(venues)('%s lists its markets with exact rules', async (venue) => {
  const { rest } = await openVenue(venue)
  const listing = await rest.list()
  if (listing.outcome === 'failed') throw new Error(listing.detail)
  const market = listing.markets.find(({ symbol }) => symbol === 'BTC/USDT')
  expect(market).toMatchObject({ venue, base: 'BTC', quote: 'USDT', active: true })
  expect(format(market?.priceStep ?? 0n)).toBe('0.01')
  expect(format(market?.amountStep ?? 0n)).toBe('0.00000001')
  expect(format(market?.amountMin ?? 0n)).toBe('0.01')
  // OKX has a smallest amount, but no smallest notional.
  expect(format(market?.notionalMin ?? 0n)).toBe(venue === 'okx' ? '0' : '1')
  expect((market?.takerFee.rate ?? 0n) > 0n).toBe(true)
  expect(listing.markets.find(({ symbol }) => symbol === 'SHUT/USDT')?.active).toBe(false)
})

test('a fee comes from the market where the venue lists it, else from its schedule', async () => {
  const fees = await Promise.all(
    venues.map(async (venue) => {
      const { rest } = await openVenue(venue)
      const listing = await rest.list()
      if (listing.outcome === 'failed') throw new Error(listing.detail)
      const { takerFee } = listing.markets[0] as (typeof listing.markets)[number]
      return `${venue} ${format(takerFee.rate)} ${takerFee.source} ${takerFee.paidIn}`
    }),
  )
  expect(fees).toEqual([
    'kucoin 0.0015 market quote',
    'binance 0.001 venue received',
    'okx 0.001 venue received',
    'bybit 0.001 venue received',
    'bitget 0.0015 market received',
    'mexc 0.0015 market received',
  ])
})

test.each(['kucoin', 'bitget'] as const)('%s tells which wallets are shut', async (venue) => {
  const { rest } = await openVenue(venue)
  const listing = await rest.list()
  if (listing.outcome === 'failed') throw new Error(listing.detail)
  const of = (asset: string) => listing.assets.find((one) => one.asset === asset)
  expect(of('BTC')).toMatchObject({ deposit: 'open', withdraw: 'open' })
  expect(of('SHUT')).toMatchObject({
    deposit: 'shut',
    withdraw: 'shut',
    networks: [{ network: 'ERC20', deposit: 'shut', withdraw: 'shut', contract: '0xabc1' }],
  })
})

test.each(['kucoin', 'bitget'] as const)('%s tells what a withdrawal costs', async (venue) => {
  const { rest } = await openVenue(venue)
  const listing = await rest.list()
  if (listing.outcome === 'failed') throw new Error(listing.detail)
  expect(listing.assets.find(({ asset }) => asset === 'BTC')?.networks).toMatchObject([
    { withdrawFee: parseDecimal('0.0005'), withdrawMin: parseDecimal('0.001'), confirmations: 12 },
  ])
})

test.each(['binance', 'okx', 'bybit', 'mexc'] as const)('%s tells no wallets', async (venue) => {
  const { rest } = await openVenue(venue)
  expect(await rest.list()).toMatchObject({ outcome: 'ok', assets: [] })
})

test.each(venues)('%s sweeps every ticker with its size and volume', async (venue) => {
  const { rest, source } = await openVenue(venue)
  source.change(venue, 'BTC/USDT', [[100.5, 3]], [])
  const sweep = await rest.sweep()
  if (sweep.outcome === 'failed') throw new Error(sweep.detail)
  expect(sweep.sentAtMs).toBeLessThanOrEqual(sweep.receivedAtMs)
  expect(sweep.tickers).toHaveLength(2)
  expect(sweep.tickers[0]).toMatchObject({
    venue,
    symbol: 'BTC/USDT',
    bid: 100.5,
    ask: 101,
    bidSize: 3,
    askSize: 2,
    quoteVolume: 1000,
  })
})

test.each(venues)('%s copies a book to the depth asked for', async (venue) => {
  const { rest } = await openVenue(venue)
  const copy = await rest.book('BTC/USDT', 5)
  if (copy.outcome === 'failed') throw new Error(copy.detail)
  expect(copy.bids).toEqual([
    [100, 1],
    [99, 2],
    [98, 3],
    [97, 4],
    [96, 5],
  ])
  expect(copy.asks.map(([price]) => price)).toEqual([101, 102, 103, 104, 105])
})

const html = '<html><head><style>b{}</style></head><body><h1>Bad\nGateway</h1></body></html>'
const faults: [string, RestFault, object][] = [
  [
    'a 429 is rate-limited and says how long to wait',
    { status: 429, headers: { 'retry-after': '7' } },
    { reason: 'rate-limited', retryAfterMs: 7000 },
  ],
  ['a 418 is rate-limited', { status: 418 }, { reason: 'rate-limited' }],
  ['a 403 is refused', { status: 403, body: html }, { reason: 'refused' }],
  [
    'a 403 for haste is rate-limited',
    { status: 403, body: '{"msg":"access too frequent"}' },
    { reason: 'rate-limited' },
  ],
  ['a 451 is refused', { status: 451 }, { reason: 'refused' }],
  ['a 500 is busy', { status: 500, body: '{}' }, { reason: 'busy' }],
  ['a 502 page is busy', { status: 502, body: html }, { reason: 'busy' }],
  ['a page with status 200 is malformed', { status: 200, body: html }, { reason: 'malformed' }],
  ['an empty answer is malformed', { status: 200, body: '' }, { reason: 'malformed' }],
  ['half a JSON answer is malformed', { status: 200, body: '{"data":[' }, { reason: 'malformed' }],
  ['an answer without rows is malformed', { status: 200, body: '{}' }, { reason: 'malformed' }],
]

test.each(faults)('%s', async (_, fault, expected) => {
  const { rest, servers, penalties } = await openVenue('binance')
  expect(await rest.list()).toMatchObject({ outcome: 'ok' })
  servers.faults.rest('binance', { ...fault, path: 'ticker' })
  const failure = await rest.sweep()
  if (failure.outcome !== 'failed') throw new Error('it should fail')
  expect(failure).toMatchObject(expected)
  expect(failure.detail).toMatch(/^binance: \S/)
  expect(failure.detail).not.toMatch(/[<>\n?]/)
  expect(failure.detail.length).toBeLessThan(200)
  expect(penalties).toEqual(
    failure.reason === 'rate-limited'
      ? [{ venue: 'binance', retryAfterMs: failure.retryAfterMs }]
      : [],
  )
  servers.faults.heal('binance')
  expect(await rest.sweep()).toMatchObject({ outcome: 'ok' })
})

test("kucoin's own rate code inside a 200 counts as one", async () => {
  const { rest, servers } = await openVenue('kucoin')
  await rest.list()
  servers.faults.rest('kucoin', {
    status: 200,
    body: '{"code":"429000","msg":"Too Many Requests"}',
  })
  expect(await rest.sweep()).toMatchObject({ outcome: 'failed', reason: 'rate-limited' })
})

test('a slow answer is unreachable, and the first list may fail and be asked again', async () => {
  const { rest, servers } = await openVenue('kucoin', 200)
  servers.faults.rest('kucoin', { delayMs: 1_000 })
  expect(await rest.sweep()).toMatchObject({ outcome: 'failed', reason: 'unreachable' })
  servers.faults.heal('kucoin')
  expect(await rest.sweep()).toMatchObject({ outcome: 'ok' })
})

test('an answer that stops half way is unreachable within its deadline', async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"code":"200000","data":')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const rest = openCcxtMarketRest({
    access: { venue: 'kucoin', market: { kind: 'servers', url }, requestTimeoutMs: 150 },
    budget: createMemoryRequestBudget(() => undefined),
  })
  onTestFinished(async () => {
    await rest.close()
    server.closeAllConnections()
    server.close()
  })
  expect(await rest.list()).toMatchObject({ outcome: 'failed', reason: 'unreachable' })
})

test('a venue that is not there is unreachable', async () => {
  const { rest, servers } = await openVenue('kucoin')
  await servers.close()
  const failure = await rest.list()
  expect(failure).toMatchObject({ outcome: 'failed', reason: 'unreachable' })
  expect(failure.outcome === 'failed' && failure.detail).toMatch(/ECONNREFUSED/)
})

test('an unknown symbol is malformed, not a crash', async () => {
  const { rest } = await openVenue('binance')
  expect(await rest.book('NOPE/USDT', 5)).toMatchObject({ outcome: 'failed', reason: 'malformed' })
})

test('a market list that fails later leaves the old one in use', async () => {
  const { rest, servers } = await openVenue('binance')
  await rest.list()
  servers.faults.rest('binance', { status: 500, path: 'exchangeInfo' })
  expect(await rest.list()).toMatchObject({ outcome: 'failed', reason: 'busy' })
  expect(await rest.sweep()).toMatchObject({ outcome: 'ok' })
  expect(await rest.book('BTC/USDT', 5)).toMatchObject({ outcome: 'ok' })
})

test('a spent budget is busy, and closing ends a wait at once', async () => {
  const { rest, servers } = await openVenue('binance')
  const spent: RequestBudget = {
    take: (_venue, _weight, signal) =>
      new Promise((_, reject) =>
        signal?.addEventListener('abort', () => reject(signal.reason as Error)),
      ),
    penalise: async () => undefined,
  }
  await rest.close()
  const waiting = openCcxtMarketRest({
    access: { venue: 'binance', market: { kind: 'servers', url: servers.url } },
    budget: spent,
  })
  const answer = waiting.list()
  await waiting.close()
  expect(await answer).toMatchObject({ outcome: 'failed', reason: 'unreachable' })
})
