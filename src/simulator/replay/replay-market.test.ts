import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import {
  binanceCapture as capture,
  dump,
  momentMs,
  okxRow,
  restClient,
  serve,
  until,
  writeFolder,
} from '../../../test/recordings.ts'
import type { ReplayMarket } from './replay-market.ts'

const sideOf = (source: ReplayMarket, symbol: string) =>
  source.venues[0]?.book(symbol)?.bids.map(([price]) => price)

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
