// What the desk does when a venue tells of our account: it looks, at once instead of when a look is due. A
// frame is a hint and never an observation, for three reasons. What REST answers is checked row by row and
// to the last digit, and one way into the books is easier to prove right than two that must agree. Frames
// are poorer: some come without fees, some with the last fill alone, none with all fills. And a hint cannot
// lie: whether it is doubled, late, out of order or about something else, the answer to the question it
// makes us ask is the same. It costs one request's time, which is far less than a look is usually away.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../src/log.ts'
import type { VenueId } from '../src/market/market.ts'
import type { LiveSettings } from '../src/settings/live-settings.ts'
import type { AccountListener, AccountStreams, StreamState } from '../src/trade/account-news.ts'
import { executionOf } from '../src/trade/engine/client-order-id.ts'
import { drive, type Driven } from '../src/trade/engine/drive.ts'
import type { Event } from '../src/trade/engine/event.ts'
import type { Mode } from '../src/trade/engine/execution.ts'
import type { ExecutionDesk } from '../src/trade/engine/execution-desk.ts'
import type { StreamStore } from '../src/trade/stream-store.ts'
import { every } from './every.ts'
import { createHints } from './hints.ts'

/** A burst of prints is one look and one more. */
const orderSpacingMs = 200
const ordersAtOnceMax = 4
const drivesMax = 8
const claimMsMax = 1_000
/** An order moves its balances in several frames. */
const accountDelayMs = 300
const accountsAtOnceMax = 5
const sayEveryMs = 10_000

export type AccountNewsWiring = {
  readonly mode: Mode
  readonly desk: ExecutionDesk
  readonly settings: Pick<LiveSettings, 'current' | 'onChange'>
  readonly store: Pick<StreamStore, 'save'>
  readonly log: Pick<Log, 'info' | 'warn'>
  /** Looks at an account; 'again': not all of it could be judged. */
  readonly look: (venue: VenueId) => Promise<'done' | 'again'>
  /** Told of what a drive came to, as of any other. */
  readonly driven: (id: string, driven: Driven) => void
  readonly listen: (listener: AccountListener) => AccountStreams
  /** Hears of every change, for whoever shows it. */
  readonly changed: (states: ReadonlyMap<VenueId, StreamState>) => void
}

export type AccountNews = {
  /** A look that was due has found what no frame had told: a stream that stays silent is begun anew. */
  readonly missed: (venue: VenueId) => void
  readonly close: () => Promise<void>
}

const inKey = (venue: VenueId, clientOrderId: string) => `${venue} ${clientOrderId}`

/** Drives that a frame has called for: at most so many at once, for REST will call for the others. */
function openDrives({ desk, log, driven }: AccountNewsWiring) {
  const running = new Set<Promise<void>>()
  return {
    /** Its outcome, or 'on its way' when that takes longer than finding out whether it may. */
    async start(id: string, told: Event): Promise<Driven['outcome'] | 'on its way'> {
      if (running.size >= drivesMax) return 'not-yours'
      const drove = drive(desk, id, told)
      const followed = drove
        .then((end) => driven(id, end))
        .catch((error: unknown) => log.warn('a trade was not read again', { id, error }))
      running.add(followed)
      void followed.then(() => running.delete(followed))
      const claimed = drove.then(({ outcome }) => outcome)
      return await Promise.race([claimed, sleep(claimMsMax, 'on its way' as const, { ref: false })])
    },
    settled: async () => void (await Promise.all(running)),
  }
}

/** An order of ours is looked at by its driver, or by one that is called for it. */
function openOrderLooks(wiring: AccountNewsWiring, hintAccount: (venue: VenueId) => void) {
  const { mode, desk, log } = wiring
  const drives = openDrives(wiring)
  const hints = createHints({
    delayMs: 0,
    spacingMs: () => orderSpacingMs,
    atOnceMax: ordersAtOnceMax,
    onError: (order, error) => log.warn('an order was not looked at', { order, error }),
    async run(key) {
      const [venue = '', leg = ''] = key.split(' ')
      const id = executionOf(mode, leg)
      const told: Event = { type: 'told', leg }
      if (id !== undefined && desk.bells.ring(id, told)) return 'done'
      const outcome = id === undefined ? 'absent' : await drives.start(id, told)
      // Nobody wrote it down here: the reconciler has to know whose it is.
      if (outcome === 'absent') hintAccount(venue)
      return outcome === 'not-yours' ? 'again' : 'done'
    },
  })
  return {
    hint: (key: string) => hints.hint(key),
    async close() {
      await hints.close()
      await drives.settled()
    },
  }
}

/** One line when a stream is lost and one when it is back; which are up is written down for all to see. */
function openStates({ store, log, changed }: AccountNewsWiring) {
  const states = new Map<VenueId, StreamState>()
  const save = async () => await store.save(states)
  const failed = (error: unknown) => log.warn('nobody sees which streams are up', { error })
  const stop = every(sayEveryMs, save, failed)
  return {
    /** True: it was away before, so something may have been missed. */
    set(venue: VenueId, next: StreamState): boolean {
      const before = states.get(venue)
      states.set(venue, next)
      if (before?.state === next.state) return false
      if (next.state === 'away')
        log.warn(`${venue} tells nothing of our account; REST asks at its own pace`, {
          reason: next.reason,
        })
      else if (before !== undefined) log.info(`${venue} tells of our account again`)
      save().catch(failed)
      changed(states)
      return before !== undefined && next.state === 'up'
    },
    forget() {
      if (states.size === 0) return
      states.clear()
      save().catch(failed)
      changed(states)
    },
    async close() {
      stop()
      states.clear()
      await save().catch(failed)
    },
  }
}

/** Listens as long as `execution.streams` says so. */
export function openAccountNews(wiring: AccountNewsWiring): AccountNews {
  const { settings, log } = wiring
  const accounts = createHints({
    run: wiring.look,
    delayMs: accountDelayMs,
    spacingMs: () => settings.current()['reconcile.told_ms'],
    atOnceMax: accountsAtOnceMax,
    onError: (venue, error) => log.warn(`the account on ${venue} was not looked at`, { error }),
  })
  const orders = openOrderLooks(wiring, (venue) => accounts.hint(venue))
  const states = openStates(wiring)
  const heardMs = new Map<VenueId, number>()
  const hear = (venue: VenueId) => void heardMs.set(venue, performance.now())
  const listener: AccountListener = {
    order(venue, clientOrderId) {
      hear(venue)
      orders.hint(inKey(venue, clientOrderId))
    },
    balances(venue) {
      hear(venue)
      accounts.hint(venue)
    },
    changed: (venue, state) => void (states.set(venue, state) && accounts.hint(venue)),
  }
  let streams: AccountStreams | undefined
  const follow = () => {
    const isWanted = settings.current()['execution.streams']
    if (isWanted) streams ??= wiring.listen(listener)
    if (isWanted || streams === undefined) return
    const closing = streams.close()
    streams = undefined
    states.forget()
    closing.catch((error: unknown) => log.warn('a stream was not closed', { error }))
  }
  follow()
  const leave = settings.onChange(follow)
  return {
    missed(venue) {
      const silentMs = performance.now() - (heardMs.get(venue) ?? -Infinity)
      // What it told a moment ago is just about to be looked at.
      if (silentMs > settings.current()['reconcile.told_ms']) streams?.renew(venue)
    },
    async close() {
      leave()
      await streams?.close()
      await Promise.all([orders.close(), accounts.close()])
      await states.close()
    },
  }
}
