import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTickerDump } from '../exchanges/ticker-dump.ts'
import type { Ticker } from '../market/ticker.ts'
import { defaultSettings } from '../settings/settings.ts'
import { scan } from './scan.ts'

const dump = join(import.meta.dirname, '../../../shared/data/tickers-20221122T0051Z')
const filters = defaultSettings('other')

const row = (venue: string, symbol: string, bid: number, ask: number, more = {}): Ticker => {
  const [base, quote] = symbol.split('/') as [string, string]
  return { venue, symbol, base, quote, bid, ask, ...more }
}
const of = (...rows: Ticker[]) =>
  [...new Set(rows.map(({ venue }) => venue))].map((venue) => ({
    venue,
    tickers: rows.filter((ticker) => ticker.venue === venue),
  }))

test('the recorded market of 2022-11-22 gives the known counts', async ({ skip }) => {
  if (!existsSync(dump)) skip(`the recording ${dump} is not here`)
  const read = await readTickerDump(dump)
  if (read.outcome !== 'ok') throw new Error(read.detail)
  const raw = scan(read.venues, { fee: 0.001 })
  expect(Object.keys(raw.triangles)).toHaveLength(63)
  expect(raw.triangles['binance']).toMatchObject({
    symbols: 1443,
    cycles: 5082,
    gross_positive: 40,
    net_positive: 0,
  })
  expect(raw.triangles['kucoin']).toMatchObject({
    cycles: 1314,
    gross_positive: 33,
    net_positive: 13,
  })
  expect(raw.triangles['upbit']).toMatchObject({ symbols: 0, cycles: 0, best: [] })
  expect(raw.cross).toMatchObject({ symbols: 3722, pairs: 126_464 })
  expect(raw).not.toHaveProperty('why_not')

  const judged = scan(read.venues, { fee: 0.001, filters })
  expect(judged.triangles['kucoin']?.net_positive).toBe(0)
  expect(judged.cross.net_positive).toBeLessThan(raw.cross.net_positive / 100)
  expect(Object.keys(judged.why_not ?? {})).toEqual(
    expect.arrayContaining(['leg skew', 'book age', 'no volume', 'leveraged token']),
  )
})

test('a triangle gives two cycles, and the profit of the good one is exact', () => {
  const venues = of(
    row('a', 'BTC/USDT', 99, 100),
    row('a', 'ETH/BTC', 0.1, 0.11),
    row('a', 'ETH/USDT', 10, 12),
  )
  const { symbols, cycles, gross_positive, best } = scan(venues, { fee: 0.001 }).triangles['a']!
  expect({ symbols, cycles, gross_positive }).toEqual({ symbols: 3, cycles: 2, gross_positive: 0 })
  expect(best[0]?.gross).toBeCloseTo(10 / 0.11 / 100 - 1, 12)
  expect(best[0]?.net).toBeCloseTo((10 / 0.11 / 100) * 0.999 ** 3 - 1, 12)
})

test('cycles are written from the preferred asset', () => {
  const venues = of(
    row('a', 'BTC/USDT', 99, 100),
    row('a', 'ETH/BTC', 0.1, 0.11),
    row('a', 'ETH/USDT', 12.5, 13),
  )
  const { best } = scan(venues, { fee: 0, startAssets: ['USDT'] }).triangles['a']!
  expect(best[0]?.path).toEqual(['USDT', 'BTC', 'ETH'])
  expect(best[0]?.gross).toBeCloseTo(12.5 / 0.11 / 100 - 1, 12)
})

test('where a market is listed both ways round, the better rate counts', () => {
  const rows = [row('a', 'B/A', 1, 2), row('a', 'C/B', 1, 2), row('a', 'C/A', 1, 2)]
  const worse = scan(of(...rows, row('a', 'A/B', 0.1, 20)), { fee: 0 }).triangles['a']!
  expect(worse).toMatchObject({ symbols: 4, cycles: 2, gross_positive: 0 })
  const better = scan(of(...rows, row('a', 'A/B', 5, 6)), { fee: 0 }).triangles['a']!
  expect(better).toMatchObject({ symbols: 4, cycles: 2, gross_positive: 1 })
  expect(better.best[0]?.gross).toBeCloseTo(5 * 0.5 * 1 - 1, 12)
})

test('cross pairs are ordered: bought at the ask of one venue, sold at the bid of the other', () => {
  const venues = of(row('a', 'X/USDT', 99, 100), row('b', 'X/USDT', 103, 104))
  expect(scan(venues, { fee: 0.01 }).cross).toEqual({
    symbols: 1,
    pairs: 2,
    gross_positive: 1,
    net_positive: 1,
    best: [
      {
        symbol: 'X/USDT',
        buy: 'a',
        sell: 'b',
        bid: 103,
        ask: 100,
        gross: expect.closeTo(0.03, 12),
        net: expect.closeTo((103 * 0.99) / (100 * 1.01) - 1, 12),
      },
      expect.objectContaining({ buy: 'b', sell: 'a' }),
    ],
  })
})

test('C13 quotes in two dollars are never taken for one', () => {
  const venues = of(row('a', 'X/USDT', 99, 100), row('b', 'X/USDC', 103, 104))
  expect(scan(venues, { fee: 0 }).cross).toMatchObject({ symbols: 0, pairs: 0 })
})

