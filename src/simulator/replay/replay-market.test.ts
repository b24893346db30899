import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Exchange } from 'ccxt'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { createRestClient, createStreamClient } from '../../exchanges/ccxt-client.ts'
import { startVenueServers, type VenueServers } from '../venue-servers.ts'
import { openReplayMarket, type ReplayMarket } from './replay-market.ts'
import { ReplayFolderError } from './recording-files.ts'

const momentMs = Date.UTC(2022, 10, 22, 0, 51, 41)

/** Writes a small recording; names ending in ".gz" are compressed. */
async function writeFolder(files: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'replay-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text)
  }
  return folder
}

type Facts = {
  readonly bid: number
  readonly ask: number
  readonly size?: number
  readonly ageMs?: number
}

const kucoinRow = (id: string, { bid, ask, ageMs = 0 }: Facts) => ({
  symbol: id.replace('-', '/'),
  timestamp: momentMs - ageMs,
  bid,
  ask,
  last: bid,
  info: {
    symbol: id,
    buy: String(bid),
    sell: String(ask),
    takerFeeRate: '0.0015',
    takerCoefficient: '1',
    time: momentMs,
  },
})

const okxRow = (id: string, { bid, ask, size = 1, ageMs = 0 }: Facts) => ({
  symbol: id.replace('-', '/'),
  timestamp: momentMs - ageMs,
  bid,
  ask,
  bidVolume: size,
  askVolume: size,
  last: bid,
  info: {
    instType: 'SPOT',
    instId: id,
    bidPx: String(bid),
    bidSz: String(size),
    askPx: String(ask),
    askSz: String(size),
    ts: String(momentMs - ageMs),
  },
})

type Row = Readonly<Record<string, unknown>> & { readonly symbol: string }

const dump = (...rows: readonly Row[]) => ({
  tickers: Object.fromEntries(rows.map((row) => [row.symbol, row])),
})

const binanceDepth = (U: number, u: number, E: number, b: unknown, a: unknown = []) =>
  JSON.stringify({
    stream: 'abcusdt@depth@100ms',
    data: { e: 'depthUpdate', E, s: 'ABCUSDT', U, u, b, a },
  })

/** A capture of three changes, 100 ms apart, over a book of sequence 10. */
function capture(startMs: number) {
  const at = (ms: number) => ((startMs + ms) / 1000).toFixed(3)
  const book = {
    lastUpdateId: 10,
    bids: [
      ['1.50', '2'],
      ['1.49', '3'],
    ],
    asks: [['1.51', '4']],
  }
  return {
    'BINANCE.http.0.0': `https://api.binance.com/api/v3/depth?symbol=ABCUSDT&limit=1000 -> ${at(50)}: ${JSON.stringify(book)}\n`,
    'BINANCE.ws.1.0.gz': [
      `wss://stream.binance.com:9443/stream?streams=abcusdt@depth@100ms <-> ${at(0)}`,
      // Half a second ahead of the recorder's clock, and already in the book above.
      `${at(0)}: ${binanceDepth(9, 10, startMs + 500, [['1.49', '3']])}`,
      `${at(100)}: ${binanceDepth(11, 12, startMs + 600, [['1.50', '0']])}`,
      `${at(200)}: ${binanceDepth(13, 13, startMs + 700, [['1.495', '7']], [['1.51', '5']])}`,
      '',
    ].join('\n'),
  }
}

async function serve(folder: string, tickersMs = 60_000) {
  const events: string[] = []
  const source = await openReplayMarket({ folder, tickersMs, onEvent: (text) => events.push(text) })
  const servers = await startVenueServers({ source })
  onTestFinished(() => servers.close())
  return { events, source, servers }
}

const at = (venue: string, servers: VenueServers) =>
  ({ venue, market: { kind: 'servers', url: servers.url } }) as const

async function restClient(venue: string, servers: VenueServers): Promise<Exchange> {
  const exchange = createRestClient(at(venue, servers))
  onTestFinished(async () => {
    await exchange.close()
  })
  await exchange.loadMarkets()
  return exchange
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}

const sideOf = (source: ReplayMarket, symbol: string) =>
  source.venues[0]?.book(symbol)?.bids.map(([price]) => price)

