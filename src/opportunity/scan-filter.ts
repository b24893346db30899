// The desk's own filters on a recorded set of tickers, as far as tickers alone can feed them. Wallets,
// contracts and how long a price stood still are in no ticker.
import type { VenueId } from '../market/market.ts'
import type { Route } from '../market/route.ts'
import type { Ticker } from '../market/ticker.ts'
import { usdtValues } from '../market/values.ts'
import type { Candidate, CandidateLeg } from './candidate.ts'
import { filterLimits, firstReason, type FilterSettings } from './filters.ts'
import { priceIdentity } from './identity.ts'
import { leveragedTokens } from './leveraged.ts'
import type { Side } from './opportunity.ts'
import type { RefusalReason } from './refusal.ts'
import type { ScannedCycle } from './scan-triangles.ts'

/** What a recording cannot be measured against is left out: a scan shows all profits, however small. */
export type ScanSettings = Omit<
  FilterSettings,
  'filter.book_age_ms_max' | 'filter.identity_min' | 'trading.net_percent_min'
>

export type ScanFilter = {
  passesRow(row: Ticker): boolean
  passesCycle(cycle: ScannedCycle): boolean
  passesPair(buy: Ticker, sell: Ticker, gross: number, net: number): boolean
  /** How many each reason dropped, most first. */
  whyNot(): Partial<Record<RefusalReason, number>>
}

type Recording = readonly { readonly venue: VenueId; readonly tickers: readonly Ticker[] }[]

/** Rows later than nearly all others by more than this are lies of a clock, not the present. */
const aheadMsMax = 600_000

/**
 * A recording has no "now". A row is as old as it is older than the newest row of its own venue, because
 * venues were read one after another; legs on two venues are as far apart as their times say.
 */
function clockOf(recording: Recording) {
  const times: number[] = []
  for (const { tickers } of recording)
    for (const { venueTimeMs } of tickers) if (venueTimeMs !== undefined) times.push(venueTimeMs)
  const sorted = Float64Array.from(times).toSorted()
  const latest = (sorted[Math.floor((sorted.length - 1) * 0.9)] ?? Infinity) + aheadMsMax
  const newest = new Map<VenueId, number>()
  for (const { venue, tickers } of recording) {
    let last = 0
    for (const { venueTimeMs = 0 } of tickers)
      if (venueTimeMs <= latest && venueTimeMs > last) last = venueTimeMs
    newest.set(venue, last)
  }
  return {
    /** A venue that tells no times answered in one piece: its rows are of one age. */
    ageMs: ({ venue, venueTimeMs }: Ticker): number =>
      venueTimeMs === undefined ? 0 : (newest.get(venue) ?? 0) - venueTimeMs,
    /** Where others tell their time, a row that does not cannot be shown to be of the same moment. */
    seenAtMs: ({ venueTimeMs }: Ticker): number =>
      venueTimeMs ?? (times.length === 0 ? 0 : Number.NaN),
  }
}

/** A ticker as one leg of a candidate, with what the whole recording says of its market. */
function legMaker(recording: Recording, ageMs: (row: Ticker) => number) {
  const values = usdtValues(recording.flatMap(({ tickers }) => tickers))
  const assets = new Set<string>()
  for (const { tickers } of recording)
    for (const { base, quote } of tickers) assets.add(base).add(quote)
  const leveraged = leveragedTokens(assets)
  return (row: Ticker, side: Side, seenAtMs: number): CandidateLeg => {
    const { venue, symbol, base, quote, bid, ask, bidSize, askSize, quoteVolume } = row
    const worth = values.get(quote)
    const age = ageMs(row)
    return {
      venue,
      symbol,
      base,
      quote,
      bid,
      ask,
      bidSize,
      askSize,
      side,
      ageMs: age,
      seenAtMs,
      frozenMs: age,
      volumeUsdt:
        quoteVolume === undefined || worth === undefined ? undefined : quoteVolume * worth,
      leveraged: leveraged.has(base),
      active: true,
      venueUp: true,
    }
  }
}

export function createScanFilter(recording: Recording, settings: ScanSettings): ScanFilter {
  const clock = clockOf(recording)
  const leg = legMaker(recording, clock.ageMs)
  const limits = filterLimits(
    {
      ...settings,
      'filter.book_age_ms_max': 0,
      'filter.identity_min': 'price',
      'trading.net_percent_min': -Infinity,
    },
    'ticker',
  )
  const counts = new Map<RefusalReason, number>()

  function passes(
    route: Route,
    legs: readonly CandidateLeg[],
    gross: number,
    net: number,
    identity: Candidate['identity'] = 'same-market',
  ): boolean {
    const reason = firstReason({ route, legs, gross, net, identity, wallet: 'unknown' }, limits)
    if (reason === undefined) return true
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
    return false
  }

  return {
    passesRow(row) {
      const route: Route = { kind: 'cycle', venue: row.venue, path: [row.base, row.quote] }
      // Either side of the row may be traded, so an empty size on one of them is left to the route.
      const priced = { ...leg(row, 'sell', 0), bidSize: undefined }
      return passes(route, [priced], 0, 0)
    },
    passesCycle({ path, rows, sides, gross, net }) {
      const route: Route = { kind: 'cycle', venue: (rows[0] as Ticker).venue, path }
      const legs = rows.map((row, k) => leg(row, sides[k] as Side, -clock.ageMs(row)))
      return passes(route, legs, gross, net)
    },
    passesPair(buy, sell, gross, net) {
      const route: Route = { kind: 'cross', symbol: buy.symbol, buy: buy.venue, sell: sell.venue }
      const legs = [leg(buy, 'buy', clock.seenAtMs(buy)), leg(sell, 'sell', clock.seenAtMs(sell))]
      const mids = [(buy.bid + buy.ask) / 2, (sell.bid + sell.ask) / 2] as const
      return passes(route, legs, gross, net, priceIdentity(...mids, limits.suspiciousPercent))
    },
    whyNot: () => Object.fromEntries([...counts].toSorted((a, b) => b[1] - a[1])),
  }
}
