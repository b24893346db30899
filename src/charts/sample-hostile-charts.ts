// Charts with every number, time and name that nobody means to draw, for tests.
import fc from 'fast-check'
import type { Chart } from '../notification/chart.ts'

const number = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, 0, -0, Infinity, -Infinity, 5e-324, 1e15, -1e15, 1e-12, 1e308),
  fc.integer({ min: -50, max: 50 }),
  fc.constantFrom(0.000_008_12, 64_012.5),
)
const time = fc.oneof(
  fc.integer({ min: 0, max: Date.UTC(2030, 0) }),
  fc.integer({ min: 1_000_000, max: 1_100_000 }),
  fc.constantFrom(Number.NaN, -1, Infinity, 8.64e15, 0),
)
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    '__proto__',
    '<',
    '&#0;',
    ']]>',
    '币安人生/USDT',
    '\u202Eabc',
    'A'.repeat(50),
    '\uD800',
  ),
)
const list = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { maxLength: 30 })
const window = { fromMs: time, toMs: time }
const head = { title: text, subtitle: text, badges: fc.array(text, { maxLength: 3 }) }
const level = fc.tuple(number, number)
const episodes = list(fc.record(window))

/** Any chart of a kind, and what the wire, the database or a coin's name might do to it. */
export const hostileCharts: Record<Chart['kind'], fc.Arbitrary<Chart>> = {
  'gap-history': fc.record({
    ...head,
    ...window,
    kind: fc.constant('gap-history' as const),
    buckets: list(
      fc.record({
        atMs: time,
        netPercentMin: number,
        netPercentMean: number,
        netPercentMax: number,
      }),
    ),
    silenceMs: number,
    thresholdPercent: number,
    episodes,
  }),
  'price-history': fc.record({
    ...head,
    ...window,
    kind: fc.constant('price-history' as const),
    venues: fc.array(
      fc.record({ venue: text, quotes: list(fc.record({ atMs: time, bid: number, ask: number })) }),
      { maxLength: 11 },
    ),
    quoteAsset: text,
    silenceMs: number,
    episodes,
  }),
  book: fc.record({
    ...head,
    kind: fc.constant('book' as const),
    baseAsset: text,
    quoteAsset: text,
    buy: fc.record({ venue: text, asks: list(level) }),
    sell: fc.record({ venue: text, bids: list(level) }),
    plannedBaseSize: number,
  }),
  profit: fc.record({
    ...head,
    ...window,
    kind: fc.constant('profit' as const),
    currency: text,
    cumulative: list(fc.record({ atMs: time, value: number })),
    days: list(fc.record({ dayStartMs: time, profit: number })),
  }),
  'route-bars': fc.record({
    ...head,
    kind: fc.constant('route-bars' as const),
    measure: text,
    unit: fc.oneof(text, fc.constant('ms')),
    bars: list(fc.record({ route: text, value: number })),
  }),
  'gap-heat': fc.record({
    ...head,
    kind: fc.constant('gap-heat' as const),
    measure: text,
    unit: text,
    cells: list(fc.record({ route: text, hourUtc: fc.oneof(number, fc.nat(24)), value: number })),
  }),
}
