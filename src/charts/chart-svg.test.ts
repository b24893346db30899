import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Chart } from '../notification/chart.ts'
import { chartSvg } from './chart-svg.ts'
import { sampleChart, sampleKinds } from './sample-charts.ts'
import { hostileCharts } from './sample-hostile-charts.ts'
import { heightPx, palette, widthPx } from './theme.ts'
import { thinChart } from './thin-chart.ts'

const svgOf = (chart: Chart): string => chartSvg(thinChart(chart))

/** What is written in a picture, as a person reads it. */
const textsOf = (svg: string): readonly string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) =>
    text
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&'),
  )

const lineCount = (svg: string, colour: string): number =>
  svg.match(new RegExp(`<polyline [^>]*stroke="${colour}"`, 'g'))?.length ?? 0

/** Every coordinate of every shape without curves and relative steps, px. */
const pointsOf = (svg: string): readonly (readonly number[])[] =>
  [...svg.matchAll(/ (?:d|points)="([^"]*)"/g)].flatMap(([, path = '']) =>
    /[a-zA]/.test(path)
      ? []
      : [...path.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]),
  )

/** What must hold for every picture, whatever was asked for. */
function expectDrawable(svg: string, kind: string): void {
  expect(svg, kind).not.toMatch(/NaN|Infinity|undefined|null/)
  // A clipped or translucent group outside the picture would end the process that draws.
  expect(svg, kind).not.toMatch(/clip-path|<g |<mask|<filter| opacity=/)
  for (const [x = -1, y = -1] of pointsOf(svg)) {
    expect(x, kind).toBeGreaterThanOrEqual(-1)
    expect(x, kind).toBeLessThanOrEqual(widthPx + 1)
    expect(y, kind).toBeGreaterThanOrEqual(-1)
    expect(y, kind).toBeLessThanOrEqual(heightPx + 1)
  }
}

const wanted: Record<Chart['kind'], readonly (string | RegExp)[]> = {
  'gap-history': [
    'net gap after costs, %',
    'threshold 0.25 %',
    'offered',
    'no data',
    'mean',
    '20 Nov',
    /^UTC · /,
  ],
  'price-history': [
    'bid to ask, USDT',
    /^binance 63,548 \/ 63,564$/,
    /^kucoin /,
    '13:00',
    'UTC · 20 Nov 2026',
  ],
  book: [
    'size up to this price, BTC',
    'price, USDT',
    'buy kucoin from 64,012.5',
    'sell binance up to 64,180.1',
    'overlap: gain before costs',
    'planned 0.85 BTC',
  ],
  profit: [
    'realised in all, USDT',
    'each day, USDT',
    'realised in all: +298.63 USDT',
    'daily loss',
    /^UTC · /,
  ],
  'route-bars': ['realised profit, USDT', 'BTC/USDT kucoin → binance', '318.2', '-2.7'],
  'gap-heat': [
    'best net gap, %',
    'hour of the day, UTC · dark: no data',
    'ETH/USDT gate → okx',
    '15',
    '0.6',
  ],
}

test.each(sampleKinds)('%s says what it shows, in which unit, and that it is not real', (kind) => {
  const chart = sampleChart(kind)
  const svg = svgOf(chart)
  const texts = textsOf(svg)
  for (const text of wanted[kind])
    expect(texts).toContainEqual(typeof text === 'string' ? text : expect.stringMatching(text))
  expect(texts).toContain(chart.title)
  // Once on the band above and once across the plot.
  expect(texts).toContain('PAPER  ·  SIMULATED MARKET')
  expect(texts).toContain('PAPER · SIMULATED MARKET')
  expectDrawable(svg, kind)
})

test('each venue has two lines of its own colour, and an outage interrupts them', () => {
  const svg = svgOf(sampleChart('price-history'))
  const [first, second] = palette
  // Bid and ask; the second venue was away for a while.
  expect(lineCount(svg, first)).toBe(2)
  expect(lineCount(svg, second)).toBe(2 * 2)
})

test('a gap history is one line before and one after its outage', () => {
  expect(lineCount(svgOf(sampleChart('gap-history')), palette[0])).toBe(2)
})

test('real money has a red band, nothing else has, and an unnamed mode is not taken for paper', () => {
  const chart = sampleChart('profit')
  const live = svgOf({ ...chart, badges: ['LIVE'] })
  expect(live).toContain('#d5431a')
  expect(textsOf(live).filter((text) => text === 'LIVE')).toHaveLength(2)
  expect(svgOf(chart)).not.toContain('#d5431a')
  const unnamed = svgOf({ ...chart, badges: [] })
  expect(unnamed).toContain('#d5431a')
  expect(textsOf(unnamed)).toContain('MODE UNKNOWN')
})

test('a name that every object has is drawn like any other', () => {
  for (const title of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    expect(
      textsOf(svgOf({ ...sampleChart('route-bars'), title })).map((one) => one.trim()),
    ).toContain(title)
    expect(Object.keys(Object.prototype)).toEqual([])
  }
})

test('names are text, never markup', () => {
  const title = '<b>&amp;"\'</text><script>'
  const svg = svgOf({ ...sampleChart('book'), title })
  expect(textsOf(svg)).toContain(title)
  expect(svg).not.toContain('<script')
})

const empty: Record<Chart['kind'], object> = {
  'gap-history': { buckets: [], episodes: [] },
  'price-history': { venues: [{ venue: 'a', quotes: [] }] },
  book: { buy: { venue: 'a', asks: [] }, sell: { venue: 'b', bids: [] } },
  profit: { cumulative: [], days: [] },
  'route-bars': { bars: [] },
  'gap-heat': { cells: [] },
}

test.each(sampleKinds)('an empty %s says that nothing was recorded', (kind) => {
  for (const window of [{}, { fromMs: Number.NaN, toMs: Infinity }]) {
    const svg = svgOf({ ...sampleChart(kind), ...empty[kind], ...window })
    expect(textsOf(svg).join('\n')).toMatch(
      /no data recorded in this time|neither book was recorded/,
    )
    expectDrawable(svg, kind)
  }
})

test.each(sampleKinds)(
  'no %s of any numbers, times and names fails or leaves the picture',
  (kind) => {
    expect.hasAssertions()
    fc.assert(
      fc.property(hostileCharts[kind], (chart) => expectDrawable(svgOf(chart), kind)),
      { numRuns: 150 },
    )
  },
)
