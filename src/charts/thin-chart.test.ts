import { expect, test } from 'vitest'
import type { Chart } from '../notification/chart.ts'
import { sampleChart, sampleKinds } from './sample-charts.ts'
import { thinChart } from './thin-chart.ts'

const head = { title: 'a', badges: ['PAPER'] }
const hourMs = 3_600_000

/** The numbers and texts of a value, all told. */
function sizeOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce((sum: number, part: unknown) => sum + sizeOf(part), 0)
}

test('a million points become a few thousand', () => {
  const points = { 'gap-history': 1_000_000, 'price-history': 100_000, profit: 100_000 } as const
  for (const kind of ['gap-history', 'price-history', 'profit'] as const) {
    const thin = thinChart(sampleChart(kind, points[kind]))
    expect(sizeOf(thin)).toBeLessThan(30_000)
    expect(structuredClone(thin)).toEqual(thin)
  }
})

test('every kind keeps its title, subtitle and badges', () => {
  for (const kind of sampleKinds) {
    const chart = sampleChart(kind)
    const { title, subtitle, badges } = thinChart(chart)
    expect({ title, subtitle, badges }).toEqual({
      title: chart.title,
      subtitle: chart.subtitle,
      badges: chart.badges,
    })
  }
})

test('episodes are cut to the window; those that share a pixel are one', () => {
  const chart: Chart = {
    ...head,
    kind: 'gap-history',
    fromMs: 0,
    toMs: hourMs,
    buckets: [],
    silenceMs: 60_000,
    episodes: [
      { fromMs: 1_800_000, toMs: 9 * hourMs },
      { fromMs: -5, toMs: 1000 },
      { fromMs: 1500, toMs: 2000 },
      { fromMs: Number.NaN, toMs: 5 },
      { fromMs: 2 * hourMs, toMs: 3 * hourMs },
    ],
  }
  expect(thinChart(chart)).toMatchObject({
    episodes: [
      { fromMs: 0, toMs: 2000 },
      { fromMs: 1_800_000, toMs: hourMs },
    ],
  })
})

test('a book is added up from its best level, whatever order it came in', () => {
  const chart: Chart = {
    ...head,
    kind: 'book',
    baseAsset: 'BTC',
    quoteAsset: 'USDT',
    buy: {
      venue: 'a',
      asks: [
        [102, 1],
        [101, 2],
        [Number.NaN, 1],
        [103, -1],
        [0, 3],
      ],
    },
    sell: {
      venue: 'b',
      bids: [
        [99, 1],
        [100, 0.5],
        [98, Infinity],
      ],
    },
  }
  expect(thinChart(chart)).toMatchObject({
    buy: {
      ladder: [
        [101, 2],
        [102, 3],
      ],
    },
    sell: {
      ladder: [
        [100, 0.5],
        [99, 1.5],
      ],
    },
  })
})

test('years of days share bars, and the bars add up to the days', () => {
  const days = Array.from({ length: 3650 }, (_, n) => ({
    dayStartMs: n * 24 * hourMs,
    profit: n % 7,
  }))
  const window = { fromMs: 0, toMs: 3650 * 24 * hourMs }
  const chart: Chart = {
    ...head,
    kind: 'profit',
    ...window,
    currency: 'USDT',
    cumulative: [],
    days,
  }
  const thin = thinChart(chart)
  if (thin.kind !== 'profit') throw new Error('the kind changed')
  expect(thin.bars.length).toBeLessThanOrEqual(120)
  expect(thin.daysPerBar).toBe(31)
  const sum = (profits: readonly number[]): number => profits.reduce((a, b) => a + b, 0)
  expect(sum(thin.bars.map(({ profit }) => profit))).toBe(sum(days.map(({ profit }) => profit)))
})

test('the largest twelve routes are compared, and the others counted', () => {
  const bars = Array.from({ length: 40 }, (_, n) => ({ route: `r${n}`, value: n }))
  const hostile = [{ route: 'x', value: Number.NaN }]
  const chart: Chart = {
    ...head,
    kind: 'route-bars',
    measure: 'm',
    unit: 'USDT',
    bars: [...bars, ...hostile],
  }
  const thin = thinChart(chart)
  if (thin.kind !== 'route-bars') throw new Error('the kind changed')
  expect(thin.bars.map(({ value }) => value)).toEqual([
    39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28,
  ])
  expect(thin.moreRoutes).toBe(28)
})

test('hours that are none are left out of the heat; an hour not told is not a zero', () => {
  const cell = (hourUtc: number, value: number) => ({ route: 'r', hourUtc, value })
  const cells = [
    cell(0, 1),
    cell(23, 2),
    cell(24, 9),
    cell(-1, 9),
    cell(1.5, 9),
    cell(5, Number.NaN),
  ]
  const thin = thinChart({ ...head, kind: 'gap-heat', measure: 'm', unit: '%', cells })
  if (thin.kind !== 'gap-heat') throw new Error('the kind changed')
  const [row] = thin.rows
  expect(row?.values).toHaveLength(24)
  expect(row?.values.filter((value) => !Number.isNaN(value))).toEqual([1, 2])
})
