import { expect, onTestFinished, test } from 'vitest'
import { createStreamClient } from '../../exchanges/ccxt-client.ts'
import {
  accessOf,
  dump,
  kucoinRow,
  momentMs,
  okxRow,
  restClient,
  serve,
  writeFolder,
} from '../../../test/recordings.ts'

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
  const exchange = await createStreamClient(accessOf(venue, servers))
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
