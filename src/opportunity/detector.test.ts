import { expect, test } from 'vitest'
import type { Market } from '../market/market.ts'
import { toNumber } from '../money.ts'
import { createDetector } from './detector.ts'
import {
  crossRoutes,
  cycleRoutes,
  routeLegs,
  routeNames,
  type RouteLeg,
  type RouteTable,
} from './routes.ts'
import { sampleMarket, seededRandom } from './sample-market.ts'

const netMin = 0.0002

/** What a route brings, worked out from prices and fees alone. */
function plainNet(
  markets: readonly Market[],
  legs: readonly RouteLeg[],
  bids: Float64Array,
  asks: Float64Array,
): number {
  let value = 1
  for (const { id, side } of legs) {
    const { takerFee } = markets[id] as Market
    const fee = toNumber(takerFee.rate)
    const [bid, ask] = [bids[id] as number, asks[id] as number]
    if (side === 'sell') value *= bid * (1 - fee)
    else value *= takerFee.paidIn === 'received' ? (1 - fee) / ask : 1 / (ask * (1 + fee))
  }
  return value - 1
}

/** Drives random updates and compares hits, lapses and open routes with a plain rescan after each. */
function compare(table: RouteTable, mids: Float64Array, updates: number) {
  const { markets } = table
  const random = seededRandom(7)
  const detector = createDetector(table, netMin)
  const bids = new Float64Array(markets.length)
  const asks = new Float64Array(markets.length).fill(Infinity)
  const legs = Array.from({ length: table.count }, (_, route) => routeLegs(table, route))
  const open = new Uint8Array(table.count)
  const counts = { hits: 0, lapses: 0, differences: 0 }
  for (let n = 0; n < updates; n++) {
    const id = Math.floor(random() * markets.length)
    const mid = (mids[id] as number) * (1 + (random() - 0.5) * 6e-3)
    const emptied = random() < 0.02
    bids[id] = emptied ? 0 : mid * 0.9999
    asks[id] = emptied ? Infinity : mid * 1.0001
    const found = detector.update(id, bids[id], asks[id])
    const hits = new Set(detector.hits.subarray(0, found))
    const lapsed = new Set(detector.lapsed.subarray(0, detector.lapsedCount()))
    counts.hits += hits.size
    counts.lapses += lapsed.size
    for (let route = 0; route < table.count; route++) {
      const net = plainNet(markets, legs[route] as readonly RouteLeg[], bids, asks)
      const through = legs[route]!.some((leg) => leg.id === id)
      const pays = net > netMin
      const wasOpen = open[route] === 1
      open[route] = detector.isOpen(route) ? 1 : 0
      // Two orders of multiplying may differ in the last bit right at the threshold.
      if (Math.abs(net - netMin) < 1e-12) continue
      const right =
        detector.isOpen(route) === pays &&
        hits.has(route) === (through && pays) &&
        lapsed.has(route) === (through && wasOpen && !pays)
      if (!right) counts.differences++
    }
  }
  return counts
}

const fees = ['0.0002', '0.0004', '0.0001']
const paidIn = ['received', 'quote'] as const

test('a hundred thousand updates of cross routes find what a rescan finds', () => {
  const markets = Array.from({ length: 3 * 5 }, (_, n) =>
    sampleMarket(`v${n % 5}`, `C${Math.floor(n / 5)}/USDT`, {
      fee: fees[n % 3]!,
      paidIn: paidIn[n % 2]!,
    }),
  )
  const mids = Float64Array.from(markets, ({ base }) => 10 + Number(base.slice(1)))
  const counts = compare(crossRoutes(markets), mids, 100_000)
  expect(counts.differences).toBe(0)
  expect(counts.hits).toBeGreaterThan(20_000)
  expect(counts.lapses).toBeGreaterThan(20_000)
}, 120_000)

test('a hundred thousand updates of cycles find what a rescan finds', () => {
  const values: Record<string, number> = { USDT: 1, BTC: 30_000, ETH: 2000, XRP: 0.5, SOL: 90 }
  const assets = Object.keys(values)
  const markets = assets.flatMap((quote, q) =>
    assets
      .slice(q + 1)
      .map((base) =>
        sampleMarket('a', `${base}/${quote}`, { fee: fees[q % 3]!, paidIn: paidIn[q % 2]! }),
      ),
  )
  const mids = Float64Array.from(markets, ({ base, quote }) => values[base]! / values[quote]!)
  const table = cycleRoutes(markets, assets)
  expect(table.count).toBe(20)
  const counts = compare(table, mids, 100_000)
  expect(counts.differences).toBe(0)
  expect(counts.hits).toBeGreaterThan(20_000)
  expect(counts.lapses).toBeGreaterThan(20_000)
}, 120_000)

test('an emptied book ends its routes, and a changed minimum holds from the next update on', () => {
  const table = crossRoutes([sampleMarket('a', 'X/USDT'), sampleMarket('b', 'X/USDT')])
  const detector = createDetector(table, 0.001)
  const nameOf = routeNames(table)
  expect(detector.update(0, 99, 100)).toBe(0)
  expect(detector.update(1, 101, 102)).toBe(1)
  expect(nameOf(detector.hits[0]!)).toBe('cross X/USDT a>b')
  expect(detector.netOf(detector.hits[0]!)).toBeCloseTo(1.01 * 0.999 ** 2 - 1, 12)
  expect(detector.update(0, 0, Infinity)).toBe(0)
  expect(detector.lapsedCount()).toBe(1)
  expect(detector.netOf(detector.lapsed[0]!)).toBe(-1)
  expect(detector.update(0, 99, 100)).toBe(1)
  detector.setNetMin(0.02)
  expect(detector.update(1, 101, 102)).toBe(0)
  expect(detector.lapsedCount()).toBe(1)
  expect(detector.update(1, Number.NaN, Number.NaN)).toBe(0)
})
