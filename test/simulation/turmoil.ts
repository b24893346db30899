// What people and the world do to a desk while it trades: approvals, presses, jobs that come twice.
import { baseAmount } from '../../src/money.ts'
import { isOver, type Execution, type Terms } from '../../src/trade/engine/execution.ts'
import type { FaultKind } from './faults.ts'
import type { Floor } from './floor.ts'
import type { Random } from './random.ts'
import { planOf, sampleExecution, sampleTransfer, type PlannedLeg } from './sample-execution.ts'
import type { SimulatedVenue } from './simulated-venue.ts'
import type { WorkerProcess } from './worker-process.ts'
import { crossLegs, cycleLegs } from './world.ts'

const tickMs = 500

const termsFor = (random: Random): Partial<Terms> => ({
  sending: random.pick(['parallel', 'parallel', 'flakier-first']),
  singleLeg: random.pick(['hedge', 'hedge', 'hedge', 'reverse', 'proceed', 'hold']),
  attemptsMax: random.pick([1, 1, 2]),
  hedgesMax: random.whole(1, 6),
  settleMs: random.pick([500, 1_000, 5_000]),
  unanswered: random.pick(['hedge', 'reverse', 'proceed', 'hold', 'hold']),
  answerMsMax: random.pick([5_000, 60_000]),
})

/** Somebody says yes, on one surface or on two at once. */
export function approve(floor: Floor, number: number): void {
  const { random, venues, time, store, workers, faults, legsOf, variant, checked } = floor
  const all = [...venues.values()]
  const kind = random.chance(0.65) ? 'cross' : 'cycle'
  const buyAt = random.pick(all)
  const sellAt = random.pick(all.filter((venue) => venue !== buyAt))
  const legs = kind === 'cross' ? crossLegs(buyAt, sellAt) : cycleLegs(buyAt, random.chance(0.5))
  const sizes =
    kind === 'cross' ? ['0.5', '1', '3.2', '12.3', '0.2'] : ['0.05', '0.5', '0.0213', '0.9']
  const amount = baseAmount(
    kind === 'cycle' && legs[0]?.market.base === 'BTC' ? '0.0123' : random.pick(sizes),
  )
  const plan = planOf(kind, legs, amount, ({ market, side }) =>
    (venues.get(market.venue) as SimulatedVenue).top(market, side),
  )
  const id = `e${String(number).padStart(3, '0')}`
  const execution = sampleExecution(id, kind, plan, time.now(), termsFor(random))
  legsOf.set(id, legs)
  const worker = random.pick(workers)
  void store.create(execution).then(() => worker.drive(id))
  if (!faults.fires('approved twice')) return
  const again = { ...execution, id: `${id}b` }
  legsOf.set(again.id, legs)
  if (variant.forgetsApprovals === true) {
    store.tables.rows.set(again.id, { execution: again, epoch: 0, leaseUntilMs: 0 })
    worker.drive(again.id)
    return
  }
  const createAgain = async () => {
    const { outcome } = await store.create(again)
    if (outcome !== 'exists')
      checked.breaches.add('I3', `${execution.opportunity} was approved twice`)
  }
  void createAgain()
}

/** Somebody says yes to a transfer trade; of chances of its own, so that all others come as they did. */
export function approveTransfer(floor: Floor, number: number, random: Random): void {
  const { venues, time, store, workers, legsOf } = floor
  const all = [...venues.values()]
  const buyAt = random.pick(all)
  const sellAt = random.pick(all.filter((venue) => venue !== buyAt))
  const legs = crossLegs(buyAt, sellAt)
  const amount = baseAmount(random.pick(['0.5', '1', '3.2', '12.3', '0.2']))
  const top = ({ market, side }: PlannedLeg) =>
    (venues.get(market.venue) as SimulatedVenue).top(market, side)
  const transfer = sampleTransfer(legs)
  const plan = planOf('transfer', legs, amount, top, transfer.out.fee)
  const id = `t${String(number).padStart(3, '0')}`
  const execution = sampleExecution(id, 'transfer', plan, time.now(), termsFor(random), transfer)
  legsOf.set(id, legs)
  void store.create(execution).then(() => random.pick(workers).drive(id))
}

function press(floor: Floor, kind: FaultKind, mode: 'paused' | 'killed' | 'frozen'): void {
  const { faults, store, time, random, note } = floor
  if (store.tables.mode !== 'running' || !faults.fires(kind)) return
  store.press(mode)
  note(() => `the desk is ${mode}`)
  time.at(random.whole(1_000, 12_000), () => store.press('running'))
}

const openOnes = ({ store }: Floor): readonly Execution[] =>
  [...store.tables.rows.values()]
    .map(({ execution }) => execution)
    .filter(({ state }) => !isOver(state))

/** What happens to a desk from outside, twice a second. */
export function stir(floor: Floor, untilMs: number): void {
  floor.time.at(tickMs, () => tick(floor, untilMs))
}

/** While a clock is wrong nothing new is sent, so somebody sets it right again. */
function jump({ time, random }: Floor, worker: WorkerProcess, ms: number): void {
  worker.turnClock(ms)
  time.at(random.whole(1_000, 30_000), () => worker.turnClock(-ms))
}

function tick(floor: Floor, untilMs: number): void {
  const { faults, random, workers, time } = floor
  press(floor, 'pause pressed', 'paused')
  press(floor, 'kill pressed', 'killed')
  press(floor, 'freeze pressed', 'frozen')
  for (const worker of workers) {
    if (faults.fires('clock jump small')) jump(floor, worker, random.whole(-400, 400))
    if (faults.fires('clock jump large'))
      jump(floor, worker, random.pick([-1, 1]) * random.whole(60_000, 3_600_000))
  }
  const open = openOnes(floor)
  if (open.length > 0 && faults.fires('driven twice')) {
    const { id } = random.pick(open)
    for (const worker of workers) worker.drive(id)
  }
  const exposed = open.filter(({ state }) => state === 'exposed')
  if (exposed.length > 0 && faults.fires('operator retries'))
    random
      .pick(workers)
      .drive(random.pick(exposed).id, { type: 'operator', choice: 'retry', by: 'ann' })
  if (exposed.length > 0 && faults.fires('operator accepts'))
    random
      .pick(workers)
      .drive(random.pick(exposed).id, { type: 'operator', choice: 'accept', by: 'ann' })
  if (exposed.length > 0 && faults.fires('operator decides')) {
    const { id, exposedAt } = random.pick(exposed)
    const choice = random.pick(['hedge', 'reverse', 'proceed', 'hold'] as const)
    // Two people at once, each on a surface of their own.
    for (const worker of workers)
      worker.drive(id, {
        type: 'operator',
        choice,
        by: 'ann',
        ...(exposedAt === undefined ? {} : { exposedAt }),
      })
  }
  if (time.elapsedMs() < untilMs) time.at(tickMs, () => tick(floor, untilMs))
}
