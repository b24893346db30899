// One sweep after the other over every market: prices, gaps, refusals, and the watchlist that comes of them.
import type { GapRow, HistoryStore, RefusalRow } from '../src/history/history-store.ts'
import { createFactsTracker } from '../src/market/facts.ts'
import type { VenueId } from '../src/market/market.ts'
import type { MarketStore } from '../src/market/market-store.ts'
import type { Ticker } from '../src/market/ticker.ts'
import { usdtValues } from '../src/market/values.ts'
import { filterLimits } from '../src/opportunity/filters.ts'
import { createGapTracker } from '../src/opportunity/gap-life.ts'
import { createKnowledge } from '../src/opportunity/knowledge.ts'
import {
  createSweep,
  type Finding,
  type Sweep,
  type SweepResult,
} from '../src/opportunity/sweep.ts'
import { blocksOf, type WatchWishStore } from '../src/opportunity/watch-wish.ts'
import { createWhyNot } from '../src/opportunity/why-not.ts'
import type { Settings } from '../src/settings/settings.ts'
import type { TradeStore } from '../src/trade/trade-store.ts'
import { keepUnwritten } from './keep-unwritten.ts'
import { createPaperFunding, type Shortage } from './paper-funding.ts'
import { createPriceRecorder } from './price-recorder.ts'
import type { VenueAnswer, VenueSweeps } from './venue-sweeps.ts'
import { writeWatchlist } from './watchlist-writer.ts'

export type SweeperWiring = {
  readonly venueSweeps: VenueSweeps
  readonly markets: MarketStore
  readonly history: HistoryStore
  readonly trades: TradeStore
  readonly wishes: Pick<WatchWishStore, 'list'>
  /** What one sweep found, refused or not. */
  readonly onFindings?: (findings: readonly Finding[], wallMs: number) => void
  /** Some book came onto the watchlist or left it. */
  readonly onWatchlist: () => Promise<void>
  /** Paper balances are declared lower than what is left of them: nothing was paid out. */
  readonly onShort: (shortage: Shortage) => void
  /** True where the desk says what paper accounts hold; elsewhere the venues do. */
  readonly declaresMoney: boolean
  readonly settings: () => Settings
  /** Wall clock and monotonic clock, ms. */
  readonly wallMs: () => number
  readonly nowMs: () => number
}

export type SweepReport = {
  readonly venuesUp: number
  readonly tickers: number
  readonly result: SweepResult
  /** Books on the watchlist. */
  readonly watched: number
  readonly detectMs: number
}

export type Sweeper = {
  /** Undefined while venues are still being listed for the first time: nothing is decided on a part. */
  sweep(): Promise<SweepReport | undefined>
  /** Writes what is still in memory; called once at the end. */
  flush(): Promise<void>
}

type Latest = { readonly tickers: readonly Ticker[]; readonly receivedAtMs: number }

const valuesEveryMs = 5000