test('rows are of now, and the older ones stay older by as much', async () => {
  const folder = await writeFolder({
    'tickers-a/kucoin.json.gz': dump(kucoinRow('BTC-USDT', { bid: 15891.1, ask: 15891.2 })),
    'tickers-a/okx.json': dump(
      okxRow('BTC-USDT', { bid: 15894.4, ask: 15894.5, ageMs: 1000 }),
      okxRow('OLD-USDT', { bid: 0.5, ask: 0.125, ageMs: 421_000 }),
    ),
  })
  const { servers } = await serve(folder)
  const [kucoin, okx] = [await restClient('kucoin', servers), await restClient('okx', servers)]
  const sentAtMs = Date.now()
  const rows = await okx.fetchTickers()
  const fresh = rows['BTC/USDT']?.timestamp ?? 0
  expect(fresh - (rows['OLD/USDT']?.timestamp ?? 0)).toBe(420_000)
  expect(((await kucoin.fetchTickers())['BTC/USDT']?.timestamp ?? 0) - fresh).toBe(1000)
  expect(fresh).toBeGreaterThan(sentAtMs - 60_000)
  expect(fresh).toBeLessThanOrEqual(Date.now() - 1000)
  const clock = (await okx.fetchTime()) ?? 0
  expect(clock).toBeGreaterThanOrEqual(sentAtMs)
  expect(clock).toBeLessThanOrEqual(Date.now())
})

test('a market keeps its own fee, its digits and its death', async () => {
  const folder = await writeFolder({
    'kucoin.json': dump(
      kucoinRow('BTC-USDT', { bid: 15891.1, ask: 15891.2 }),
      kucoinRow('DEAD-USDT', { bid: 0, ask: 0 }),
    ),
  })
  const { servers } = await serve(folder)
  const { markets = {}, currencies } = await restClient('kucoin', servers)
  expect(markets['BTC/USDT']).toMatchObject({
    active: true,
    taker: 0.0015,
    precision: { price: 0.1 },
  })
  expect(markets['DEAD/USDT']?.active).toBe(false)
  expect(currencies['BTC']?.deposit).toBeUndefined()
})

test('a price whose size was not recorded is no depth', async () => {
  const folder = await writeFolder({
    'kucoin.json': dump(kucoinRow('BTC-USDT', { bid: 15891.1, ask: 15891.2 })),
    'okx.json': dump(okxRow('BTC-USDT', { bid: 15894.4, ask: 15894.5, size: 0.25 })),
  })
  const { servers } = await serve(folder)
  const [kucoin, okx] = [await restClient('kucoin', servers), await restClient('okx', servers)]
  expect(await kucoin.fetchOrderBook('BTC/USDT', 20)).toMatchObject({ bids: [], asks: [] })
  const book = await okx.fetchOrderBook('BTC/USDT', 20)
  expect(book.bids[0]?.slice(0, 2)).toEqual([15894.4, 0.25])
})

test.each([
  ['kucoin', 50],
  ['kucoin', undefined],
  ['okx', undefined],
  ['binance', 100],
  ['mexc', undefined],
  ['bitget', 15],
] as const)('a still book is told over the websocket of %s (limit %s)', async (venue, limit) => {
  const tickers = {
    tickers: {
      'ABC/USDT': {
        timestamp: momentMs,
        bid: 1.5,
        ask: 1.51,
        bidVolume: 2,
        askVolume: 3,
        info: { symbol: venue === 'kucoin' ? 'ABC-USDT' : 'ABCUSDT', instId: 'ABC-USDT' },
      },
    },
  }
  const { servers } = await serve(await writeFolder({ [`${venue}.json`]: tickers }))
  const exchange = await createStreamClient(at(venue, servers))
  onTestFinished(async () => {
    await exchange.close()
  })
  exchange.options['watchOrderBook'] = { snapshotDelay: 2 }
  const book = await exchange.watchOrderBook('ABC/USDT', limit)
  expect([book.bids[0]?.slice(0, 2), book.asks[0]?.slice(0, 2)]).toEqual([
    [1.5, 2],
    [1.51, 3],
  ])
})

test('captured frames go out as they came, only later, and move the REST book', async () => {
  const folder = await writeFolder(capture(momentMs))
  const { servers, source } = await serve(folder)
  const socket = new WebSocket(`${servers.url.replace('http', 'ws')}/stream.binance.com:9443/ws`)
  onTestFinished(() => socket.terminate())
  const frames: Record<string, unknown>[] = []
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as Record<string, unknown>
    if (frame['e'] === 'depthUpdate') frames.push(frame)
  })
  await once(socket, 'open')
  socket.send(JSON.stringify({ method: 'SUBSCRIBE', params: ['abcusdt@depth@100ms'], id: 1 }))
  await until(() => frames.at(-1)?.['u'] === 13)
  expect(frames.at(-1)).toMatchObject({ U: 13, u: 13, b: [['1.495', '7']], a: [['1.51', '5']] })
  expect(Math.abs(Number(frames.at(-1)?.['E']) - Date.now())).toBeLessThan(5000)
  expect(sideOf(source, 'ABC/USDT')).toEqual([1.495, 1.49])
  const exchange = await restClient('binance', servers)
  const book = await exchange.fetchOrderBook('ABC/USDT', 100)
  expect(book).toMatchObject({
    nonce: 13,
    bids: [
      [1.495, 7],
      [1.49, 3],
    ],
    asks: [[1.51, 5]],
  })
  const row = (await exchange.fetchTickers())['ABC/USDT']
  expect(row).toMatchObject({ bid: 1.495, bidVolume: 7, ask: 1.51, askVolume: 5 })
  expect(row?.baseVolume).toBeUndefined()
})

