// Venues, books and two workers, wired together: what a seed runs on, and what single faults are tried on.
import type { VenueId } from '../../src/market/market.ts'
import type { Answered, AnswerSpool } from '../../src/trade/engine/answer-spool.ts'
import type { Execution } from '../../src/trade/engine/execution.ts'
import { collectBreaches } from './breach.ts'
import { checkCommit, checkWire, type Checked } from './checks.ts'
import type { FaultKind, Faults } from './faults.ts'
import { createMemoryStore, type MemoryStore, type StoreHooks } from './memory-execution-store.ts'
import { openOutside } from './outside.ts'
import { createRandom, type Random } from './random.ts'
import type { PlannedLeg } from './sample-execution.ts'
import type { SimulatedVenue } from './simulated-venue.ts'
import { connectStore, type Outage } from './store-connection.ts'
import { realDesk, type Variant } from './variant.ts'
import { openVenueGateway } from './venue-gateway.ts'
import { createVirtualTime, type VirtualTime } from './virtual-time.ts'
import { startWorker, type Moment, type WorkerProcess } from './worker-process.ts'
import { createVenues, fundVenues, type VenueChoice } from './world.ts'

function createMemorySpool(): AnswerSpool {
  const kept = new Map<string, readonly Answered[]>()
  const of = (execution: string) => kept.get(execution) ?? []
  return {
    keep: (execution, answer) => void kept.set(execution, [...of(execution), answer]),
    of,
    forget: (execution) => void kept.delete(execution),
  }
}

export type Floor = {
  readonly time: VirtualTime
  readonly random: Random
  readonly faults: Faults
  readonly store: MemoryStore
  readonly venues: ReadonlyMap<VenueId, SimulatedVenue>
  readonly workers: readonly WorkerProcess[]
  readonly legsOf: Map<string, readonly PlannedLeg[]>
  /** How often each client order id has left a machine. */
  readonly sent: ReadonlyMap<string, number>
  readonly checked: Checked
  readonly note: (line: () => string) => void
  readonly variant: Variant
  /** While it lasts nobody reaches the store. */
  readonly outage: Outage
  /** The disk of both workers' machine. */
  readonly spool: AnswerSpool
  /** Every step that could be seen, when it was asked for. */
  readonly trace: readonly string[]
  /** Every value that was committed, when it was asked for. */
  readonly committed: readonly Execution[]
}

export type FloorOptions = {
  readonly seed: number
  readonly faults: (onFire: (kind: FaultKind) => void) => Faults
  readonly variant?: Variant
  readonly isTracing?: boolean
  readonly venues?: VenueChoice
  /** Where a process dies; by chance when left out. */
  readonly diesAt?: (moment: Moment, call: string) => boolean
}

export const shortOf = ({ id, state, version, legs, sends, reason }: Execution): string =>
  `${id} v${version} ${state} [${legs
    .map((leg) => `${leg.clientOrderId.slice(-5)}:${leg.state}:${leg.fills.length}`)
    .join(' ')}]${sends.map((send) => ` ${send.id}:${send.state}`).join('')} ${reason ?? ''}`

const crashKinds: Readonly<Record<Moment, FaultKind>> = {
  before: 'crash before effect',
  after: 'crash after effect',
  answered: 'crash after answer',
}

function openMarket({ seed, faults: faultsFor, isTracing, venues: choice }: FloorOptions) {
  const time = createVirtualTime()
  const trace: string[] = []
  const committed: Execution[] = []
  const note = (line: () => string) => {
    if (isTracing === true) trace.push(`${String(time.elapsedMs()).padStart(7)} ${line()}`)
  }
  const random = createRandom(seed, 'world')
  const faults = faultsFor((kind) => note(() => `! ${kind}`))
  const breaches = collectBreaches(({ invariant, detail }) =>
    note(() => `BREACH ${invariant} ${detail}`),
  )
  const hooks: StoreHooks = {
    now: () => time.now(),
    onCommit: (before, after, commit) => {
      note(() => shortOf(after))
      if (isTracing === true) committed.push(after)
      checkCommit(checked, before, after, commit)
    },
    onRefusal: (detail) => breaches.add('I9', detail),
  }
  const store = createMemoryStore(hooks)
  const venues = createVenues(
    random,
    (venue) => ({
      time,
      faults,
      random: createRandom(seed, venue),
      onArrival: (at, { clientOrderId }) => note(() => `${at} < ${clientOrderId}`),
      onPrint: ({ orderId, amount, price }) =>
        note(() => `${venue} print ${orderId} ${amount} at ${price}`),
    }),
    choice,
  )
  fundVenues(venues, store, () => faults.fires('account short'))
  const checked: Checked = { tables: store.tables, venues, breaches, now: () => time.now() }
  return { time, random, faults, store, venues, checked, note, hooks, trace, committed }
}

export function openFloor(options: FloorOptions): Floor {
  const { seed, variant = realDesk } = options
  const market = openMarket(options)
  const { time, random, faults, store, venues, checked, note, hooks, trace, committed } = market
  const legsOf = new Map<string, readonly PlannedLeg[]>()
  const forgotten = new Set<string>()
  const sent = new Map<string, number>()
  const outage: Outage = { untilMs: 0 }
  const outside = openOutside({
    time,
    random: createRandom(seed, 'outside'),
    faults,
    venues,
    store,
    legsOf,
  })
  const spool = createMemorySpool()
  const link = createRandom(seed, 'link')
  const isClockTrue = () =>
    !faults.fired.has('clock jump small') && !faults.fired.has('clock jump large')
  const workers = ['one', 'two'].map((name) =>
    startWorker(name, {
      time,
      outside: (wallMs) => {
        const wire = {
          time,
          random: link,
          faults,
          venues,
          wallMs,
          onWire: (order: Parameters<typeof checkWire>[1]) => {
            note(() => `${name} > ${order.clientOrderId}`)
            checkWire(checked, order, sent, isClockTrue())
          },
        }
        const gateway = openVenueGateway(wire, forgotten)
        return {
          ...outside,
          transfers: { find: async (id) => store.tables.transfers.get(id) },
          store: connectStore(store, { time, random: link, faults, hooks, outage, variant }),
          gateway: variant.gateway?.(gateway, time) ?? gateway,
        }
      },
      diesAt: options.diesAt ?? ((moment) => faults.fires(crashKinds[moment])),
      stallsMs: () => (faults.fires('process stalls') ? link.whole(2_000, 45_000) : 0),
      restartMs: () => link.whole(300, 6_000),
      sweepMs: 5_000,
      onMistake: (error) => checked.breaches.add('throws', String(error)),
      onDeath: (worker) => note(() => `${worker} dies`),
      spool,
    }),
  )
  return {
    time,
    random,
    faults,
    store,
    venues,
    workers,
    legsOf,
    checked,
    note,
    variant,
    outage,
    spool,
    sent,
    trace,
    committed,
  }
}