export function createSweeper(wiring: SweeperWiring): Sweeper {
  const { venueSweeps, markets, history, trades, declaresMoney, settings, wallMs, nowMs } = wiring
  const onChange = wiring.onWatchlist
  const facts = createFactsTracker()
  const gaps = createGapTracker()
  const whyNot = createWhyNot()
  const recorder = createPriceRecorder(history)
  const addGaps = keepUnwritten((rows: readonly GapRow[]) => history.addGaps(rows))
  const addRefusals = keepUnwritten((rows: readonly RefusalRow[]) => history.addRefusals(rows))
  const fund = createPaperFunding(trades, facts, settings, wiring.onShort)
  const latest = new Map<VenueId, Latest>()
  let sweep: Sweep | undefined
  let startAssets: readonly string[] = []
  let watchedRoutes: ReadonlySet<string> = new Set()
  let valuesSavedMs = -Infinity

  /** The routes of what is listed, as long as neither the lists nor the settings change. */
  function currentSweep(): Sweep {
    const wanted = settings()['trading.start_assets']
    const isSame = wanted.join() === startAssets.join()
    if (!venueSweeps.takeRelisted() && isSame && sweep !== undefined) return sweep
    startAssets = wanted
    return (sweep = rebuild())
  }

  function rebuild(): Sweep {
    const all = venueSweeps.markets()
    const knowledge = createKnowledge({
      markets: all,
      assets: venueSweeps.assets(),
      facts: (venue, symbol) => facts.of(venue, symbol),
      venueUp: (venue) => venueSweeps.isUp(venue),
    })
    const fresh = createSweep(all, startAssets, knowledge)
    for (const [venue, last] of latest) fresh.take(venue, last.tickers, last.receivedAtMs)
    return fresh
  }

  function take(on: Sweep, answer: VenueAnswer): void {
    if (answer.outcome === 'failed') {
      on.drop(answer.venue)
      latest.delete(answer.venue)
      return
    }
    const { venue, tickers, receivedAtMs } = answer
    latest.set(venue, { tickers, receivedAtMs })
    on.take(venue, tickers, receivedAtMs)
    recorder.take(tickers, receivedAtMs)
  }

  /** What everything is worth now; told to the other processes every few seconds. */
  async function valueAll(answers: readonly VenueAnswer[]): Promise<ReadonlyMap<string, number>> {
    const values = usdtValues([...latest.values()].flatMap(({ tickers }) => tickers))
    for (const answer of answers)
      if (answer.outcome === 'ok') facts.update(answer.tickers, values, nowMs())
    if (declaresMoney) await fund(latest, values)
    // Half the venues would leave whoever reads this without the worth of what the others list.
    if (venueSweeps.isWhole() && nowMs() - valuesSavedMs > valuesEveryMs) {
      await markets.saveValues(values)
      valuesSavedMs = nowMs()
    }
    return values
  }

  /** Gaps that the loop watches are its to record; a sweep would count them twice. */
  function note({ findings }: SweepResult): void {
    const at = wallMs()
    for (const { name, candidate, refusal } of findings) {
      if (refusal !== undefined) whyNot.add(name, refusal, at)
      else if (!watchedRoutes.has(name)) gaps.seen(name, candidate.net, at)
    }
    gaps.endSilent(at, settings()['sweep.period_ms'] * 1.5, 0)
  }

  async function remember(): Promise<void> {
    await markets.saveStatuses(venueSweeps.statuses())
    await recorder.flush(wallMs())
    await addGaps(gaps.drain(wallMs(), 'all'))
    await addRefusals(whyNot.drain(wallMs(), 'all'))
  }

  return {
    async sweep() {
      const [answers, wishes] = await Promise.all([venueSweeps.sweep(), wiring.wishes.list()])
      const current = currentSweep()
      for (const answer of answers) take(current, answer)
      const values = await valueAll(answers)
      if (!venueSweeps.isWhole()) {
        // People and /health see from the beginning that venues are asked, and which.
        await markets.saveStatuses(venueSweeps.statuses())
        return undefined
      }
      const limits = filterLimits(settings(), 'ticker', blocksOf(wishes))
      const startedMs = nowMs()
      const result = current.detect(wallMs(), limits)
      const detectMs = nowMs() - startedMs
      note(result)
      wiring.onFindings?.(result.findings, wallMs())
      const listed = venueSweeps.markets()
      const wires = { markets, history, trades, facts, listed, wishes, onChange }
      const watched = await writeWatchlist(wires, current, limits, values, settings(), wallMs())
      watchedRoutes = watched.routes
      await remember()
      return {
        venuesUp: venueSweeps.statuses().filter(({ state }) => state === 'up').length,
        tickers: [...latest.values()].reduce((sum, { tickers }) => sum + tickers.length, 0),
        result,
        watched: watched.books,
        detectMs,
      }
    },
    flush: () => recorder.flush(wallMs(), 'now'),
  }
}
