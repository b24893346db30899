// What the venues say against what the desk remembers: once when the desk starts, before it takes new risk,
// and again and again from then on.
import { setTimeout as sleep } from 'node:timers/promises'
import type { LiveOrderGateway } from '../src/exchanges/ccxt-order-gateway.ts'
import type { VenueId } from '../src/market/market.ts'
import { readyAlert } from '../src/notification/ready-alert.ts'
import type { Runtime } from '../src/runtime.ts'
import { checkBreakers } from '../src/trade/check-breakers.ts'
import { drive } from '../src/trade/engine/drive.ts'
import type { ExecutionDesk } from '../src/trade/engine/execution-desk.ts'
import { lookAtVenue, type Looked } from '../src/trade/reconcile/look-at-venue.ts'
import type { ReconcileDesk } from '../src/trade/reconcile/reconcile-desk.ts'
import type { ReconcileStore, Standing } from '../src/trade/reconcile/reconcile-store.ts'

/** The accounts that orders go to; undefined where they fill on this machine. */
export type Accounts = {
  readonly venues: readonly VenueId[]
  readonly gateway: LiveOrderGateway
}

export type Reconciler = {
  /** False until every venue was looked at, or is quarantined: no new risk before that. */
  readonly isReady: () => boolean
  /** Looks at every venue and tells what was found. */
  readonly boot: () => Promise<void>
  /** Looks at those that are due. */
  readonly tick: () => Promise<void>
  /**
   * Looks at one that says something has moved. 'again': an order under way, or the desk itself, was in the
   * way. One in doubt is left to its own pace, for two looks prove something only when they lie apart.
   */
  readonly hint: (venue: VenueId) => Promise<'done' | 'again'>
  /** As after a start, without taking anything over: what was known may be old. */
  readonly doubt: (why: string) => Promise<void>
  readonly close: () => Promise<void>
}

const bootTriesMax = 5
const bootRetryMs = 300
/** What is set aside for nothing may wait so long; looking for it reads every reservation. */
const sweepEveryMs = 30_000

type Wiring = {
  readonly runtime: Runtime
  readonly desk: ExecutionDesk
  readonly accounts: Accounts | undefined
  /** A look that was due, and that nobody had hinted at, found what was not known. */
  readonly missed?: (venue: VenueId) => void
}

/** Drives that were set off by a look; nobody waits for their end but who closes. */
function openRechecks({ runtime: { log }, desk }: Wiring) {
  const running = new Map<string, Promise<void>>()
  return {
    async start(execution: string): Promise<void> {
      if (running.has(execution)) return
      const run = drive(desk, execution, { type: 'recheck' }).then(
        () => undefined,
        (error: unknown) => log.warn('a trade was not read again', { execution, error }),
      )
      running.set(
        execution,
        run.then(() => void running.delete(execution)),
      )
    },
    settled: async () => void (await Promise.all(running.values())),
  }
}

const isDoubtful = ({ state, differences, foreignOrders }: Standing): boolean =>
  state !== 'ok' || differences.length > 0 || foreignOrders > 0

/** Everything that has to do with the accounts of one run. */
function openLooks(wiring: Wiring, accounts: Accounts) {
  const { runtime, desk } = wiring
  const { reconciling: store, markets, settings, breakers, log, config } = runtime
  const rechecks = openRechecks(wiring)
  /** Simulated accounts begin anew with their servers, so each run takes them as it finds them. */
  const takenOver = new Set<VenueId>()
  const reconcileDesk: ReconcileDesk = {
    mode: config.mode,
    accounts: accounts.gateway,
    store,
    markets: (venue) => markets.markets([venue]),
    values: () => markets.values(),
    toleranceUsdt: () => settings.current()['reconcile.tolerance_usdt'],
    recheck: (execution) => rechecks.start(execution),
    wait: (ms) => sleep(ms),
  }

  async function look(venue: VenueId): Promise<Looked> {
    const unready = await accounts.gateway.prepare(venue)
    if (unready !== undefined) {
      const { reason } = unready
      const isNews = await store.quarantine(venue, reason)
      if (isNews) log.warn(`no orders go to ${venue}: ${reason}`)
      return { outcome: 'quarantined', venue, reason, isNews }
    }
    const looked = await lookAtVenue(reconcileDesk, venue, {
      adopts: ({ standing }) =>
        standing?.lookedAt === undefined || (config.mode === 'paper' && !takenOver.has(venue)),
    })
    if (looked.outcome === 'saved') takenOver.add(venue)
    if (looked.outcome === 'quarantined' && looked.isNews)
      log.warn(`${venue} is quarantined: ${looked.reason}`)
    if (looked.outcome !== 'quarantined' && looked.uncancelled.length > 0)
      log.warn(`${venue}: orphans stay open`, { orders: looked.uncancelled })
    return looked
  }

  /** Venues side by side: one that does not answer keeps no other waiting. */
  async function lookAt(venues: readonly VenueId[], triesMax = 1): Promise<readonly Looked[]> {
    const all = await Promise.all(
      venues.map(async (venue) => {
        let looked = await look(venue)
        for (let tries = 1; looked.outcome === 'moved' && tries < triesMax; tries++) {
          await sleep(bootRetryMs)
          looked = await look(venue)
        }
        return looked
      }),
    )
    // At once: a breaker must not wait for the next minute.
    await checkBreakers(breakers, await settings.refresh(), desk.worker)
    return all
  }
  return { lookAt, close: () => rechecks.settled() }
}

