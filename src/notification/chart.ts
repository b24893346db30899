// What can be drawn: plain numbers, times and names. Whoever asks has already decided what they mean.

/** Times are epoch ms and are drawn in UTC. Numbers that are none (NaN) were not recorded. */
export type Chart = ChartHead &
  (GapHistory | PriceHistory | BookLadders | ProfitHistory | RouteBars | GapHeat)

export type ChartHead = {
  /** Long ones are made smaller, then shortened in the middle. */
  readonly title: string
  readonly subtitle?: string
  /** Whether money and market are real, as on every card: "PAPER", "SIMULATED MARKET" or "LIVE". */
  readonly badges: readonly string[]
}

export type TimeWindow = { readonly fromMs: number; readonly toMs: number }

export type TimePoint = { readonly atMs: number; readonly value: number }

/** A stretch of time worth a shade, such as the life of an opportunity that was offered. */
export type Episode = TimeWindow

/** What was seen of one route from `atMs` on, until the next bucket. */
export type GapBucket = {
  readonly atMs: number
  /** NaN where only mean and max are recorded: the band then starts at the mean. */
  readonly netPercentMin: number
  readonly netPercentMean: number
  readonly netPercentMax: number
}

export type GapHistory = TimeWindow & {
  readonly kind: 'gap-history'
  readonly buckets: readonly GapBucket[]
  /** Two buckets further apart than this have an outage between them: no line is drawn across it. */
  readonly silenceMs: number
  readonly thresholdPercent?: number
  readonly episodes: readonly Episode[]
}

export type Quote = { readonly atMs: number; readonly bid: number; readonly ask: number }

export type PriceHistory = TimeWindow & {
  readonly kind: 'price-history'
  /** A venue that tells one price only gives it as bid and as ask. The first eight are drawn. */
  readonly venues: readonly { readonly venue: string; readonly quotes: readonly Quote[] }[]
  readonly quoteAsset: string
  /** As above. */
  readonly silenceMs: number
  readonly episodes: readonly Episode[]
}

export type Level = readonly [price: number, baseSize: number]

export type BookLadders = {
  readonly kind: 'book'
  readonly baseAsset: string
  readonly quoteAsset: string
  /** Where is bought; best (lowest) first. */
  readonly buy: { readonly venue: string; readonly asks: readonly Level[] }
  /** Where is sold; best (highest) first. */
  readonly sell: { readonly venue: string; readonly bids: readonly Level[] }
  /** The size that would be traded. */
  readonly plannedBaseSize?: number
}

export type ProfitHistory = TimeWindow & {
  readonly kind: 'profit'
  readonly currency: string
  /** Realised since the beginning of the count; it keeps its value until the next point. */
  readonly cumulative: readonly TimePoint[]
  readonly days: readonly { readonly dayStartMs: number; readonly profit: number }[]
}

export type RouteBars = {
  readonly kind: 'route-bars'
  /** What is compared, such as "realised profit" or "median gap lifetime". */
  readonly measure: string
  /** A currency or other unit; values in "ms" are written as durations. */
  readonly unit: string
  /** Drawn from the largest down; the twelve largest are shown. */
  readonly bars: readonly { readonly route: string; readonly value: number }[]
}

export type GapHeat = {
  readonly kind: 'gap-heat'
  /** What a cell tells, such as "best net gap". */
  readonly measure: string
  readonly unit: string
  /** Rows in the order they first appear, the first twelve; hours of the day, 0 to 23. */
  readonly cells: readonly {
    readonly route: string
    readonly hourUtc: number
    readonly value: number
  }[]
}

/** PORT: a picture as PNG, for people reading on a phone. Throws when none could be drawn just now. */
export type DrawChart = (chart: Chart) => Promise<Uint8Array>
