// One execution on a quiet floor, with exactly the faults a test asks for.
import { baseAmount } from '../../src/money.ts'
import type { Alert } from '../../src/trade/engine/alert.ts'
import type { Event } from '../../src/trade/engine/event.ts'
import type { Execution, Kind, Leg, Terms } from '../../src/trade/engine/execution.ts'
import { checkBooks } from './checks.ts'
import type { FaultKind, Faults } from './faults.ts'
import { openFloor, type Floor } from './floor.ts'
import { isQuiet, quietAfterMs, reconcile } from './quiet.ts'
import { createRandom } from './random.ts'
import { planOf, sampleExecution, sampleTransfer, type PlannedLeg } from './sample-execution.ts'
import type { SimulatedVenue } from './simulated-venue.ts'
import { sendTransfers } from './transfers.ts'
import type { Moment } from './worker-process.ts'
import { crossLegs, cycleLegs } from './world.ts'

/** The first so many times it could happen, or exactly those times, counted from one. */
export type Script = Partial<Record<FaultKind, number | readonly number[]>>

function scriptedFaults(script: Script, onFire: (kind: FaultKind) => void): Faults {
  const asked = new Map<FaultKind, number>()
  const fired = new Map<FaultKind, number>()
  return {
    fires(kind) {
      const times = (asked.get(kind) ?? 0) + 1
      asked.set(kind, times)
      const when = script[kind] ?? 0
      const isDue = typeof when === 'number' ? times <= when : when.includes(times)
      if (!isDue) return false
      fired.set(kind, (fired.get(kind) ?? 0) + 1)
      onFire(kind)
      return true
    },
    stop: () => undefined,
    fired,
  }
}

export type BenchOptions = {
  readonly kind?: Kind
  readonly faults?: Script
  readonly terms?: Partial<Terms>
  readonly amount?: string
  /** null: the venues take a request however old it is. */
  readonly requestLifeMs?: number | null
  readonly diesAt?: (moment: Moment, call: string) => boolean
  readonly seed?: number
}

export type Bench = {
  readonly floor: Floor
  readonly id: string
  execution(): Execution
  leg(name: string): Leg
  states(): readonly string[]
  alerts(): readonly Alert['kind'][]
  /** How often the order has left a machine. */
  wires(leg: string): number
  drive(worker?: 0 | 1, happened?: Event): void
  run(ms: number): Promise<void>
  /** Until nothing is open, for ten minutes at most; then the books are compared. */
  finish(): Promise<void>
  breaches(): readonly string[]
}

/** "x00" is the first primary leg of step 0, "u01b" the second unwind of step 1. */
const nameOf = ({ clientOrderId, attempt }: Leg): string => {
  const [letter, step] = [clientOrderId.at(-5), clientOrderId.slice(-4, -2)]
  return `${letter}${step}${attempt === 1 ? '' : String.fromCharCode(96 + attempt)}`
}

export function openBench(options: BenchOptions = {}): Bench {
  const { kind = 'cross', faults = {}, terms = {}, diesAt, seed = 7 } = options
  const life = options.requestLifeMs === undefined ? 3_000 : (options.requestLifeMs ?? undefined)
  const floor = openFloor({
    seed,
    faults: (onFire) => scriptedFaults(faults, onFire),
    isTracing: true,
    venues: { count: 2, requestLifeMs: life },
    ...(diesAt === undefined ? {} : { diesAt }),
  })
  const { venues, time, store, legsOf, checked, workers, sent } = floor
  const [here, there] = [...venues.values()] as [SimulatedVenue, SimulatedVenue]
  const legs = kind === 'cycle' ? cycleLegs(here, true) : crossLegs(here, there)
  const amount = baseAmount(options.amount ?? (kind === 'cycle' ? '0.5' : '3.2'))
  const transfer = kind === 'transfer' ? sampleTransfer(legs) : undefined
  const top = ({ market, side }: PlannedLeg) =>
    (venues.get(market.venue) as SimulatedVenue).top(market, side)
  const plan = planOf(kind, legs, amount, top, transfer?.out.fee)
  const id = 'e001'
  legsOf.set(id, legs)
  void store.create(sampleExecution(id, kind, plan, time.now(), terms, transfer))
  const execution = () => store.tables.rows.get(id)?.execution as Execution
  const leg = (name: string) => {
    const found = execution().legs.find((one) => nameOf(one) === name)
    if (found === undefined)
      throw new Error(`no leg ${name} among ${execution().legs.map(nameOf).join(' ')}`)
    return found
  }
  reconcile(floor)
  if (kind === 'transfer') sendTransfers(floor, createRandom(seed, 'wallets'))
  return {
    floor,
    id,
    execution,
    leg,
    states: () => execution().legs.map((one) => `${nameOf(one)} ${one.state}`),
    alerts: () => [...store.tables.alerts.values()].map((alert) => alert.kind),
    wires: (name) => sent.get(leg(name).clientOrderId) ?? 0,
    drive: (worker = 0, happened) => workers[worker]?.drive(id, happened),
    run: (ms) => time.run(time.elapsedMs() + ms),
    async finish() {
      const untilMs = time.elapsedMs() + 600_000
      await time.run(time.elapsedMs() + quietAfterMs)
      await time.run(untilMs, () => isQuiet(floor))
      checkBooks(checked)
    },
    breaches: () => checked.breaches.found.map(({ invariant, detail }) => `${invariant} ${detail}`),
  }
}