/** Frees what is set aside for what is over, when it is time to. */
function openSweep(store: Pick<ReconcileStore, 'releaseStale'>): () => Promise<void> {
  let sweptMs = -Infinity
  return async () => {
    if (performance.now() - sweptMs < sweepEveryMs) return
    sweptMs = performance.now()
    await store.releaseStale()
  }
}

/** Often while anything is open or in doubt, else seldom; by whoever looked last. */
async function dueVenues(
  { reconciling, settings }: Runtime,
  venues: readonly VenueId[],
  triedMs: ReadonlyMap<VenueId, number>,
): Promise<readonly VenueId[]> {
  const [standings, open] = await Promise.all([
    reconciling.standings(),
    reconciling.openExecutions(),
  ])
  const { 'reconcile.open_ms': openMs, 'reconcile.idle_ms': idleMs } = settings.current()
  return venues.filter((venue) => {
    const standing = standings.find((one) => one.venue === venue)
    const isQuiet = open.length === 0 && standing !== undefined && !isDoubtful(standing)
    const periodMs = isQuiet ? idleMs : openMs
    const lookedMs = standing?.lookedAt?.getTime() ?? -Infinity
    const sinceTriedMs = performance.now() - (triedMs.get(venue) ?? -Infinity)
    return sinceTriedMs >= periodMs && Date.now() - lookedMs >= periodMs
  })
}

function overAccounts(wiring: Wiring, accounts: Accounts, sweep: () => Promise<void>): Reconciler {
  const { runtime } = wiring
  const { reconciling: store, announce } = runtime
  const { venues } = accounts
  const looks = openLooks(wiring, accounts)
  const triedMs = new Map<VenueId, number>()
  let isReady = false
  let isLooking = false
  /** Why everything has to be looked at again, until it was. */
  let doubted: string | undefined

  /** Looks under way: two at once at one account would count as two. */
  const busy = new Map<VenueId, Promise<unknown>>()
  async function alone<T>(due: readonly VenueId[], work: () => Promise<T>): Promise<T> {
    const before = due.flatMap((venue) => busy.get(venue) ?? [])
    const mine = Promise.allSettled(before).then(work)
    const settled = mine.catch(() => undefined)
    for (const venue of due) busy.set(venue, settled)
    try {
      return await mine
    } finally {
      for (const venue of due) if (busy.get(venue) === settled) busy.delete(venue)
    }
  }

  async function lookAt(due: readonly VenueId[], triesMax = 1) {
    for (const venue of due) triedMs.set(venue, performance.now())
    const looked = await alone(due, () => looks.lookAt(due, triesMax))
    // A busy venue is tried again at the next tick: what was not judged is not known.
    for (const { venue, outcome } of looked) if (outcome === 'moved') triedMs.delete(venue)
    return looked
  }
  async function lookAtAll(why: string): Promise<void> {
    isLooking = true
    try {
      const open = await store.openExecutions()
      const released = await store.releaseStale()
      const looked = await lookAt(venues, bootTriesMax)
      isReady = true
      doubted = undefined
      await announce(readyAlert({ why, looked, released, open: open.length }))
    } finally {
      isLooking = false
    }
  }

  return {
    isReady: () => isReady,
    boot: () => lookAtAll('after a start'),
    async tick() {
      await sweep()
      // The look after a jump may have failed, for the database was away.
      if (!isReady && doubted !== undefined && !isLooking) return lookAtAll(`after ${doubted}`)
      if (!isReady) return
      const due = await dueVenues(runtime, venues, triedMs)
      if (due.length === 0) return
      for (const looked of await lookAt(due))
        if (looked.outcome === 'saved' && looked.booked.length + looked.rechecked.length > 0)
          wiring.missed?.(looked.venue)
    },
    async hint(venue) {
      await busy.get(venue)
      if (!isReady || !venues.includes(venue)) return 'done'
      const standing = (await store.standings()).find((one) => one.venue === venue)
      if (standing === undefined || isDoubtful(standing)) return 'done'
      const [looked] = await lookAt([venue])
      if (looked?.outcome === 'moved') return 'again'
      return (await store.openExecutions()).length > 0 ? 'again' : 'done'
    },
    async doubt(why) {
      if (!isReady) return
      isReady = false
      doubted = why
      await announce({
        kind: 'alert',
        severity: 'P1',
        subject: 'The desk is degraded',
        text: `${why}: no new risk until every venue account was looked at again.`,
      })
      await lookAtAll(`after ${why}`)
    },
    close: () => looks.close(),
  }
}

export async function openReconciler(wiring: Wiring): Promise<Reconciler> {
  const { runtime, accounts } = wiring
  const { reconciling: store } = runtime
  const sweep = openSweep(store)
  if (accounts === undefined) {
    await store.forget()
    const nothing = () => Promise.resolve()
    return {
      isReady: () => true,
      boot: sweep,
      tick: sweep,
      hint: () => Promise.resolve('done'),
      doubt: nothing,
      close: nothing,
    }
  }
  return overAccounts(wiring, accounts, sweep)
}
