// The role 'sweep': reads every market by REST, again and again, and says where to look closer.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Venues } from '../src/exchanges/open-venues.ts'
import { amountText } from '../src/notification/amount-text.ts'
import { unlistedOf } from '../src/market/unlisted.ts'
import type { Market } from '../src/market/market.ts'
import { shardNames } from '../src/opportunity/shards.ts'
import { openRunVenues } from '../src/run-venues.ts'
import { openRuntime, type Runtime } from '../src/runtime.ts'
import { defaultSettings } from '../src/settings/settings.ts'
import { watchlistChannel } from './channels.ts'
import type { Role, RoleRun } from './role-run.ts'
import { createRuleAlerts } from './rule-alerts.ts'
import { saveListing } from './save-listing.ts'
import { isOverTheWire } from './over-the-wire.ts'
import type { Shortage } from './paper-funding.ts'
import { createSweeper, type SweepReport } from './sweeper.ts'
import { createVenueNews } from './venue-news.ts'
import { createVenueSweeps, type VenueSweeps } from './venue-sweeps.ts'

function venueSweepsOf(runtime: Runtime, venues: Venues, signal: AbortSignal): VenueSweeps {
  const { markets, announce, queues, log } = runtime
  const news = createVenueNews({
    announce,
    onError: (error) => log.warn('an alert could not be posted', { error }),
    wait: (ms) => sleep(ms, undefined, { ref: false }),
  })
  return createVenueSweeps({
    venues: venues.ids,
    rest: (venue) => venues.rest(venue),
    saveListing: (...listing) => saveListing({ markets, hub: queues }, ...listing),
    onNews(venue, health) {
      // A stop cuts requests off, which is no news about a venue.
      if (signal.aborted) return
      log.info(`${venue} is ${health.state}`, { reason: health.reason })
      news.note(venue, health)
    },
    onFault: (venue, error) => log.warn(`an answer of ${venue} could not be kept`, { error }),
    nowMs: () => performance.now(),
    random: Math.random,
    wait: (ms) => sleep(ms),
  })
}

/** Shards exist as rows and are woken as jobs; a job that runs or waits is not added twice. */
async function wakeShards({ shards, queues, settings }: Runtime, venues: Venues): Promise<void> {
  const names = shardNames(venues.ids, settings.current()['loop.cross_shards'])
  await shards.declare(names)
  for (const shard of names) await queues.enqueue('shard', { shard }, { id: shard })
}

/** Fewer than two venues leave nothing to trade across: said once, and once more when it is over. */
function crossWatch({ announce }: Runtime) {
  let enough = true
  return async ({ venuesUp }: SweepReport): Promise<void> => {
    const now = venuesUp >= 2
    if (now === enough) return
    enough = now
    await announce({
      kind: 'alert',
      severity: now ? 'P2' : 'P1',
      subject: 'cross trading',
      text: now
        ? 'two venues or more answer again: cross-exchange gaps are looked for'
        : `${venuesUp === 1 ? 'only one venue answers' : 'no venue answers'}: cross-exchange trading is stopped until two do`,
    })
  }
}

/** A change is answered with a warning; what --set or an earlier run asked for is only found out here. */
function tellUnlisted({ settings, log }: Runtime, markets: readonly Market[]): void {
  const usual = defaultSettings('other')['trading.start_assets']
  const asked = settings.current()['trading.start_assets'].filter((each) => !usual.includes(each))
  const unknown = unlistedOf(asked, markets)
  if (unknown.length > 0)
    log.warn(
      `no venue lists ${unknown.join(' or ')} of trading.start_assets: no cycle starts there`,
    )
}

/** Commands refuse such a declaration; what an earlier run or --set declared is only found out here. */
function tellShortage({ announce, log }: Runtime, { venue, asset, free, wanted }: Shortage): void {
  announce({
    kind: 'alert',
    severity: 'P1',
    subject: 'paper balances',
    text: `paper.balances is not what the accounts hold: ${amountText(wanted)} ${asset} would have to leave ${venue}, where ${amountText(free)} is free`,
  }).catch((error: unknown) => log.warn('an alert could not be posted', { error }))
}

function reportTo({ report, log }: RoleRun, swept: SweepReport, sweepPeriodMs: number): void {
  const { venuesUp, tickers, watched, detectMs, result } = swept
  const passed = result.counts.cross.passed + result.counts.cycle.passed
  report({ sweepPeriodMs, venuesUp, tickers, watched })
  log.debug('swept', { venuesUp, tickers, watched, detectMs, passed })
}

export const sweepRole: Role = async (run, signal) => {
  const runtime = await openRuntime(run.config, run.log, 'sweep')
  const venues = await openRunVenues(runtime)
  const { queues, settings } = runtime
  const venueSweeps = venueSweepsOf(runtime, venues, signal)
  const ruleAlerts = createRuleAlerts(runtime)
  const sweeper = createSweeper({
    venueSweeps,
    markets: runtime.markets,
    history: runtime.history,
    trades: runtime.trades,
    wishes: runtime.wishes,
    onFindings: (findings, wallMs) => ruleAlerts.look(findings, wallMs),
    onWatchlist: () => queues.publish(watchlistChannel, ''),
    onShort: (shortage) => tellShortage(runtime, shortage),
    declaresMoney: run.config.mode === 'paper' && !isOverTheWire(runtime),
    settings: () => settings.current(),
    wallMs: () => Date.now(),
    nowMs: () => performance.now(),
  })
  const watchCross = crossWatch(runtime)
  let up = false

  async function sweepJob(): Promise<void> {
    const swept = await sweeper.sweep()
    // Shards begin on a whole market rather than again with each venue that is listed.
    if (swept === undefined) return
    await watchCross(swept)
    const periodMs = settings.current()['sweep.period_ms']
    if (!up && swept.venuesUp === 0) return reportTo(run, swept, periodMs)
    await wakeShards(runtime, venues)
    if (!up) {
      await marketIsUp(runtime, venues, swept)
      tellUnlisted(runtime, venueSweeps.markets())
      run.ready()
    }
    up = true
    reportTo(run, swept, periodMs)
  }

  await queues.work('sweep', sweepJob, { concurrency: 1 })
  await queues.schedule('sweep', {}, settings.current()['sweep.period_ms'])
  settings.onChange((changed) => {
    queues
      .schedule('sweep', {}, changed['sweep.period_ms'])
      .catch((error: unknown) => runtime.log.warn('the sweep keeps its period', { error }))
  })
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await queues.close()
  await sweeper.flush()
  await runtime.close()
  await venues.close()
}

const marketIsUp = ({ announce }: Runtime, venues: Venues, { venuesUp, tickers }: SweepReport) =>
  announce({
    kind: 'status',
    subject: 'market',
    text: `the market is up: ${tickers} markets on ${venuesUp} of ${venues.ids.length} venues`,
  })
