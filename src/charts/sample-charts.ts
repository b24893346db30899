// One chart of each kind as a desk might ask for it, from a seed: for tests, the bench and for looking at.
import type { Chart, Quote } from '../notification/chart.ts'
import { seededRandom } from '../opportunity/sample-market.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const toMs = Date.UTC(2026, 10, 20, 14, 5)

const badges = ['PAPER', 'SIMULATED MARKET']

export const sampleKinds = [
  'gap-history',
  'price-history',
  'book',
  'profit',
  'route-bars',
  'gap-heat',
] as const satisfies readonly Chart['kind'][]

function gapHistory(points: number): Chart {
  const random = seededRandom(1)
  const fromMs = toMs - dayMs
  const bucketMs = dayMs / points
  const buckets = Array.from({ length: points }, (_, n) => {
    const share = n / points
    const hump = Math.exp(-(((share - 0.78) / 0.04) ** 2)) * 0.5
    const mean = -0.12 + 0.08 * Math.sin(share * 14) + hump + random() * 0.04
    const spike = random() < 3 / points ? 0.9 : 0
    return {
      atMs: fromMs + n * bucketMs,
      netPercentMin: mean - random() * 0.05,
      netPercentMean: mean,
      netPercentMax: mean + random() * 0.08 + spike,
    }
  })
  const isOutage = (share: number): boolean => share > 0.4 && share < 0.5
  return {
    kind: 'gap-history',
    title: 'BTC/USDT kucoin → binance',
    subtitle: 'Net gap of the last 24 hours',
    badges,
    fromMs,
    toMs,
    buckets: buckets.filter(({ atMs }) => !isOutage((atMs - fromMs) / dayMs)),
    silenceMs: Math.max(bucketMs * 2.5, 1),
    thresholdPercent: 0.25,
    episodes: [
      { fromMs: fromMs + 0.745 * dayMs, toMs: fromMs + 0.815 * dayMs },
      { fromMs: fromMs + 0.2 * dayMs, toMs: fromMs + 0.2 * dayMs + minuteMs },
    ],
  }
}

function priceHistory(points: number): Chart {
  const random = seededRandom(2)
  const fromMs = toMs - 2 * hourMs
  let worth = 64_000
  const venues = ['binance', 'kucoin'].map((venue) => ({ venue, quotes: [] as Quote[] }))
  for (let n = 0; n < points; n++) {
    worth += (random() - 0.5) * 1200 * points ** -0.5
    const share = n / points
    const lead = share > 0.55 && share < 0.72 ? 150 : 0
    for (const [k, { quotes }] of venues.entries()) {
      const middle = worth + (k === 0 ? lead : (random() - 0.5) * 6)
      quotes.push({ atMs: fromMs + (n * 2 * hourMs) / points, bid: middle - 8, ask: middle + 8 })
    }
  }
  const [, second] = venues
  if (second !== undefined)
    second.quotes = second.quotes.filter(
      ({ atMs }) => Math.abs((atMs - fromMs) / hourMs - 0.5) > 0.1,
    )
  return {
    kind: 'price-history',
    title: 'BTC/USDT on 2 venues',
    badges,
    fromMs,
    toMs,
    venues,
    quoteAsset: 'USDT',
    silenceMs: (2 * hourMs * 2.5) / points,
    episodes: [{ fromMs: fromMs + 1.1 * hourMs, toMs: fromMs + 1.44 * hourMs }],
  }
}

function book(points: number): Chart {
  const random = seededRandom(3)
  const ladder = (best: number, step: number) =>
    Array.from({ length: points }, (_, n) => [best + n * step, 0.02 + random() * 0.2] as const)
  return {
    kind: 'book',
    title: 'BTC/USDT kucoin → binance',
    subtitle: 'As the books were when this was offered',
    badges,
    baseAsset: 'BTC',
    quoteAsset: 'USDT',
    buy: { venue: 'kucoin', asks: ladder(64_012.5, 7.1) },
    sell: { venue: 'binance', bids: ladder(64_180.1, -9.3) },
    plannedBaseSize: 0.85,
  }
}

function profit(points: number): Chart {
  const random = seededRandom(4)
  const fromMs = Date.UTC(2026, 9, 22)
  const days = Array.from({ length: 30 }, (_, n) => ({
    dayStartMs: fromMs + n * dayMs,
    profit: (random() - 0.3) * 40,
  }))
  let sum = 0
  const cumulative = Array.from({ length: points }, (_, n) => {
    const atMs = fromMs + ((n + 1) * 29.5 * dayMs) / points
    sum += ((days[Math.floor((atMs - fromMs) / dayMs)]?.profit ?? 0) * 30) / points
    return { atMs, value: sum }
  })
  return {
    kind: 'profit',
    title: 'Realised profit',
    subtitle: '30 days, all routes, after costs',
    badges,
    fromMs,
    toMs,
    currency: 'USDT',
    cumulative,
    days,
  }
}

const routes = ['BTC', 'ETH', 'SOL', 'PEPE', 'AVAX', 'WIF', 'INJ', 'TIA', 'DOGE', 'NEAR'].map(
  (coin, n) => `${coin}/USDT ${n % 2 === 0 ? 'kucoin → binance' : 'gate → okx'}`,
)

function routeBars(): Chart {
  const random = seededRandom(5)
  const bars = routes.map((route, n) => ({ route, value: 320 * 0.6 ** n - 8 + random() * 9 }))
  return {
    kind: 'route-bars',
    title: 'Best routes of this week',
    badges,
    measure: 'realised profit',
    unit: 'USDT',
    bars,
  }
}

function gapHeat(): Chart {
  const random = seededRandom(6)
  const cells = routes.slice(0, 8).flatMap((route, n) =>
    Array.from({ length: 24 }, (_, hourUtc) => ({
      route,
      hourUtc,
      value:
        n === 3 && hourUtc < 9
          ? Number.NaN
          : 0.5 * Math.exp(-(((hourUtc - 14 + n) / 5) ** 2)) + random() * 0.1,
    })),
  )
  return {
    kind: 'gap-heat',
    title: 'When gaps open',
    subtitle: 'Best net gap of each hour, last 7 days',
    badges,
    measure: 'best net gap',
    unit: '%',
    cells,
  }
}

/** The same for the same arguments; `points` is the length of each line and ladder. */
export function sampleChart(kind: Chart['kind'], points = 1440): Chart {
  switch (kind) {
    case 'gap-history':
      return gapHistory(points)
    case 'price-history':
      return priceHistory(points)
    case 'book':
      return book(Math.min(points, 20))
    case 'profit':
      return profit(points)
    case 'route-bars':
      return routeBars()
    case 'gap-heat':
      return gapHeat()
  }
}
