// Ten venues of a real recording through the real ccxt clients.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Ticker } from 'ccxt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRestClient } from '../../exchanges/ccxt-client.ts'
import { knownExchange } from '../../exchanges/known-exchanges.ts'
import { toNumber } from '../../money.ts'
import { startVenueServers, type VenueServers } from '../venue-servers.ts'
import { recordedVenues } from './recorded-venues.ts'
import { openReplayMarket, type ReplayMarket } from './replay-market.ts'

const data = join(import.meta.dirname, '../../../../shared/data')
const dump = join(data, 'tickers-20221122T0051Z')
const there = existsSync(dump)

/** Listed markets and rows answered, counted in the files themselves. */
const counts = [
  ['kucoin', 'kucoin', 1298, 1298],
  ['binance', 'binance', 2118, 2123],
  ['okx', 'okx', 646, 646],
  ['mexc', 'mexc3', 2125, 2125],
  ['gate', 'gate', 2918, 2918],
  ['htx', 'huobi', 947, 980],
  ['kraken', 'kraken', 660, 730],
  ['btcturk', 'btcturk', 168, 168],
  ['cex', 'cex', 267, 267],
  ['bitget', 'bitget', 444, 444],
] as const

type Row = {
  readonly bid: number | null
  readonly ask: number | null
  readonly timestamp: number | null
  readonly info: Readonly<Record<string, unknown>>
}

const readRows = (stem: string): readonly (readonly [string, Row])[] => {
  const text = gunzipSync(readFileSync(join(dump, `${stem}.json.gz`))).toString()
  return Object.entries((JSON.parse(text) as { tickers: Record<string, Row> }).tickers)
}

// Kraken's rows carry no id; ccxt files them under the same symbols today.
const idFields = ['symbol', 'instId', 'currency_pair', 'pair', 'id']
function idOf(symbol: string, info: Readonly<Record<string, unknown>>): string {
  const id = idFields.map((field) => info[field]).find((value) => typeof value === 'string')
  return (id ?? symbol).replace(':', '-')
}

test('fees are those of the desk', () => {
  for (const { venue, takerFee } of recordedVenues)
    expect([venue, takerFee]).toEqual([venue, toNumber(knownExchange(venue)?.takerFee ?? 0n)])
})

describe.skipIf(!there)(`the recording of 2022-11-22${there ? '' : `: ${dump} is absent`}`, () => {
  let source: ReplayMarket
  let servers: VenueServers
  let beganMs = 0
  const events: string[] = []
  /** How far each venue's times were moved: one constant for all. */
  const shifts = new Map<string, number>()

  beforeAll(async () => {
    source = await openReplayMarket({
      folder: data,
      onEvent: (text) => events.push(text),
      tickersMs: 600_000,
    })
    beganMs = Date.now()
    servers = await startVenueServers({ source })
  })
  afterAll(() => servers.close())

  test.each(counts)('%s: every row of %s as it was', async (venue, stem, listed, answered) => {
    const exchange = createRestClient({ venue, market: { kind: 'servers', url: servers.url } })
    await exchange.loadMarkets()
    expect(Object.keys(exchange.markets_by_id ?? {})).toHaveLength(listed)
    const tickers = Object.values<Ticker>(await exchange.fetchTickers())
    expect(tickers).toHaveLength(answered)
    const byId = new Map(tickers.map((one) => [idOf(one.symbol ?? '', one.info), one]))
    const wrong: unknown[] = []
    for (const [symbol, row] of readRows(stem)) {
      if (symbol.includes(':')) continue
      const found = byId.get(idOf(symbol, row.info))
      const same = (found?.bid ?? 0) === (row.bid ?? 0) && (found?.ask ?? 0) === (row.ask ?? 0)
      if (!same) wrong.push([symbol, row.bid, row.ask, found?.bid, found?.ask])
      if (typeof found?.timestamp === 'number' && row.timestamp !== null) {
        const shift = found.timestamp - row.timestamp
        if (shift !== (shifts.get(venue) ?? shift)) wrong.push([symbol, shift, shifts.get(venue)])
        shifts.set(venue, shift)
      }
    }
    expect(wrong).toEqual([])
    await exchange.close()
  })

  test('ages between venues are those of the recording, and the newest venue is of now', () => {
    expect([...shifts.keys()].toSorted()).toEqual(
      ['kucoin', 'binance', 'okx', 'mexc', 'btcturk', 'bitget'].toSorted(),
    )
    expect(new Set(shifts.values()).size).toBe(1)
    const [kucoin] = readRows('kucoin').map(([, { timestamp }]) => timestamp ?? 0)
    const nowMs = (kucoin ?? 0) + (shifts.get('kucoin') ?? 0)
    expect(nowMs).toBeGreaterThanOrEqual(beganMs)
    expect(nowMs).toBeLessThanOrEqual(Date.now())
  })

  test.each([
    ['binance', 'BTC/USDT', [15898.76, 0.06065], [15899.15, 0.02223]],
    ['htx', 'BTC/USDT', [15882.46, 0.000567], [15883.05, 0.13903]],
    ['kraken', 'BTC/USDT', [15881.9, 1], [15885.2, 1]],
    ['gate', 'BTC/USDT', undefined, undefined],
    ['btcturk', 'BTC/USDT', undefined, undefined],
    ['cex', 'BTC/USDT', undefined, undefined],
  ] as const)('%s shows the recorded sizes of %s, or no depth', async (venue, symbol, bid, ask) => {
    const exchange = createRestClient({ venue, market: { kind: 'servers', url: servers.url } })
    const book = await exchange.fetchOrderBook(symbol)
    expect(book.bids[0]?.slice(0, 2)).toEqual(bid)
    expect(book.asks[0]?.slice(0, 2)).toEqual(ask)
    await exchange.close()
  })

  test('captures of other days are left out, one line each', () => {
    const left = events.filter((text) => text.includes('of another moment'))
    expect(left.map((text) => /the (\w+) streams of ([\d-]+)/.exec(text)?.slice(1))).toEqual([
      ['kucoin', '2021-04-25'],
      ['binance', '2021-10-12'],
      ['okx', '2022-05-13'],
      ['binance', '2024-08-08'],
    ])
  })
})
