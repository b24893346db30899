// What the scan command prints: every triangle and every cross-exchange pair of a set of tickers at one
// flat fee. "Gross" is before fees, "net" after; both are shares of what is put in, 0.012 for 1.2 %.
import type { VenueId } from '../market/market.ts'
import { rotateCycle } from '../market/route.ts'
import type { Ticker } from '../market/ticker.ts'
import { createBest } from './best.ts'
import type { RefusalReason } from './refusal.ts'
import { createScanFilter, type ScanFilter, type ScanSettings } from './scan-filter.ts'
import { eachPair, rowsBySymbol } from './scan-pairs.ts'
import { eachCycle } from './scan-triangles.ts'

export type VenueTickers = { readonly venue: VenueId; readonly tickers: readonly Ticker[] }

export type CycleScan = {
  readonly symbols: number
  readonly cycles: number
  readonly gross_positive: number
  readonly net_positive: number
  readonly best: readonly {
    readonly path: readonly string[]
    readonly gross: number
    readonly net: number
  }[]
}

export type CrossScan = {
  /** Symbols that more than one venue lists. */
  readonly symbols: number
  /** Ordered pairs of venues, over all symbols. */
  readonly pairs: number
  readonly gross_positive: number
  readonly net_positive: number
  readonly best: readonly {
    readonly symbol: string
    readonly buy: VenueId
    readonly sell: VenueId
    readonly bid: number
    readonly ask: number
    readonly gross: number
    readonly net: number
  }[]
}

/** The names are the ones the command prints. */
export type Scan = {
  readonly triangles: Readonly<Record<VenueId, CycleScan>>
  readonly cross: CrossScan
  /** What was dropped: tickers for what they are, cycles and pairs for how their legs fit together. */
  readonly why_not?: Readonly<Partial<Record<RefusalReason, number>>>
}

export type ScanOptions = {
  /** The share every trade pays: 0.001 for ten basis points. */
  readonly fee: number
  /** The filters' limits; absent means raw: nothing but the definition of a spot symbol applies. */
  readonly filters?: ScanSettings
  /** Cycles are written from the first of these that they contain. */
  readonly startAssets?: readonly string[]
}

const bestCount = 20

/**
 * Tickers must have both prices and base ≠ quote, as the readers see to. With filters the counts are over
 * what passed: a ticker that fails is no symbol, and a gap that fails is neither counted nor listed.
 */
export function scan(venues: readonly VenueTickers[], options: ScanOptions): Scan {
  const { fee, filters, startAssets = [] } = options
  const filter = filters === undefined ? undefined : createScanFilter(venues, filters)
  const kept = venues.map(({ venue, tickers }) => ({
    venue,
    tickers: filter === undefined ? tickers : tickers.filter((row) => filter.passesRow(row)),
  }))
  const triangles = kept.map(({ venue, tickers }): [VenueId, CycleScan] => [
    venue,
    scanVenue(tickers, fee, startAssets, filter),
  ])
  const cross = scanPairs(
    kept.flatMap(({ tickers }) => tickers),
    fee,
    filter,
  )
  return {
    // fromEntries, because a file may be called __proto__.json.
    triangles: Object.fromEntries(triangles),
    cross,
    ...(filter !== undefined && { why_not: filter.whyNot() }),
  }
}

function scanVenue(
  rows: readonly Ticker[],
  fee: number,
  startAssets: readonly string[],
  filter: ScanFilter | undefined,
): CycleScan {
  let cycles = 0
  let grossPositive = 0
  let netPositive = 0
  const best = createBest<CycleScan['best'][number]>(bestCount)
  eachCycle(rows, fee, (gross, net, cycle) => {
    if (filter !== undefined && gross > 0 && !filter.passesCycle(cycle())) return
    cycles++
    if (gross > 0) grossPositive++
    if (net > 0) netPositive++
    if (best.admits(net))
      best.add(net, { path: rotateCycle(cycle().path, startAssets), gross, net })
  })
  return {
    symbols: rows.length,
    cycles,
    gross_positive: grossPositive,
    net_positive: netPositive,
    best: best.entries,
  }
}

function scanPairs(
  rows: readonly Ticker[],
  fee: number,
  filter: ScanFilter | undefined,
): CrossScan {
  const groups = rowsBySymbol(rows)
  let pairs = 0
  let grossPositive = 0
  let netPositive = 0
  const best = createBest<CrossScan['best'][number]>(bestCount)
  eachPair(groups, fee, (gross, net, buy, sell) => {
    if (filter !== undefined && gross > 0 && !filter.passesPair(buy, sell, gross, net)) return
    pairs++
    if (gross > 0) grossPositive++
    if (net > 0) netPositive++
    if (best.admits(net))
      best.add(net, {
        symbol: buy.symbol,
        buy: buy.venue,
        sell: sell.venue,
        bid: sell.bid,
        ask: buy.ask,
        gross,
        net,
      })
  })
  return {
    symbols: groups.length,
    pairs,
    gross_positive: grossPositive,
    net_positive: netPositive,
    best: best.entries,
  }
}
