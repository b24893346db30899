// An execution that is driven by hand, one commit after the other, in the engine's place.
import {
  isOver,
  type Execution,
  type ExecutionState,
  type Fill,
  type Held,
  type Leg,
} from '../src/trade/engine/execution.ts'
import type { Commit, ExecutionStore } from '../src/trade/engine/execution-store.ts'
import { heldNow } from '../src/trade/engine/held.ts'
import { reservationsOf } from '../src/trade/reservation.ts'
import { entriesOfLeg, filled, intentOf, sent } from './executions.ts'

export type DrivenExecution = {
  readonly id: string
  readonly epoch: number
  /** As it was last committed. */
  readonly current: () => Execution
  /** What `go` would commit, for those who commit it themselves. */
  readonly next: (change: Partial<Execution>, more?: Partial<Commit>) => Commit
  readonly go: (change: Partial<Execution>, more?: Partial<Commit>) => Promise<void>
  readonly enter: (...states: readonly ExecutionState[]) => Promise<void>
  /** These orders leave, with what the plan spends set aside. */
  readonly send: (legs: readonly Leg[], at: Date) => Promise<void>
  /** The venues know of them. */
  readonly acknowledge: () => Promise<void>
  /** What came of the order of each step that is given, and with that it ended. */
  readonly print: (fills: Readonly<Record<number, readonly Fill[]>>, at: Date) => Promise<void>
}

const leaseMs = 60_000
const nothingMore = { reserves: false, requests: [], alerts: [] } as const

/** Creates and claims it. Every print is booked with the commit it comes in. */
export async function driveByHand(
  store: ExecutionStore,
  execution: Execution,
): Promise<DrivenExecution> {
  await store.create(execution)
  const claim = await store.claim(execution.id, 'worker', leaseMs)
  if (claim.outcome !== 'claimed') throw new Error(claim.outcome)
  const { epoch } = claim
  let current = claim.execution
  const next = (change: Partial<Execution>, more: Partial<Commit> = {}): Commit => {
    const merged = { ...current, ...change }
    const changed = { ...merged, held: change.held ?? heldBy(merged) }
    const entries = changed.legs.flatMap((leg) => entriesOfLeg(changed, leg))
    return { execution: changed, epoch, leaseMs, sends: true, entries, ...nothingMore, ...more }
  }
  async function go(change: Partial<Execution>, more: Partial<Commit> = {}): Promise<void> {
    const commit = next(change, more)
    const committed = await store.commit(commit)
    if (committed.outcome !== 'committed') throw new Error(JSON.stringify(committed))
    current = { ...commit.execution, version: current.version + 1 }
  }
  const each = (change: (leg: Leg) => Leg) => current.legs.map(change)
  return {
    id: execution.id,
    epoch,
    current: () => current,
    next,
    go,
    async enter(...states) {
      for (const state of states) await go({ state })
    },
    async send(legs, at) {
      await go({ legs })
      const reserved = reservationsOf(current.plan)
      // Late in the past is not too late now.
      const notAfter = new Date(Date.now() + 86_400_000)
      const leaving = each((leg) => ({ ...sent(leg, at), notAfter }))
      await go({ legs: leaving, reserved }, { reserves: true })
    },
    acknowledge: () =>
      go({ legs: each((leg) => ({ ...leg, state: 'acked', orderId: `v-${leg.clientOrderId}` })) }),
    print: (fills, at) =>
      go({
        legs: each((leg) => {
          const came = fills[leg.step]
          return came === undefined ? leg : endedWith(leg, came, at)
        }),
      }),
  }
}

/** As the engine has it. */
const heldBy = (execution: Execution): readonly Held[] =>
  isOver(execution.state) || execution.reserved.length === 0 ? [] : heldNow(execution)

function endedWith(leg: Leg, fills: readonly Fill[], at: Date): Leg {
  const amount = fills.reduce((sum, fill) => sum + fill.amount, 0n)
  const state = amount === 0n ? 'cancelled-zero' : amount < leg.amount ? 'partial-done' : 'filled'
  return { ...leg, state, fills, endedAt: at }
}

/** Its whole plan as orders, written down at that moment. */
export const intentsOf = (execution: Execution, at: Date): readonly Leg[] =>
  execution.plan.map((_, step) => intentOf({ ...execution, createdAt: at }, step))

/** The order of this step as it was planned, in one print. */
export function plannedFill({ plan, legs }: Execution, step: number, at: Date): Fill {
  const [planned, leg] = [plan[step], legs.find((one) => one.step === step)]
  if (planned === undefined || leg === undefined) throw new Error(`there is no step ${step}`)
  const { amount, average, fee } = planned
  const [fill] = filled({ ...leg, amount, limit: average }, at).fills
  if (fill === undefined) throw new Error('nothing was filled')
  return { ...fill, fee }
}
