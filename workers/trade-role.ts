// The role 'trade': carries approved trades out, closes questions whose time is over, keeps the house.
import { onlyTelling } from '../src/approval/policy.ts'
import type { Venues } from '../src/exchanges/open-venues.ts'
import { openRunVenues } from '../src/run-venues.ts'
import { openRuntime, type Runtime } from '../src/runtime.ts'
import { createToldMark } from '../src/settings/told-mark.ts'
import { checkBreakers } from '../src/trade/check-breakers.ts'
import { drive, type Driven } from '../src/trade/engine/drive.ts'
import { createVenueTrouble } from '../src/trade/venue-trouble.ts'
import { openAccountNews, type AccountNews } from './account-news.ts'
import { adoptLatch } from './adopt-latch.ts'
import { announceLive } from './announce-live.ts'
import { openExecutionDesk, type TradeDesk } from './execution-desk.ts'
import { every } from './every.ts'
import { executionOf } from './execution-of.ts'
import { answerExposure, quoteExposures, type ExposureWiring } from './exposures.ts'
import { holdSigner, type HeldSigner } from './hold-signer.ts'
import { checkPast, keepToldMark } from './guard-past.ts'
import { housekeep } from './housekeeping.ts'
import { openRunGateway, type RunGateway } from './run-gateway.ts'
import { openReconciler, type Reconciler } from './reconciler.ts'
import { isOverTheWire } from './over-the-wire.ts'
import { createPaperTransfers } from './paper-transfers.ts'
import { resumeTrades } from './resume-trades.ts'
import type { Role, RoleRun } from './role-run.ts'
import { watchClock } from './watch-clock.ts'

const expireEveryMs = 1000
const quoteLookEveryMs = 5000
const resumeEveryMs = 2000
const paperTransferEveryMs = 2000
const housekeepEveryMs = 60_000
/** How often it is asked which venues are due. */
const reconcileEveryMs = 5000

/** An approved trade without an execution gets one; whatever it has is driven on. */
async function executeTrade(
  runtime: Runtime,
  { desk }: TradeDesk,
  isReady: () => boolean,
  id: string,
): Promise<void> {
  const { trades, settings, executions, settingsHistory } = runtime
  const trade = await trades.find(id)
  // It is asked for again every few seconds, as long as its approval lives.
  if (trade?.state === 'approved' && !isReady()) return
  if (trade?.state === 'approved') {
    const [newest] = await settingsHistory(1)
    const configVersion = Math.floor((newest?.at.getTime() ?? 0) / 1000)
    await executions.create(executionOf(trade, await settings.refresh(), configVersion))
  }
  const driven = await drive(desk, id)
  tellLeft(runtime, id, driven)
  // Whoever is asked wants to know the cost, now rather than at the next look.
  if (driven.outcome === 'rested' && driven.execution.state === 'exposed')
    await runtime.quoteExposure(id)
}

function tellLeft({ log }: Runtime, id: string, driven: Driven): void {
  if (driven.outcome === 'left') log.warn('a trade is left to the next worker', { id, ...driven })
}

/** Undefined where orders fill on this machine: nobody else can tell of them. */
function newsOf(
  { runtime, report }: Pick<RoleRun, 'report'> & { readonly runtime: Runtime },
  { desk }: TradeDesk,
  { listen }: RunGateway,
  reconciler: Reconciler,
): AccountNews | undefined {
  if (listen === undefined) return undefined
  const { config, settings, accountStreams, log } = runtime
  return openAccountNews({
    mode: config.mode,
    desk,
    settings,
    store: accountStreams,
    log,
    look: (venue) => reconciler.hint(venue),
    // What closing an open position costs is asked every few seconds anyway, and frames come in bursts.
    driven: (id, driven) => tellLeft(runtime, id, driven),
    listen,
    changed(states) {
      const away = [...states].flatMap(([venue, { state }]) => (state === 'away' ? [venue] : []))
      report({ streamsUp: states.size - away.length, streamsAway: away.join(', ') })
    },
  })
}

const exposureWiring = (runtime: Runtime, { desk, ...priced }: TradeDesk): ExposureWiring => ({
  ...runtime,
  ...priced,
  drive: (id, happened) => drive(desk, id, happened),
  now: () => new Date(),
})

/** Those that nobody answered in time, and all of them while the desk only tells. */
async function closeApprovals({ approvals, settings }: Runtime): Promise<void> {
  await approvals.expire()
  if (settings.current()['approval.mode'] === 'alert') await approvals.supersedeAll(onlyTelling)
}

/** ccxt needs its market lists before the first book; fetched before a trade has to wait for them. */
async function warmUp({ log }: Runtime, venues: Venues, signal: AbortSignal): Promise<void> {
  for (const venue of venues.ids) {
    if (signal.aborted) return
    const listed = await venues.rest(venue).list()
    if (listed.outcome === 'failed') log.warn(`${venue}: ${listed.detail}`)
  }
}

