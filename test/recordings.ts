// Small recordings that a test writes into a folder of its own, and the venue servers that replay them.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import { createRestClient } from '../src/exchanges/ccxt-client.ts'
import { openReplayMarket } from '../src/simulator/replay/replay-market.ts'
import { startVenueServers, type VenueServers } from '../src/simulator/venue-servers.ts'

export const momentMs = Date.UTC(2022, 10, 22, 0, 51, 41)

/** Writes a small recording; names ending in ".gz" are compressed. */
export async function writeFolder(files: Readonly<Record<string, unknown>>): Promise<string> {
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

export const kucoinRow = (id: string, { bid, ask, ageMs = 0 }: Facts) => ({
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

export const okxRow = (id: string, { bid, ask, size = 1, ageMs = 0 }: Facts) => ({
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

export const dump = (...rows: readonly Row[]) => ({
  tickers: Object.fromEntries(rows.map((row) => [row.symbol, row])),
})

const binanceDepth = (U: number, u: number, E: number, b: unknown, a: unknown = []) =>
  JSON.stringify({
    stream: 'abcusdt@depth@100ms',
    data: { e: 'depthUpdate', E, s: 'ABCUSDT', U, u, b, a },
  })

/** A capture of three changes, 100 ms apart, over a book of sequence 10. */
export function binanceCapture(startMs: number) {
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

export async function serve(folder: string, tickersMs = 60_000) {
  const events: string[] = []
  const source = await openReplayMarket({ folder, tickersMs, onEvent: (text) => events.push(text) })
  const servers = await startVenueServers({ source })
  onTestFinished(() => servers.close())
  return { events, source, servers }
}

/** Access to one venue of the servers. */
export const accessOf = (venue: string, servers: VenueServers) =>
  ({ venue, market: { kind: 'servers', url: servers.url } }) as const

export async function restClient(
  venue: string,
  servers: VenueServers,
): Promise<ReturnType<typeof createRestClient>> {
  const exchange = createRestClient(accessOf(venue, servers))
  onTestFinished(async () => {
    await exchange.close()
  })
  await exchange.loadMarkets()
  return exchange
}

export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}
