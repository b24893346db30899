// One seed: some venues, two workers, a dozen executions, and whatever goes wrong. First it must stay safe;
// then the faults stop, and everything must come to its end.
import { createHash } from 'node:crypto'
import type { Breach } from './breach.ts'
import { checkBooks } from './checks.ts'
import { createFaults, type FaultKind } from './faults.ts'
import { openFloor, shortOf } from './floor.ts'
import { checkIdempotence, isQuiet, isResolved, quietAfterMs, reconcile } from './quiet.ts'
import { createRandom } from './random.ts'
import { tellOrders } from './told-orders.ts'
import { sendTransfers } from './transfers.ts'
import { approve, approveTransfer, stir } from './turmoil.ts'
import type { Variant } from './variant.ts'

export type SeedResult = {
  readonly seed: number
  readonly executions: number
  readonly fired: ReadonlyMap<FaultKind, number>
  readonly breaches: readonly Breach[]
  readonly unresolved: number
  readonly trace: readonly string[]
  readonly states: ReadonlyMap<string, number>
}

export type SeedOptions = {
  readonly variant?: Variant
  readonly isTracing?: boolean
  /** Whether a stream tells of orders besides; it does unless told otherwise. */
  readonly streams?: boolean
  /** Whether there are transfer trades; there are unless told otherwise. */
  readonly transfers?: boolean
}

const executionsMin = 10
const approvedWithinMs = 40_000
const safetyMs = 60_000
const livenessMs = 600_000
/** How often it is asked whether everything has come to its end. */
const lookMs = 1_000

export async function runSeed(number: number, options: SeedOptions = {}): Promise<SeedResult> {
  const floor = openFloor({
    ...options,
    seed: number,
    faults: (onFire) => createFaults(createRandom(number, 'faults'), onFire),
  })
  const { time, random, faults, store, checked, workers, trace } = floor
  const count = executionsMin + random.whole(0, 3)
  for (let n = 0; n < count; n++)
    time.at(random.whole(0, approvedWithinMs), () => approve(floor, n))
  if (options.transfers !== false) {
    const chances = createRandom(number, 'transfers')
    const transfers = chances.whole(1, 3)
    for (let n = 0; n < transfers; n++)
      time.at(chances.whole(0, approvedWithinMs), () => approveTransfer(floor, n, chances))
    sendTransfers(floor, createRandom(number, 'wallets'))
  }
  stir(floor, safetyMs)
  if (options.streams !== false) tellOrders(floor, createRandom(number, 'stream'), safetyMs)
  reconcile(floor)
  await time.run(safetyMs)
  faults.stop()
  store.press('running')
  await time.run(safetyMs + quietAfterMs)
  let lookedMs = 0
  await time.run(safetyMs + livenessMs, () => {
    if (time.elapsedMs() - lookedMs < lookMs) return false
    lookedMs = time.elapsedMs()
    return isQuiet(floor)
  })
  const rows = [...store.tables.rows.values()]
  const unresolved = rows.filter(({ execution }) => !isResolved(execution))
  for (const { execution } of unresolved) checked.breaches.add('I16', shortOf(execution))
  if (options.variant === undefined) await checkIdempotence(floor)
  checkBooks(checked)
  for (const worker of workers) worker.stop()
  const states = new Map<string, number>()
  for (const { execution } of rows)
    states.set(execution.state, (states.get(execution.state) ?? 0) + 1)
  return {
    seed: number,
    executions: rows.length,
    fired: faults.fired,
    breaches: checked.breaches.found,
    unresolved: unresolved.length,
    trace,
    states,
  }
}

export const traceHash = (trace: readonly string[]): string =>
  createHash('sha256').update(trace.join('\n')).digest('hex')
