// A chart cut down to what its picture can show, on the thread that holds the data: a million points
// become a few thousand before anything is handed on. What is left is plain and can be copied.
import type {
  BookLadders,
  Chart,
  ChartHead,
  Episode,
  GapBucket,
  GapHeat,
  GapHistory,
  Level,
  PriceHistory,
  ProfitHistory,
  RouteBars,
  TimePoint,
  TimeWindow,
} from '../notification/chart.ts'
import { isDrawable, thinBand, thinLine, type BandPoint } from './columns.ts'
import { columnCount } from './theme.ts'
import { drawnWindow } from './time-ticks.ts'

export type Runs<T> = readonly (readonly T[])[]

export type ThinGapHistory = {
  readonly kind: 'gap-history'
  readonly window: TimeWindow
  readonly runs: Runs<BandPoint>
  readonly silenceMs: number
  readonly thresholdPercent: number | undefined
  readonly episodes: readonly Episode[]
}

export type ThinVenue = {
  readonly venue: string
  /** From the lowest bid to the highest ask of a column. */
  readonly band: Runs<BandPoint>
  readonly bid: Runs<TimePoint>
  readonly ask: Runs<TimePoint>
}

export type ThinPriceHistory = {
  readonly kind: 'price-history'
  readonly window: TimeWindow
  readonly venues: readonly ThinVenue[]
  readonly moreVenues: number
  readonly quoteAsset: string
  readonly episodes: readonly Episode[]
}

/** Sizes added up from the best level on. */
export type ThinBook = Omit<BookLadders, 'buy' | 'sell'> & {
  readonly buy: { readonly venue: string; readonly ladder: readonly Level[] }
  readonly sell: { readonly venue: string; readonly ladder: readonly Level[] }
}

export type ThinProfit = {
  readonly kind: 'profit'
  readonly window: TimeWindow
  readonly currency: string
  readonly cumulative: Runs<TimePoint>
  readonly bars: readonly { readonly fromMs: number; readonly profit: number }[]
  readonly daysPerBar: number
}

export type ThinRouteBars = RouteBars & { readonly moreRoutes: number }

export type ThinGapHeat = Omit<GapHeat, 'cells'> & {
  readonly rows: readonly {
    readonly route: string
    /** 24 of them; NaN where nothing is recorded. */
    readonly values: readonly number[]
  }[]
  readonly moreRoutes: number
}

export type ThinChart = ChartHead &
  (ThinGapHistory | ThinPriceHistory | ThinBook | ThinProfit | ThinRouteBars | ThinGapHeat)

const venuesMax = 8
const rowsMax = 12
const barsMax = 120
const levelsMax = 1000
const dayMs = 86_400_000

/** Shown when neither a window nor a point is given: an empty day. */
const noWindow: TimeWindow = { fromMs: 0, toMs: dayMs }

function* timesOf(...lists: readonly (readonly { readonly atMs: number }[])[]): Iterable<number> {
  for (const list of lists) for (const { atMs } of list) yield atMs
}

const columnsOf = (window: TimeWindow, silenceMs: number) => ({
  ...window,
  count: columnCount,
  silenceMs: silenceMs > 0 ? silenceMs : Infinity,
})

/** Cut to the window, in order; those that touch or share a pixel are one. */
function thinEpisodes(episodes: readonly Episode[], { fromMs, toMs }: TimeWindow): Episode[] {
  const columnMs = (toMs - fromMs) / columnCount
  const thin: Episode[] = []
  const inside = episodes
    .map((one) => ({ fromMs: Math.max(one.fromMs, fromMs), toMs: Math.min(one.toMs, toMs) }))
    .filter((one) => one.fromMs <= one.toMs)
  for (const episode of inside.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = thin.at(-1)
    if (last !== undefined && episode.fromMs - last.toMs <= columnMs)
      thin[thin.length - 1] = { ...last, toMs: Math.max(last.toMs, episode.toMs) }
    else thin.push(episode)
  }
  return thin
}

const bandOf = (bucket: GapBucket): BandPoint => ({
  atMs: bucket.atMs,
  low: bucket.netPercentMin,
  mean: bucket.netPercentMean,
  high: bucket.netPercentMax,
})

function thinGapHistory(chart: GapHistory): ThinGapHistory {
  const window = drawnWindow(chart, timesOf(chart.buckets)) ?? noWindow
  const threshold = chart.thresholdPercent ?? Number.NaN
  return {
    kind: chart.kind,
    window,
    runs: thinBand(chart.buckets.map(bandOf), columnsOf(window, chart.silenceMs)),
    silenceMs: chart.silenceMs,
    thresholdPercent: isDrawable(threshold) ? threshold : undefined,
    episodes: thinEpisodes(chart.episodes, window),
  }
}