test('every venue has an entry, an empty or oddly named one too', () => {
  const venues = [
    { venue: 'empty', tickers: [] },
    { venue: '__proto__', tickers: [row('__proto__', 'A/B', 1, 2)] },
  ]
  expect(Object.keys(scan(venues, { fee: 0, filters }).triangles)).toEqual(['empty', '__proto__'])
})

test('what the filters drop is counted by name', () => {
  const now = { venueTimeMs: 1_700_000_000_000 }
  const ago = (ms: number) => ({ venueTimeMs: now.venueTimeMs - ms })
  const venues = of(
    row('a', 'BTC/USDT', 99, 100, now),
    row('b', 'BTC/USDT', 101, 101.5, now),
    row('a', 'OLD/USDT', 1, 2, ago(5000)),
    row('a', 'DEAD/USDT', 1, 2, ago(3_600_000)),
    row('a', 'THIN/USDT', 1, 2, { ...now, quoteVolume: 12 }),
    row('a', 'BTC3L/USDT', 1, 2, now),
    row('a', 'JUP/USDT', 1, 2, now),
    row('a', 'CROSSED/USDT', 3, 2, now),
    row('a', 'TWIN/USDT', 1, 1.01, now),
    row('b', 'TWIN/USDT', 9, 9.01, now),
    row('a', 'WILD/USDT', 1, 1.01, now),
    row('b', 'WILD/USDT', 1.2, 1.21, now),
    row('a', 'SKEW/USDT', 99, 100, now),
    row('b', 'SKEW/USDT', 101, 101.5, ago(2000)),
    row('a', 'LIAR/USDT', 99, 100, ago(-3_600_000)),
  )
  const { triangles, cross, why_not } = scan(venues, { fee: 0.001, filters })
  expect(why_not).toEqual({
    'book age': 2,
    'frozen market': 1,
    'no volume': 1,
    'leveraged token': 1,
    'crossed book': 1,
    'different assets': 1,
    'abnormal profit': 1,
    'leg skew': 1,
  })
  expect(triangles['a']?.symbols).toBe(5)
  expect(cross).toMatchObject({ gross_positive: 1, net_positive: 1 })
  expect(cross.best[0]).toMatchObject({ symbol: 'BTC/USDT', buy: 'a', sell: 'b' })
})

test('a recording without any times is judged without them', () => {
  const timed = row('a', 'X/USDT', 99, 100, { venueTimeMs: 5000 })
  const untimed = [row('b', 'X/USDT', 101, 102), row('c', 'X/USDT', 99, 100)] as const
  expect(scan(of(...untimed), { fee: 0, filters }).cross.gross_positive).toBe(1)
  const mixed = scan(of(timed, ...untimed), { fee: 0, filters })
  expect(mixed).toMatchObject({ cross: { gross_positive: 0 }, why_not: { 'leg skew': 2 } })
})

test('the counts equal those of a plain search over all triples and pairs', () => {
  const asset = fc.constantFrom('A', 'B', 'C', 'D', 'E')
  const rate = fc.double({ min: 0.5, max: 2, noNaN: true })
  const tickers = fc.uniqueArray(
    fc
      .tuple(fc.constantFrom('v', 'w'), asset, asset, rate, rate)
      .filter(([, base, quote]) => base !== quote)
      .map(([venue, base, quote, bid, ask]) => row(venue, `${base}/${quote}`, bid, ask)),
    { selector: ({ venue, symbol }) => `${venue} ${symbol}`, maxLength: 30 },
  )
  fc.assert(
    fc.property(tickers, (rows) => {
      const found = scan(of(...rows), { fee: 0.001 })
      for (const [venue, { cycles, gross_positive, net_positive }] of Object.entries(
        found.triangles,
      ))
        expect({ cycles, gross_positive, net_positive }).toEqual(plainTriangles(rows, venue))
      const twins = rows.flatMap((buy) =>
        rows
          .filter((sell) => sell.symbol === buy.symbol && sell !== buy)
          .map((sell) => ({ buy, sell })),
      )
      expect(found.cross.pairs).toBe(twins.length)
      expect(found.cross.gross_positive).toBe(
        twins.filter(({ buy, sell }) => sell.bid / buy.ask - 1 > 0).length,
      )
    }),
  )
})

function plainTriangles(rows: readonly Ticker[], venue: string) {
  const own = rows.filter((ticker) => ticker.venue === venue)
  const rates = (from: string, to: string) =>
    own.flatMap(({ base, quote, bid, ask }) => {
      if (base === from && quote === to) return [bid]
      return base === to && quote === from ? [1 / ask] : []
    })
  const names = ['A', 'B', 'C', 'D', 'E']
  const counts = { cycles: 0, gross_positive: 0, net_positive: 0 }
  for (const a of names)
    for (const b of names)
      for (const c of names) {
        if (a >= b || a >= c || b === c) continue
        const legs = [rates(a, b), rates(b, c), rates(c, a)]
        if (legs.some((leg) => leg.length === 0)) continue
        const product = legs.reduce((total, leg) => total * Math.max(...leg), 1)
        counts.cycles++
        if (product - 1 > 1e-15) counts.gross_positive++
        if (product * 0.999 ** 3 - 1 > 1e-15) counts.net_positive++
      }
  return counts
}