export const tradeRole: Role = async (run, signal) => {
  const runtime = await openRuntime(run.config, run.log, 'trade')
  const signer = await signerOf(runtime, run, signal)
  if (signer === undefined) return runtime.close()
  const past = { ...runtime, toldMark: createToldMark(run.config.home) }
  await checkPast(past, `trade-${process.pid}`)
  const leaveMark = keepToldMark(past)
  const venues = await openRunVenues(runtime)
  const { queues, settings, log } = runtime
  const orders = await openRunGateway(runtime, venues, signer.isHeld)
  const trouble = createVenueTrouble(() => performance.now())
  const sight = {
    isReady: () => reconciler.isReady(),
    haltOf: orders.haltOf,
    flaky: () => trouble.flaky(),
    hasAccounts: orders.accounts !== undefined,
  }
  const desk = openExecutionDesk(runtime, venues, trouble.listen(orders.gateway), sight)
  let news: AccountNews | undefined
  const reconciler = await openReconciler({
    runtime,
    desk: desk.desk,
    accounts: orders.accounts,
    missed: (venue) => news?.missed(venue),
  })
  const positions = exposureWiring(runtime, desk)
  const leaveLatch = adoptLatch(runtime)
  const forget = settings.onChange(() => {
    closeApprovals(runtime).catch((error: unknown) => log.warn('questions stay open', { error }))
  })
  await queues.work(
    'execute-trade',
    async ({ trade }) => {
      await executeTrade(runtime, desk, sight.isReady, trade)
      // People hear of a breaker when it trips, not when the next trade asks.
      await checkBreakers(runtime.breakers, settings.current(), desk.desk.worker)
    },
    { concurrency: 4 },
  )
  const stops: (() => void)[] = []
  if (!isOverTheWire(runtime)) {
    const warn = (error: unknown) => log.warn('transfers of paper trades wait', { error })
    stops.push(every(paperTransferEveryMs, createPaperTransfers(runtime), warn))
  }
  await queues.work('resume-trades', () => resumeTrades(runtime), { concurrency: 1 })
  await queues.work('answer-exposure', ({ answer }) => answerExposure(positions, answer), {
    concurrency: 4,
  })
  await queues.work('quote-exposures', ({ trade }) => quoteExposures(positions, trade), {
    concurrency: 2,
  })
  await queues.work('expire-approvals', () => closeApprovals(runtime), { concurrency: 1 })
  await queues.work('housekeeping', () => housekeep(runtime), { concurrency: 1 })
  await queues.work('reconcile', () => reconciler.tick(), { concurrency: 1 })
  // Start-up is recovery, too: the first of these comes at once or within one period.
  await queues.schedule('resume-trades', {}, resumeEveryMs)
  await queues.schedule('quote-exposures', {}, quoteLookEveryMs)
  await queues.schedule('expire-approvals', {}, expireEveryMs)
  await queues.schedule('housekeeping', {}, housekeepEveryMs)
  await queues.schedule('reconcile', {}, reconcileEveryMs)
  // What is open is brought home meanwhile; nothing new begins.
  await reconciler.boot()
  run.ready()
  if (run.config.mode === 'live')
    announceLive(runtime, venues.ids, orders.haltOf, signal).catch((error: unknown) => {
      if (!signal.aborted) log.warn('nobody was told of the live desk', { error })
    })
  news = newsOf({ runtime, report: run.report }, desk, orders, reconciler)
  const leaveClock = watchClock({
    wallMs: () => Date.now(),
    elapsedMs: () => performance.now(),
    onJump: (jumpMs) => {
      reconciler
        .doubt(`the clock jumped by ${jumpMs / 1000} s`)
        .catch((error: unknown) => log.warn('the venue accounts were not looked at', { error }))
    },
  })
  await warmUp(runtime, venues, signal)
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const lost = signer.lost.then(() => 'lost' as const)
  // It begins anew, and reads what the other has signed before it signs again.
  if ((await Promise.race([stopped, lost])) === 'lost') throw new Error('another process signs now')
  for (const stop of stops) stop()
  forget()
  leaveLatch()
  leaveClock()
  await leaveMark()
  await news?.close()
  await reconciler.close()
  // Trades under way still ask their venues while the queue comes to rest.
  await queues.close()
  await signer.release()
  await runtime.close()
  await orders.close()
  await venues.close()
}

/** Paper money may be signed for by any number of processes at once. */
const anybody: HeldSigner = {
  isHeld: () => true,
  lost: new Promise(() => {}),
  release: () => Promise.resolve(),
}

/** Undefined: it was told to stop while it stood by. */
async function signerOf(
  { signerLease, log }: Runtime,
  { config, ready }: RoleRun,
  signal: AbortSignal,
): Promise<HeldSigner | undefined> {
  if (config.mode === 'paper') return anybody
  const standBy = () => ready({ signer: 'stands by' })
  return await holdSigner({ lease: signerLease, log, signal, standBy })
}
