import { afterAll, beforeAll, expect, test } from 'vitest'
import { testMarket } from '../test/market.ts'
import { openTestStores, type TestStores } from '../test/stores.ts'
import { crossShard } from '../src/opportunity/shards.ts'
import { readShardMarket, type ShardMarketOptions } from './shard-market.ts'

const symbols = ['BTC/USDT', 'ETH/BTC', 'ETH/USDT', 'SOL/USDT']
const venues = ['binance', 'kucoin']

let stores: TestStores
beforeAll(async () => {
  stores = await openTestStores()
  for (const venue of [...venues, 'okx'])
    await stores.markets.saveListing(
      venue,
      symbols.map((symbol) => testMarket(symbol, { venue })),
      [],
    )
})
afterAll(() => stores.close())

async function read(shard: string, changes: Partial<ShardMarketOptions> = {}) {
  const options = { shard, venues, crossShards: 3, startAssets: ['USDT'], ...changes }
  const market = await readShardMarket(stores.markets, options)
  if (market === undefined) throw new Error(`${shard} has no markets`)
  return market
}
const namesOf = ({ table, nameOf }: Awaited<ReturnType<typeof read>>) =>
  Array.from({ length: table.count }, (_, route) => nameOf(route)).toSorted()

test('a cycle shard has its venue and the cycles on it', async () => {
  const market = await read('cycle:kucoin')
  expect(market.universe.map(({ venue, symbol }) => `${venue} ${symbol}`)).toEqual(
    symbols.map((symbol) => `kucoin ${symbol}`),
  )
  expect(namesOf(market)).toEqual(['cycle kucoin USDT>BTC>ETH', 'cycle kucoin USDT>ETH>BTC'])
})

test('cross shards share the symbols of all venues of this run out between them', async () => {
  const shards = await Promise.all(
    [...new Set(symbols.map((symbol) => crossShard(symbol, 3)))].map((shard) => read(shard)),
  )
  const all = shards.flatMap(({ universe }) => universe)
  expect(all).toHaveLength(symbols.length * venues.length)
  expect(all.map(({ venue }) => venue)).not.toContain('okx')
  expect(shards.flatMap(namesOf).toSorted()).toEqual(
    symbols
      .flatMap((symbol) => [`cross ${symbol} binance>kucoin`, `cross ${symbol} kucoin>binance`])
      .toSorted(),
  )
})

test('a shard without markets has nothing to run on yet', async () => {
  const options = { venues, crossShards: 1, startAssets: ['USDT'] }
  expect(await readShardMarket(stores.markets, { ...options, shard: 'cycle:mexc' })).toBeUndefined()
})

test('the watchlist gives ids, best first, and facts; what is not listed is passed over', async () => {
  const market = await read('cycle:kucoin')
  const entry = { shard: 'cycle:kucoin', venue: 'kucoin', rank: 1, score: 1, listedAt: new Date() }
  const facts = { volumeUsdt: 5, frozenMs: 7 }
  const ids = market.takeWatchlist([
    { ...entry, symbol: 'SOL/USDT', facts },
    { ...entry, symbol: 'GONE/USDT', facts },
    { ...entry, symbol: 'BTC/USDT', facts: { volumeUsdt: undefined, frozenMs: 0 } },
  ])
  expect(ids).toEqual([market.idOf('kucoin', 'SOL/USDT'), market.idOf('kucoin', 'BTC/USDT')])
  market.takeStatuses([{ venue: 'kucoin', sweptAt: new Date() }], Date.now())
  expect(market.knowledge.traits(ids[0] ?? -1)).toMatchObject({ ...facts, venueUp: true })
  expect(market.knowledge.traits(ids[1] ?? -1)).toMatchObject({ volumeUsdt: undefined })
  market.setVenueUp('kucoin', false)
  expect(market.knowledge.traits(ids[0] ?? -1)).toMatchObject({ venueUp: false })
  market.setVenueUp('kucoin', true)
  expect(market.knowledge.traits(ids[0] ?? -1)).toMatchObject({ venueUp: true })
})

test('a venue that no sweep has read of late is not up, whatever its streams say', async () => {
  const market = await read('cycle:kucoin')
  const isUp = () => market.knowledge.traits(0).venueUp
  const wallMs = Date.now()
  expect(isUp()).toBe(false)
  for (const [sweptMsAgo, up] of [
    [undefined, false],
    [3_600_000, false],
    [61_000, false],
    [59_000, true],
  ] as const) {
    const sweptAt = sweptMsAgo === undefined ? undefined : new Date(wallMs - sweptMsAgo)
    market.takeStatuses([{ venue: 'kucoin', sweptAt }], wallMs)
    expect(isUp()).toBe(up)
  }
  market.takeStatuses([{ venue: 'okx', sweptAt: new Date(wallMs) }], wallMs)
  expect(isUp()).toBe(false)
})
