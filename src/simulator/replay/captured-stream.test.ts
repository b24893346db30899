// Real captured streams through ccxt's own websocket clients, beside books computed here from the files.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { OrderBook } from 'ccxt'
import { describe, expect, test } from 'vitest'
import { createRestClient, createStreamClient } from '../../exchanges/ccxt-client.ts'
import { startVenueServers } from '../venue-servers.ts'
import { openReplayMarket } from './replay-market.ts'

const data = join(import.meta.dirname, '../../../../shared/data')
const there = existsSync(join(data, 'cryptofeed'))
const levelsCompared = 10
const statesWanted = 25
/** More than pass while that many are seen; each is sorted anew. */
const changesMax = 1500

type Texts = readonly (readonly string[])[]
type Change = { readonly sequence: number; readonly bids: Texts; readonly asks: Texts }
type Recorded = { readonly book: Change; readonly changes: readonly Change[] }

const linesOf = (file: string) =>
  gunzipSync(readFileSync(join(data, file)))
    .toString()
    .split('\n')
const bodyOf = (line: string) => JSON.parse(line.replace(/^.*?: (?=\{)/, '').replace(/^\d+ /, ''))

function kucoin(id: string): Recorded {
  const answer = linesOf('cryptofeed/KUCOIN.http.0.0.gz').find((line) => line.includes(`=${id} `))
  const { sequence, bids, asks } = bodyOf(answer ?? '').data
  const changes = linesOf('cryptofeed/KUCOIN.ws.1.0.gz')
    .filter((line) => line.includes(`"topic":"/market/level2:${id}"`) && line.includes('l2update'))
    .map((line): Change => {
      const { sequenceEnd, changes: change } = bodyOf(line).data
      return { sequence: sequenceEnd, ...change }
    })
  return { book: { sequence: Number(sequence), bids, asks }, changes }
}

const binanceChanges = (lines: readonly string[], id: string) =>
  lines
    .filter((line) => line.includes(`"stream":"${id.toLowerCase()}@depth@100ms"`))
    .map((line): Change => {
      const { u, b, a } = bodyOf(line).data
      return { sequence: u, bids: b, asks: a }
    })

function binance(id: string): Recorded {
  const answer = linesOf('cryptofeed/BINANCE.http.0.0.gz').find((line) => line.includes(`=${id}&`))
  const { lastUpdateId, bids, asks } = bodyOf(answer ?? '')
  const changes = binanceChanges(linesOf('cryptofeed/BINANCE.ws.1.0.gz'), id)
  return { book: { sequence: lastUpdateId, bids, asks }, changes }
}

function binanceDay(id: string): Recorded {
  const lines = linesOf(`binance-ws/${id.toLowerCase()}_20240808.txt.gz`)
  const whole = lines.find((line) => line.includes('"lastUpdateId"'))
  const { lastUpdateId, bids, asks } = bodyOf(whole ?? '')
  return { book: { sequence: lastUpdateId, bids, asks }, changes: binanceChanges(lines, id) }
}

function okx(id: string): Recorded {
  const frames = linesOf('cryptofeed/OKX.ws.1.0.gz')
    .filter((line) => line.includes(`"books","instId":"${id}"},"action"`))
    .map((line, i): Change => ({ sequence: i, ...bodyOf(line).data[0] }))
  return { book: frames[0] as Change, changes: frames.slice(1) }
}

/** The best levels after the book and after every change, the naive way. */
function statesOf({ book, changes }: Recorded): string[] {
  const sides = { bids: new Map<number, number>(), asks: new Map<number, number>() }
  const top = (side: ReadonlyMap<number, number>, sign: 1 | -1) =>
    [...side].toSorted(([a], [b]) => sign * (a - b)).slice(0, levelsCompared)
  const states: string[] = []
  const later = changes.filter(({ sequence }) => sequence > book.sequence).slice(0, changesMax)
  for (const change of [book, ...later]) {
    for (const name of ['bids', 'asks'] as const)
      for (const [price, size] of change[name])
        if (Number(size) > 0) sides[name].set(Number(price), Number(size))
        else sides[name].delete(Number(price))
    states.push(JSON.stringify([top(sides.bids, -1), top(sides.asks, 1)]))
  }
  return states
}

const stateOf = ({ bids, asks }: OrderBook) =>
  JSON.stringify(
    [bids, asks].map((side) => side.slice(0, levelsCompared).map((one) => one.slice(0, 2))),
  )

/** How many of the computed states ccxt's book went through, in their order. */
async function followed(
  venue: string,
  symbol: string,
  limit: number | undefined,
  folder: string,
  recorded: Recorded,
): Promise<number> {
  const states = statesOf(recorded)
  const source = await openReplayMarket({ folder: join(data, folder), onEvent: () => undefined })
  const servers = await startVenueServers({ source })
  const access = { venue, market: { kind: 'servers', url: servers.url } } as const
  const exchange = await createStreamClient(access)
  const rest = createRestClient(access)
  try {
    let last = 0
    const seen = new Set<number>()
    while (seen.size < statesWanted) {
      const book = await exchange.watchOrderBook(symbol, limit)
      const place = states.indexOf(stateOf(book), last)
      expect(place, `after state ${last} of ${states.length}`).toBeGreaterThanOrEqual(last)
      seen.add((last = place))
    }
    const copy = await rest.fetchOrderBook(symbol, 100)
    expect(states.indexOf(stateOf(copy), last)).toBeGreaterThanOrEqual(last)
    const row = (await rest.fetchTickers())[symbol]
    expect(Math.abs((row?.timestamp ?? 0) - Date.now())).toBeLessThan(60_000)
    return seen.size
  } finally {
    await Promise.all([exchange.close(), rest.close()])
    await servers.close()
  }
}

describe.skipIf(!there)(`captured streams${there ? '' : `: ${data}/cryptofeed is absent`}`, () => {
  test.concurrent.each([
    ['kucoin', 'BSV/USDT', undefined, 'cryptofeed', () => kucoin('BCHSV-USDT')],
    ['kucoin', 'BSV/USDT', 50, 'cryptofeed', () => kucoin('BCHSV-USDT')],
    ['binance', 'NKN/USDT', 100, 'cryptofeed', () => binance('NKNUSDT')],
    ['okx', 'BTC/USDT', undefined, 'cryptofeed', () => okx('BTC-USDT')],
    ['binance', 'ETH/USDT', 1000, 'binance-ws', () => binanceDay('ETHUSDT')],
  ] as const)(
    '%s %s (limit %s) of %s stays in step',
    async (venue, symbol, limit, folder, read) => {
      expect(await followed(venue, symbol, limit, folder, read())).toBe(statesWanted)
    },
  )
})
