// One sweep after the other over every market: prices, gaps, refusals, and the watchlist that comes of them.
import { topicsMax } from '../src/exchanges/known-exchanges.ts'
import { createFactsTracker } from '../src/market/facts.ts'
import type { Market, VenueId } from '../src/market/market.ts'
import type { MarketStore } from '../src/market/market-store.ts'
import type { Ticker } from '../src/market/ticker.ts'
import { usdtValues } from '../src/market/values.ts'
import type { HistoryStore } from '../src/history/history-store.ts'
import { filterLimits, type FilterLimits } from '../src/opportunity/filters.ts'
import { createGapTracker } from '../src/opportunity/gap-life.ts'
import { createKnowledge } from '../src/opportunity/knowledge.ts'
import { shardOf } from '../src/opportunity/shards.ts'
import {
  createSweep,
  type NearRoute,
  type Sweep,
  type SweepResult,
} from '../src/opportunity/sweep.ts'
import { prospectOf } from '../src/opportunity/prospect.ts'
import { rankWatchlist } from '../src/opportunity/watchlist.ts'
import { createWhyNot } from '../src/opportunity/why-not.ts'
import type { Settings } from '../src/settings/settings.ts'
import type { Balance, TradeStore } from '../src/trade/trade-store.ts'
import { declaredBalances, usualBalances } from '../src/trade/paper-balances.ts'
import { holdingsOf } from './holdings.ts'
import { createPriceRecorder } from './price-recorder.ts'
import type { VenueSweeps } from './venue-sweeps.ts'

export type SweeperWiring = {
  readonly venueSweeps: VenueSweeps
  readonly markets: MarketStore
  readonly history: HistoryStore
  readonly trades: TradeStore
  readonly mode: 'paper' | 'live'
  readonly settings: () => Settings
  /** Wall clock and monotonic clock, ms. */
  readonly wallMs: () => number
  readonly nowMs: () => number
}

export type SweepReport = {
  readonly venuesUp: number
  readonly tickers: number
  /** Undefined until markets are listed. */
  readonly result: SweepResult | undefined
  readonly watched: number
  readonly detectMs: number
  /** Routes that pass every filter a ticker can feed, best first. */
  readonly passed: readonly string[]
  /** Since the start. */
  readonly refusals: ReadonlyMap<string, number>
}

export type Sweeper = {
  sweep(): Promise<SweepReport>
  /** Writes what is still in memory; called once at the end. */
  flush(): Promise<void>
}

/** How far from paying a route may be and still get a topic that nobody else wants. */
const nearNetMin = -0.02
const nearCount = 600
const valuesEveryMs = 5000

type Universe = { readonly sweep: Sweep; readonly markets: readonly Market[] }

