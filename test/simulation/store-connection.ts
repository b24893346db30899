// One worker's connection to the store: it is slow, it breaks, and sometimes it breaks on COMMIT.
import type { Committed, ExecutionStore } from '../../src/trade/engine/execution-store.ts'
import type { Faults } from './faults.ts'
import { applyCommit, type MemoryStore, type StoreHooks } from './memory-execution-store.ts'
import type { Random } from './random.ts'
import type { Variant } from './variant.ts'
import type { VirtualTime } from './virtual-time.ts'

export type Outage = { untilMs: number }

export type ConnectionWorld = {
  readonly time: VirtualTime
  readonly random: Random
  readonly faults: Faults
  readonly hooks: StoreHooks
  readonly outage: Outage
  readonly variant: Variant
}

export function connectStore(store: MemoryStore, world: ConnectionWorld): ExecutionStore {
  const { time, random, faults, outage, variant, hooks } = world

  const travel = async () => {
    const slowMs = faults.fires('store slow') ? random.whole(200, 2_500) : 0
    await time.wait(random.whole(1, 4) + slowMs)
    if (outage.untilMs <= time.elapsedMs() && faults.fires('store away'))
      outage.untilMs = time.elapsedMs() + random.whole(500, 15_000)
    if (outage.untilMs > time.elapsedMs()) throw new Error('the store does not answer')
  }
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    await travel()
    const answer = await work()
    await time.wait(random.whole(1, 3))
    return answer
  }

  return {
    create: (execution) => ask(() => store.create(execution)),
    claim: (id, worker, leaseMs) => ask(() => store.claim(id, worker, leaseMs)),
    release: (id, epoch) => ask(() => store.release(id, epoch)),
    find: (id) => ask(() => store.find(id)),
    listDue: () => ask(() => store.listDue()),
    ordersOfOthers: (id, venue, ids) => ask(() => store.ordersOfOthers(id, venue, ids)),
    commit: (commit) =>
      ask(async (): Promise<Committed> => {
        if (faults.fires('commit not done')) return { outcome: 'unknown' }
        const committed = await (variant.commit === undefined
          ? store.commit(commit)
          : variant.commit(commit, {
              time,
              mode: () => store.tables.mode,
              apply: (what, mode) => applyCommit(store.tables, hooks, what, mode),
            }))
        return faults.fires('commit not heard') ? { outcome: 'unknown' } : committed
      }),
  }
}
