// What the venue servers do wrong on request, as the real ccxt clients see it.
import ccxt, { type Exchange } from 'ccxt'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { openSimulatedMarket, type SimulatedMarket } from './simulated-market.ts'
import { startVenueServers, type VenueServers } from './venue-servers.ts'
import type { SimulatedVenue } from './world/coins.ts'

let source: SimulatedMarket
let servers: VenueServers

beforeAll(async () => {
  const market = openSimulatedMarket({ seed: 'faults' })
  source = { ...market, start: () => undefined }
  servers = await startVenueServers({ source })
})
beforeEach(() => {
  for (const { venue } of source.venues) servers.faults.heal(venue)
})
afterAll(() => servers.close())

async function openClient(venue: SimulatedVenue): Promise<Exchange> {
  const exchange: Exchange = new ccxt.pro[venue]({
    enableRateLimit: false,
    options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] } },
  })
  const walk = (urls: Record<string, unknown>) => {
    for (const [key, value] of Object.entries(urls))
      if (typeof value === 'string')
        urls[key] = value
          .replaceAll('{hostname}', exchange.hostname ?? '')
          .replace(/^(http|ws)s:\/\//, `$1://127.0.0.1:${servers.port}/`)
      else if (typeof value === 'object' && value !== null) walk(value as Record<string, unknown>)
  }
  walk(exchange.urls.api)
  await exchange.loadHttpProxyAgent()
  onTestFinished(async () => {
    await exchange.close()
  })
  await exchange.loadMarkets()
  return exchange
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Moves the world until `promise` settles, and returns what it came to. */
async function settle<T>(promise: Promise<T>): Promise<T | Error> {
  const mover = setInterval(() => source.tick(), 2)
  try {
    return await promise
  } catch (error) {
    return error as Error
  } finally {
    clearInterval(mover)
  }
}

test.each([
  [429, '{"code":-1003,"msg":"too many requests"}', 'DDoSProtection'],
  [418, '{"code":-1003,"msg":"banned"}', 'DDoSProtection'],
  [451, '<html><body>not available in your country</body></html>', 'ExchangeNotAvailable'],
  [500, '<html><body>oops</body></html>', 'ExchangeNotAvailable'],
])('a REST answer of %i is an error of ccxt', async (status, body, name) => {
  const exchange = await openClient('binance')
  servers.faults.rest('binance', { status, body, path: '/ticker/24hr', times: 1 })
  const error = await exchange.fetchTickers().catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ccxt.BaseError)
  expect((error as Error).constructor.name).toBe(name)
  // Only the one request was hit.
  expect(Object.keys(await exchange.fetchTickers()).length).toBeGreaterThan(100)
})

test('a slow REST answer is slow, and only where it was asked for', async () => {
  const exchange = await openClient('okx')
  servers.faults.rest('okx', { delayMs: 300, path: '/market/tickers' })
  const slowFromMs = performance.now()
  await exchange.fetchTickers()
  expect(performance.now() - slowFromMs).toBeGreaterThan(290)
})

test('dropped sockets reject what was awaited, and the next call connects anew', async () => {
  const exchange = await openClient('bybit')
  await settle(exchange.watchOrderBook('BTC/USDT'))
  const waiting = exchange.watchOrderBook('BTC/USDT')
  expect(servers.faults.dropSockets('bybit')).toBe(1)
  expect(await settle(waiting)).toBeInstanceOf(ccxt.NetworkError)
  expect(await settle(exchange.watchOrderBook('BTC/USDT'))).toMatchObject({ symbol: 'BTC/USDT' })
})

test('while a venue refuses sockets none gets through', async () => {
  const exchange = await openClient('okx')
  servers.faults.refuseSockets('okx', true)
  expect(await settle(exchange.watchOrderBook('BTC/USDT'))).toBeInstanceOf(Error)
  servers.faults.refuseSockets('okx', false)
  expect(await settle(exchange.watchOrderBook('BTC/USDT'))).toMatchObject({ symbol: 'BTC/USDT' })
})

test.each([
  ['binance', ccxt.ChecksumError],
  ['okx', ccxt.InvalidNonce],
  // A wrong checksum makes ccxt unsubscribe.
  ['bitget', ccxt.UnsubscribeError],
] as const)('%s: a lost change is noticed by ccxt', async (venue, kind) => {
  const exchange = await openClient(venue)
  await settle(exchange.watchOrderBook('ETH/USDT'))
  servers.faults.skip(venue, 'ETH/USDT')
  let result: unknown
  for (let i = 0; i < 20 && !(result instanceof Error); i++)
    result = await settle(exchange.watchOrderBook('ETH/USDT'))
  expect(result).toBeInstanceOf(kind)
})

test('a stalled symbol is silent until it is subscribed again; its neighbour goes on', async () => {
  const exchange = await openClient('okx')
  const both = ['BTC/USDT', 'ETH/USDT']
  await settle(exchange.watchOrderBookForSymbols(both))
  for (let i = 0; i < 20; i++) source.tick()
  await pause(50)
  servers.faults.stall('okx', 'ETH/USDT')
  const before = both.map((symbol) => exchange.orderbooks[symbol]?.nonce)
  for (let i = 0; i < 20; i++) source.tick()
  await expect.poll(() => exchange.orderbooks['BTC/USDT']?.nonce).not.toBe(before[0])
  expect(exchange.orderbooks['ETH/USDT']?.nonce).toBe(before[1])
  await exchange.unWatchOrderBookForSymbols(['ETH/USDT'])
  await settle(exchange.watchOrderBookForSymbols(['ETH/USDT']))
  for (let i = 0; i < 20; i++) source.tick()
  const served = source.venues.find(({ venue }) => venue === 'okx')?.book('ETH/USDT')
  await expect.poll(() => exchange.orderbooks['ETH/USDT']?.nonce).toBe(served?.sequence)
})

