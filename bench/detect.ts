// How fast detection is, as ratios measured in one run: node bench/detect.ts
// Single figures move with the machine and its load; each round runs all contenders in turn, so ratios hold.
import type { Market } from '../src/market/market.ts'
import { createDetector } from '../src/opportunity/detector.ts'
import { createRates, shareAt } from '../src/opportunity/rates.ts'
import {
  crossRoutes,
  cycleRoutes,
  marketOf,
  sideOfEdge,
  type RouteTable,
} from '../src/opportunity/routes.ts'
import { sampleMarket, seededRandom } from '../src/opportunity/sample-market.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] as number

type Contender = { readonly name: string; readonly updates: number; run(updates: number): number }

/** Nanoseconds an update, the median over rounds; the first rounds warm the compiler up. */
function measure(contenders: readonly Contender[], rounds = 7): ReadonlyMap<string, number> {
  const times = new Map(contenders.map(({ name }): [string, number[]] => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const contender of contenders) {
      const { name, updates } = contender
      const startMs = performance.now()
      contender.run(updates)
      if (round >= 2) times.get(name)?.push(((performance.now() - startMs) * 1e6) / updates)
    }
  return new Map([...times].map(([name, all]) => [name, median(all)]))
}

type Updates = {
  readonly id: Int32Array
  readonly bid: Float64Array
  readonly ask: Float64Array
}

/** Random walks of ±4 basis points around each market's price, spreads of 1 to 15. */
function updatesFor(
  markets: readonly Market[],
  worth: (asset: string) => number,
  count: number,
): Updates {
  const random = seededRandom(5)
  const id = new Int32Array(count)
  const bid = new Float64Array(count)
  const ask = new Float64Array(count)
  for (let n = 0; n < count; n++) {
    // Every market gets its first price before any gets its second.
    id[n] = n < markets.length ? n : Math.floor(random() * markets.length)
    const { base, quote } = markets[id[n] as number] as Market
    const mid = (worth(base) / worth(quote)) * (1 + (random() - 0.5) * 8e-4)
    const half = (1 + random() * 14) * 5e-5
    bid[n] = mid * (1 - half)
    ask[n] = mid * (1 + half)
  }
  return { id, bid, ask }
}

const worthOf = (asset: string): number => 1 + ((asset.length * 7919 + asset.charCodeAt(0)) % 97)

/** Coins quoted in one to four of the hubs, as a large venue lists them; hubs quoted in each other. */
function oneVenue(pairs: number): readonly Market[] {
  const random = seededRandom(3)
  const hubs = ['USDT', 'BTC', 'ETH', 'USDC', 'BNB', 'TRY', 'EUR', 'FDUSD', 'DAI', 'TRX']
  const symbols = hubs.flatMap((quote, k) => hubs.slice(k + 1).map((base) => `${base}/${quote}`))
  for (let coin = 0; symbols.length < pairs; coin++) {
    const quotes = hubs.filter((_, k) => random() < 0.85 / (k + 1) ** 0.7)
    for (const quote of quotes) if (symbols.length < pairs) symbols.push(`C${coin}/${quote}`)
  }
  return symbols.map((symbol) => sampleMarket('a', symbol))
}

function incremental(table: RouteTable, updates: Updates): Contender['run'] {
  const detector = createDetector(table, 0)
  return (count) => {
    let hits = 0
    for (let n = 0; n < count; n++)
      hits += detector.update(
        updates.id[n] as number,
        updates.bid[n] as number,
        updates.ask[n] as number,
      )
    return hits
  }
}

/** After each update every route is multiplied again. */
function fullSweep(table: RouteTable, updates: Updates): Contender['run'] {
  const rates = createRates(table.markets)
  return (count) => {
    let hits = 0
    for (let n = 0; n < count; n++) {
      rates.set(updates.id[n] as number, updates.bid[n] as number, updates.ask[n] as number)
      for (let route = 0; route < table.count; route++)
        if (shareAt(rates.net, table.edges, route) > 0) hits++
    }
    return hits
  }
}

/** The plain way: an object a market in a Map by symbol, all cycles looked up by name. */
function mapSweep(table: RouteTable, updates: Updates): Contender['run'] {
  const prices = new Map<string, { bid: number; ask: number }>()
  const cycles = Array.from({ length: table.count }, (_, route) =>
    [...table.edges.subarray(route * 3, route * 3 + 3)].map((edge) => ({
      symbol: (table.markets[marketOf(edge)] as Market).symbol,
      side: sideOfEdge(edge),
    })),
  )
  return (count) => {
    let hits = 0
    for (let n = 0; n < count; n++) {
      const { symbol } = table.markets[updates.id[n] as number] as Market
      prices.set(symbol, { bid: updates.bid[n] as number, ask: updates.ask[n] as number })
      for (const legs of cycles) {
        let value = 1
        for (const leg of legs) {
          const price = prices.get(leg.symbol)
          value *=
            price === undefined ? 0 : (leg.side === 'sell' ? price.bid : 1 / price.ask) * 0.999
        }
        if (value > 1) hits++
      }
    }
    return hits
  }
}

/** Logarithms and relaxation over the whole graph after each update, as textbooks have it. */
function bellmanFord(table: RouteTable, updates: Updates): Contender['run'] {
  const { markets } = table
  const assets = [...new Set(markets.flatMap(({ base, quote }) => [base, quote]))]
  const node = new Map(assets.map((asset, k) => [asset, k]))
  const from = Int32Array.from(markets, ({ base }) => node.get(base) as number)
  const to = Int32Array.from(markets, ({ quote }) => node.get(quote) as number)
  const rates = createRates(markets)
  const weights = new Float64Array(markets.length * 2).fill(Infinity)
  const distance = new Float64Array(assets.length)
  const relax = (a: number, b: number, weight: number): number => {
    if ((distance[a] as number) + weight >= (distance[b] as number) - 1e-12) return 0
    distance[b] = (distance[a] as number) + weight
    return 1
  }
  return (count) => {
    let passes = 0
    for (let n = 0; n < count; n++) {
      const id = updates.id[n] as number
      rates.set(id, updates.bid[n] as number, updates.ask[n] as number)
      weights[id * 2] = -Math.log(rates.net[id * 2] as number)
      weights[id * 2 + 1] = -Math.log(rates.net[id * 2 + 1] as number)
      distance.fill(0)
      for (let pass = 0, moved = 1; moved > 0 && pass < assets.length; pass++) {
        moved = 0
        for (let m = 0; m < markets.length; m++) {
          const [a, b] = [from[m] as number, to[m] as number]
          moved += relax(a, b, weights[m * 2] as number) + relax(b, a, weights[m * 2 + 1] as number)
        }
        passes++
      }
    }
    return passes
  }
}

/** The plain way for cross routes: each symbol's venues in a Map, all pairs of the changed symbol. */
function mapPairs(markets: readonly Market[], updates: Updates): Contender['run'] {
  const bySymbol = new Map<string, Map<string, { bid: number; ask: number }>>()
  return (count) => {
    let hits = 0
    for (let n = 0; n < count; n++) {
      const { venue, symbol } = markets[updates.id[n] as number] as Market
      let venues = bySymbol.get(symbol)
      if (venues === undefined) bySymbol.set(symbol, (venues = new Map()))
      venues.set(venue, { bid: updates.bid[n] as number, ask: updates.ask[n] as number })
      for (const [here, sell] of venues)
        for (const [there, buy] of venues)
          if (here !== there && sell.bid * 0.999 * 0.999 > buy.ask) hits++
    }
    return hits
  }
}

function report(title: string, times: ReadonlyMap<string, number>, ours: string): void {
  say(title)
  const own = times.get(ours) as number
  for (const [name, ns] of times)
    say(`  ${name.padEnd(30)} ${ns.toFixed(1).padStart(12)} ns/update  ${(ns / own).toFixed(1)} ×`)
}

for (const pairs of [1262, 3000]) {
  const markets = oneVenue(pairs)
  const table = cycleRoutes(markets, ['USDT', 'USDC', 'BTC', 'ETH'])
  const updates = updatesFor(markets, worthOf, 400_000)
  const warm = markets.length
  const times = measure([
    { name: 'incremental', updates: 400_000, run: incremental(table, updates) },
    { name: 'triangles.vs_sweep', updates: warm * 2, run: fullSweep(table, updates) },
    { name: 'triangles.vs_map', updates: 300, run: mapSweep(table, updates) },
    { name: 'triangles.vs_bellman_ford', updates: warm + 200, run: bellmanFord(table, updates) },
  ])
  report(`one venue, ${pairs} markets, ${table.count} cycles`, times, 'incremental')
}

for (const symbols of [300, 3000]) {
  const markets = Array.from({ length: symbols * 10 }, (_, n) =>
    sampleMarket(`v${n % 10}`, `C${Math.floor(n / 10)}/USDT`),
  )
  const table = crossRoutes(markets)
  const updates = updatesFor(markets, worthOf, 400_000)
  const times = measure([
    { name: 'incremental', updates: 400_000, run: incremental(table, updates) },
    { name: 'cross.vs_map', updates: 200_000, run: mapPairs(markets, updates) },
  ])
  report(`ten venues, ${symbols} symbols, ${table.count} cross routes`, times, 'incremental')
}