test('the end and every new loop are said; open connections of a capture are cut', async () => {
  const { servers, source, events } = await serve(await writeFolder(capture(momentMs)))
  expect(source.loopMs).toBe(1200)
  const socket = new WebSocket(`${servers.url.replace('http', 'ws')}/stream.binance.com:9443/ws`)
  const [code] = (await once(socket, 'close')) as [number]
  expect(code).toBe(1012)
  expect(sideOf(source, 'ABC/USDT')).toEqual([1.5, 1.49])
  expect(events.filter((text) => text.includes('loop 2 begins'))).toHaveLength(1)
  await until(() => events.some((text) => text.includes('loop 3 begins')))
})

test('every loop moves the times to now again', async () => {
  const folder = await writeFolder({
    'okx.json': dump(okxRow('BTC-USDT', { bid: 1, ask: 2, ageMs: 0 })),
  })
  const { servers, events } = await serve(folder, 400)
  const okx = await restClient('okx', servers)
  const timeOf = async () => (await okx.fetchTickers())['BTC/USDT']?.timestamp ?? 0
  const first = await timeOf()
  const loops = events.length
  await until(() => events.length > loops)
  expect((await timeOf()) - first).toBeGreaterThanOrEqual(390)
})

test('a capture plays with ticker rows of its own moment, where the prices agree', async () => {
  const agreeing = dump({
    symbol: 'ABC/USDT',
    timestamp: momentMs,
    bid: 1.5,
    ask: 1.52,
    info: { symbol: 'ABCUSDT' },
  })
  const together = await writeFolder({ 'binance.json': agreeing, ...capture(momentMs) })
  const { source } = await serve(together)
  expect(source.venues[0]?.recorded?.has('abcusdt@depth@100ms')).toBe(true)
  expect(source.venues[0]?.markets).toHaveLength(1)

  const far = JSON.parse(JSON.stringify(agreeing).replaceAll('1.5', '9.5')) as typeof agreeing
  const apart = await serve(await writeFolder({ 'binance.json': far, ...capture(momentMs) }))
  expect(apart.source.venues[0]?.recorded).toBeUndefined()
  expect(apart.source.venues[0]?.ticker('ABC/USDT')?.bid).toBe(9.5)
  expect(apart.events.join()).toContain('ABC/USDT of the binance streams of 2022-11-22 00:51 UTC')
})

test('a capture of another day is left out and said, so that no gap is made of two days', async () => {
  const rows = dump({
    symbol: 'ABC/USDT',
    timestamp: momentMs,
    bid: 1.5,
    ask: 1.52,
    info: { symbol: 'ABC-USDT' },
  })
  const folder = await writeFolder({ 'kucoin.json': rows, ...capture(momentMs - 86_400_000) })
  const { source, events } = await serve(folder)
  expect(source.venues.map(({ venue }) => venue)).toEqual(['kucoin'])
  expect(events[0]).toMatch(
    /^replay leaves out the binance streams of 2022-11-21 .* another moment/,
  )
})

test('a broken file is named and left out, the others play', async () => {
  const folder = await writeFolder({
    'tickers-a/kucoin.json': dump(kucoinRow('BTC-USDT', { bid: 1, ask: 2 })),
    'tickers-a/okx.json': '{"tickers": {"BTC/US',
    'tickers-a/mexc3.json': '[]',
    'tickers-a/lbank.json': dump(kucoinRow('BTC-USDT', { bid: 1, ask: 2 })),
  })
  await writeFile(join(folder, 'tickers-a', 'gate.json.gz'), 'no gzip at all')
  const { source, events } = await serve(folder)
  expect(source.venues.map(({ venue }) => venue)).toEqual(['kucoin'])
  const said = events.join('\n')
  for (const name of ['tickers-a/okx.json: ', 'tickers-a/mexc3.json: ', 'tickers-a/gate.json.gz: '])
    expect(said).toContain(`replay leaves out ${name}`)
  expect(said).toContain('the tickers of 1 venues that no venue server speaks for')
})

test.each([
  ['a folder that is not there', undefined, /^cannot read the replay folder .*: ENOENT/],
  ['an empty folder', {}, /holds no recording; put tickers-/],
  ['a folder of broken files', { 'okx.json': '{' }, /nothing that can be replayed: .*okx\.json: /],
])('%s is one clear error', async (_, files, message) => {
  const folder = files === undefined ? '/nowhere/at/all' : await writeFolder(files)
  const opening = openReplayMarket({ folder, onEvent: () => undefined })
  const error = await opening.catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ReplayFolderError)
  expect((error as Error).message).toMatch(message)
  expect((error as Error).message).not.toContain('\n')
})