test('a crossed book is crossed by stream and by REST, and in step again when healed', async () => {
  const exchange = await openClient('okx')
  await settle(exchange.watchOrderBook('SOL/USDT'))
  servers.faults.cross('okx', 'SOL/USDT')
  const crossed = () => {
    const book = exchange.orderbooks['SOL/USDT']
    return Number(book?.bids[0]?.[0]) > Number(book?.asks[0]?.[0])
  }
  await expect.poll(crossed).toBe(true)
  const copy = await exchange.fetchOrderBook('SOL/USDT')
  expect(Number(copy.bids[0]?.[0])).toBeGreaterThan(Number(copy.asks[0]?.[0]))
  for (let i = 0; i < 30; i++) source.tick()
  await pause(50)
  expect(crossed()).toBe(true)
  servers.faults.heal('okx')
  await expect.poll(crossed).toBe(false)
  for (let i = 0; i < 30; i++) source.tick()
  const served = source.venues.find(({ venue }) => venue === 'okx')?.book('SOL/USDT')
  await expect
    .poll(() => exchange.orderbooks['SOL/USDT']?.bids.map(([price, size]) => [price, size]))
    .toEqual(served?.bids)
})

test('C7 a frame that no venue would send reaches whom it was meant for', async () => {
  const open = await openSocket('ws.okx.com:8443/ws/v5/public')
  const own = await openSocket('ws.okx.com:8443/ws/v5/private')
  servers.faults.frame('okx', '{"broken', 'private')
  servers.faults.frame('okx', 'NaN')
  await expect.poll(() => own.texts).toEqual(['{"broken', 'NaN'])
  expect(open.texts).toEqual(['NaN'])
})

test('nobody is offered compression', async () => {
  const { socket } = await openSocket('ws.okx.com:8443/ws/v5/public')
  expect(socket.extensions).toBe('')
})

test('an address that is none is refused and hurts nobody', async () => {
  for (const path of ['/', '%zz/x', 'api.kucoin.com', '..', 'ws.okx.com%3A8443/nothing'])
    expect((await fetch(`${servers.url}/${path}`)).status).toBe(404)
  const socket = new WebSocket(`ws://127.0.0.1:${servers.port}/%zz`)
  await new Promise((resolve) => socket.once('error', resolve))
  expect((await fetch(`${servers.url}/simulator/health`)).status).toBe(200)
})

async function openSocket(path: string): Promise<{ socket: WebSocket; texts: readonly string[] }> {
  const socket = new WebSocket(`ws://127.0.0.1:${servers.port}/${path}`)
  onTestFinished(() => socket.terminate())
  const texts: string[] = []
  socket.on('message', (data: Buffer) => texts.push(data.toString()))
  await new Promise((resolve) => socket.once('open', resolve))
  return { socket, texts }
}

const refusals: readonly [string, string, object, RegExp][] = [
  [
    'bybit',
    'stream.bybit.com/v5/public/spot',
    { op: 'subscribe', args: Array.from({ length: 11 }, () => 'orderbook.1.BTCUSDT') },
    /args size >10/,
  ],
  [
    'kucoin',
    'ws-api-spot.kucoin.com/?connectId=x',
    {
      id: '1',
      type: 'subscribe',
      topic: `/market/ticker:${Array(101).fill('BTC-USDT').join(',')}`,
    },
    /exceed max subscription count limitation of 100/,
  ],
  [
    'okx',
    'ws.okx.com:8443/ws/v5/public',
    { op: 'subscribe', args: [{ channel: 'books', instId: 'NONE-USDT' }] },
    /60018/,
  ],
  [
    'bitget',
    'ws.bitget.com/v2/ws/public',
    { op: 'subscribe', args: [{ instType: 'SPOT', channel: 'books', instId: 'NONEUSDT' }] },
    /30001/,
  ],
  [
    'mexc',
    'wbs-api.mexc.com/ws',
    { method: 'SUBSCRIPTION', params: ['spot@public.aggre.depth.v3.api.pb@100ms@NONEUSDT'] },
    /Not Subscribed successfully/,
  ],
  ['binance', 'stream.binance.com:9443/ws/0', { method: 'NONSENSE', id: 1 }, /Invalid request/],
]

const pings: readonly [string, string, string, RegExp][] = [
  ['kucoin', 'ws-api-spot.kucoin.com/', '{"id":"7","type":"ping"}', /"id":"7","type":"pong"/],
  ['okx', 'ws.okx.com:8443/ws/v5/public', 'ping', /^pong$/m],
  ['bybit', 'stream.bybit.com/v5/public/spot', '{"req_id":"7","op":"ping"}', /"ret_msg":"pong"/],
  ['bitget', 'ws.bitget.com/v2/ws/public', 'ping', /^pong$/m],
  ['mexc', 'wbs-api.mexc.com/ws', '{"method":"PING"}', /"msg":"PONG"/],
]

test.each(pings)('%s answers its ping', async (_, path, ping, pong) => {
  const { socket, texts } = await openSocket(path)
  socket.send(ping)
  await expect.poll(() => texts.join('\n')).toMatch(pong)
})

test.each(refusals)('%s refuses what the venue would refuse', async (_, path, frame, answer) => {
  const { socket, texts } = await openSocket(path)
  socket.send('not json')
  socket.send(JSON.stringify(frame))
  await expect.poll(() => texts.join('\n')).toMatch(answer)
})
