// PORT: what trades brought, over any stretch of time and cut in any way. A trade counts when it ended.
import type { AssetAmount } from '../money.ts'
import type { Profit } from '../trade/profit.ts'

/** `to` itself is outside, so that spans in a row count everything once. */
export type Span = { readonly from: Date; readonly to: Date }

export type Results = {
  /** Those that ended with something traded. */
  readonly trades: number
  /** By what each brought at the last prices known; the others brought neither. */
  readonly wins: number
  readonly losses: number
  /** Ended with an open position, which counts at the last price it could be sold for. */
  readonly exposed: number
  readonly profit: Profit
  /** The same to the last digit, asset by asset; it is `arbitrage` and `inventory` together. */
  readonly changes: readonly AssetAmount[]
  /** What settled trades changed, fees in whatever coin included, and what transfers of the time cost. */
  readonly arbitrage: readonly AssetAmount[]
  /** What trades changed that left a position open: coins are held instead of what paid for them. */
  readonly inventory: readonly AssetAmount[]
  /** Of `arbitrage` alone. */
  readonly settledProfit: Profit
  /** What their plans promised. */
  readonly expected: Profit
  readonly fees: Profit
  readonly expectedAmounts: readonly AssetAmount[]
  readonly feeAmounts: readonly AssetAmount[]
  /** From somebody's yes to the last fill, on average; undefined where there is none. */
  readonly answerToFilledMs: number | undefined
}

export type UnderWay = {
  /** Those that have moved anything yet. */
  readonly trades: number
  readonly changes: readonly AssetAmount[]
}

/** A trade counts whole under each of its pairs, venues and coins: only routes add up. */
export const groupings = ['route', 'pair', 'venue', 'coin'] as const
export type Grouping = (typeof groupings)[number]

export type ProfitStore = {
  /**
   * The newest `count` days, weeks (from Monday) or months by the clocks of an IANA time zone, oldest
   * first; the last one is under way. A day has 23 or 25 hours where the clocks change.
   */
  spans(
    unit: 'day' | 'week' | 'month',
    count: number,
    zone: string,
    now: Date,
  ): Promise<readonly Span[]>
  /** One for each span, in their order; spans may overlap. */
  results(spans: readonly Span[]): Promise<readonly Results[]>
  /** Most profit first. */
  resultsBy(
    grouping: Grouping,
    span: Span,
  ): Promise<readonly (Results & { readonly key: string })[]>
  /** All that is held now or on its way between accounts, without what was ever paid in and out: as against just holding that. */
  beyondHolding(): Promise<readonly AssetAmount[]>
  /** The part of it that is the doing of trades under way: their coins are neither earned nor kept, but on the way. */
  underWay(): Promise<UnderWay>
  /** What the settled trades of each hour brought, at the last of them; hours without any are absent. */
  curve(span: Span): Promise<readonly { readonly at: Date; readonly usdt: number }[]>
}