function thinPriceHistory(chart: PriceHistory): ThinPriceHistory {
  const venues = chart.venues.slice(0, venuesMax)
  const window = drawnWindow(chart, timesOf(...venues.map(({ quotes }) => quotes))) ?? noWindow
  const columns = columnsOf(window, chart.silenceMs)
  return {
    kind: chart.kind,
    window,
    venues: venues.map(({ venue, quotes }) => ({
      venue,
      band: thinBand(
        quotes.map(({ atMs, bid, ask }) => ({ atMs, low: bid, mean: Number.NaN, high: ask })),
        columns,
      ),
      bid: thinLine(
        quotes.map(({ atMs, bid }) => ({ atMs, value: bid })),
        columns,
      ),
      ask: thinLine(
        quotes.map(({ atMs, ask }) => ({ atMs, value: ask })),
        columns,
      ),
    })),
    moreVenues: chart.venues.length - venues.length,
    quoteAsset: chart.quoteAsset,
    episodes: thinEpisodes(chart.episodes, window),
  }
}

function thinLadder(levels: readonly Level[], order: 1 | -1): readonly Level[] {
  let sum = 0
  const ladder = levels
    .filter(([price, size]) => isDrawable(price) && price > 0 && isDrawable(size) && size > 0)
    .toSorted(([a], [b]) => (a - b) * order)
    .map(([price, size]): Level => [price, (sum += size)])
  const every = Math.ceil(ladder.length / levelsMax)
  return ladder.filter((_, n) => n % every === 0 || n === ladder.length - 1)
}

const thinBook = ({ buy, sell, ...rest }: BookLadders): ThinBook => ({
  ...rest,
  buy: { venue: buy.venue, ladder: thinLadder(buy.asks, 1) },
  sell: { venue: sell.venue, ladder: thinLadder(sell.bids, -1) },
})

function thinProfit(chart: ProfitHistory): ThinProfit {
  const dayPoints = chart.days.map(({ dayStartMs }) => ({ atMs: dayStartMs }))
  const window = drawnWindow(chart, timesOf(chart.cumulative, dayPoints)) ?? noWindow
  const daysPerBar = Math.ceil((window.toMs - window.fromMs) / dayMs / barsMax)
  const bars = new Map<number, number>()
  for (const { dayStartMs, profit } of chart.days) {
    const isInside = dayStartMs > window.fromMs - dayMs && dayStartMs < window.toMs
    if (!isInside || !isDrawable(profit)) continue
    const fromMs = Math.floor(dayStartMs / dayMs / daysPerBar) * daysPerBar * dayMs
    bars.set(fromMs, (bars.get(fromMs) ?? 0) + profit)
  }
  return {
    kind: chart.kind,
    window,
    currency: chart.currency,
    cumulative: thinLine(chart.cumulative, columnsOf(window, Infinity)),
    bars: [...bars]
      .map(([fromMs, profit]) => ({ fromMs, profit }))
      .toSorted((a, b) => a.fromMs - b.fromMs),
    daysPerBar,
  }
}

function thinRouteBars(chart: RouteBars): ThinRouteBars {
  const bars = chart.bars.filter(({ value }) => isDrawable(value))
  const largest = bars.toSorted((a, b) => b.value - a.value).slice(0, rowsMax)
  return { ...chart, bars: largest, moreRoutes: bars.length - largest.length }
}

function thinGapHeat({ cells, ...rest }: GapHeat): ThinGapHeat {
  const rows = new Map<string, number[]>()
  for (const { route, hourUtc, value } of cells) {
    const values = rows.get(route) ?? Array.from({ length: 24 }, () => Number.NaN)
    rows.set(route, values)
    if (hourUtc in values && isDrawable(value)) values[hourUtc] = value
  }
  const shown = [...rows].slice(0, rowsMax)
  return {
    ...rest,
    rows: shown.map(([route, values]) => ({ route, values })),
    moreRoutes: rows.size - shown.length,
  }
}

/** Never throws, whatever the numbers are. Time grows with the points, the result does not. */
export function thinChart(chart: Chart): ThinChart {
  const { title, subtitle, badges } = chart
  const head: ChartHead = { title, badges, ...(subtitle === undefined ? {} : { subtitle }) }
  switch (chart.kind) {
    case 'gap-history':
      return { ...head, ...thinGapHistory(chart) }
    case 'price-history':
      return { ...head, ...thinPriceHistory(chart) }
    case 'book':
      return { ...head, ...thinBook(chart) }
    case 'profit':
      return { ...head, ...thinProfit(chart) }
    case 'route-bars':
      return { ...head, ...thinRouteBars(chart) }
    case 'gap-heat':
      return { ...head, ...thinGapHeat(chart) }
  }
}