export function createSweeper(wiring: SweeperWiring): Sweeper {
  const { venueSweeps, markets, history, trades, mode, settings, wallMs, nowMs } = wiring
  const facts = createFactsTracker()
  const gaps = createGapTracker()
  const whyNot = createWhyNot()
  const recorder = createPriceRecorder(history)
  const latest = new Map<VenueId, readonly Ticker[]>()
  let universe: Universe | undefined
  let valuesSavedMs = -Infinity
  let funded = new Set<VenueId>()

  function rebuild(): Universe {
    const all = venueSweeps.markets()
    const knowledge = createKnowledge({
      markets: all,
      assets: venueSweeps.assets(),
      facts: (venue, symbol) => facts.of(venue, symbol),
      venueUp: (venue) => venueSweeps.isUp(venue),
    })
    return {
      sweep: createSweep(all, settings()['trading.start_assets'], knowledge),
      markets: all,
    }
  }

  /** Paper money appears on a venue once its first tickers say what is traded there. */
  async function fund(values: ReadonlyMap<string, number>): Promise<void> {
    if (mode !== 'paper') return
    const declared = settings()['paper.balances']
    const missing = [...latest].filter(([venue]) => !funded.has(venue))
    const wanted = missing.flatMap(
      ([venue, tickers]) =>
        declaredBalances(venue, declared) ??
        usualBalances(venue, tickers, (...market) => facts.of(...market), values),
    )
    if (wanted.length > 0) await trades.declareBalances(wanted)
    funded = new Set(latest.keys())
  }

  /** Gaps that the loop watches are its to record; a sweep would count them twice. */
  function note(result: SweepResult, watchedShards: ReadonlySet<string>, at: number): void {
    const crossShards = settings()['loop.cross_shards']
    for (const { name, candidate, refusal } of result.findings) {
      if (refusal !== undefined) whyNot.add(name, refusal, at)
      else if (!watchedShards.has(`${shardOf(candidate.route, crossShards)} ${name}`))
        gaps.seen(name, candidate.net, at)
    }
    gaps.endSilent(at, settings()['sweep.period_ms'] * 1.5, 0)
  }

  async function writeWatchlist(
    { sweep }: Universe,
    limits: FilterLimits,
    balances: readonly Balance[],
    values: ReadonlyMap<string, number>,
  ): Promise<{ readonly watched: number; readonly routes: ReadonlySet<string> }> {
    const current = settings()
    const [previous, openShares] = await Promise.all([markets.watchlist(), history.openShares()])
    const near = sweep.near(wallMs(), limits, {
      netMin: nearNetMin,
      count: nearCount,
      holds: holdingsOf(balances, values),
    })
    const entries = rankWatchlist({
      prospects: near.map((route) =>
        prospectOf(route, {
          openShares,
          values,
          notionalUsdtMax: current['trading.notional_usdt_max'],
        }),
      ),
      topicsMax: (venue) => Math.min(topicsMax(venue), current['watchlist.topics_max']),
      previous,
      now: new Date(wallMs()),
      stayMsMin: current['watchlist.stay_ms_min'],
      crossShards: current['loop.cross_shards'],
      factsOf: (venue, symbol) => facts.of(venue, symbol),
    })
    await markets.saveWatchlist(entries)
    const listed = new Set(entries.map(({ shard, venue, symbol }) => `${shard} ${venue} ${symbol}`))
    const routes = near.flatMap(({ name, candidate }) => {
      const shard = shardOf(candidate.route, current['loop.cross_shards'])
      return candidate.legs.every((leg) => listed.has(`${shard} ${leg.venue} ${leg.symbol}`))
        ? [`${shard} ${name}`]
        : []
    })
    return { watched: entries.length, routes: new Set(routes) }
  }

  let watchedRoutes: ReadonlySet<string> = new Set()

  async function sweepOnce(): Promise<SweepReport> {
    const answers = await venueSweeps.sweep()
    if (venueSweeps.takeRelisted() || universe === undefined) universe = rebuild()
    const { sweep } = universe
    for (const answer of answers) {
      if (answer.outcome === 'failed') {
        sweep.drop(answer.venue)
        latest.delete(answer.venue)
      } else {
        latest.set(answer.venue, answer.tickers)
        sweep.take(answer.venue, answer.tickers, answer.receivedAtMs)
        recorder.take(answer.tickers, answer.receivedAtMs)
      }
    }
    const values = usdtValues([...latest.values()].flat())
    for (const answer of answers)
      if (answer.outcome === 'ok') facts.update(answer.tickers, values, nowMs())
    await fund(values)
    if (nowMs() - valuesSavedMs > valuesEveryMs) {
      await markets.saveValues(values)
      valuesSavedMs = nowMs()
    }

    const limits = filterLimits(settings(), 'ticker')
    const startedMs = nowMs()
    const result = sweep.detect(wallMs(), limits)
    const detectMs = nowMs() - startedMs
    note(result, watchedRoutes, wallMs())
    const { watched, routes } = await writeWatchlist(
      universe,
      limits,
      await trades.balances(),
      values,
    )
    watchedRoutes = routes
    await Promise.all(venueSweeps.statuses().map((status) => markets.saveStatus(status)))
    await recorder.flush(wallMs())
    await history.addGaps(gaps.drain(wallMs(), 'all'))
    await history.addRefusals(whyNot.drain(wallMs(), 'all'))
    return {
      venuesUp: venueSweeps.statuses().filter(({ state }) => state === 'up').length,
      tickers: [...latest.values()].reduce((sum, { length }) => sum + length, 0),
      result,
      watched,
      detectMs,
      passed: result.findings.filter(({ refusal }) => !refusal).map(({ name }) => name),
      refusals: whyNot.totals(),
    }
  }

  return {
    sweep: sweepOnce,
    flush: () => recorder.flush(wallMs(), true),
  }
}
