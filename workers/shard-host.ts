// The shards that one process runs: its fair share of them and no more. What is one too many is handed
// on, and the queue finds a worker with room.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ShardLease, ShardStore } from '../src/market/shard-store.ts'
import type { FairShare } from './fair-share.ts'
import { holdShard } from './shard-lease.ts'

export type ShardHostWiring = {
  readonly shards: ShardStore
  readonly owner: string
  readonly share: Pick<FairShare, 'of'>
  /** Runs one shard that is ours until the signal aborts. */
  readonly work: (lease: ShardLease, signal: AbortSignal) => Promise<void>
  /** Puts a shard back into the queue, which any worker may then take. */
  readonly wake: (shard: string) => Promise<void>
  /** One line for the log. */
  readonly say: (line: string) => void
  /** The same, about shards that were taken from us. */
  readonly warn: (line: string, shards: readonly string[]) => void
}

export type ShardHost = {
  /** One job: returns at once where there is no room, else when the shard is not ours any more. */
  run(shard: string, signal: AbortSignal): Promise<void>
  /** Hands on what is more than our share; call it every second or two. */
  rebalance(): Promise<void>
}

/** The job that brought a shard must be over before the next one can be added. */
const handOnMs = 200
const lostTogetherMs = 500

export function createShardHost(wiring: ShardHostWiring): ShardHost {
  const { shards, owner, share, work, wake, say, warn } = wiring
  const running = new Map<string, AbortController>()
  const lost = new Map<string, string[]>()
  const roomFor = async () => share.of((await shards.list()).length)

  /** A wake-up that is lost is no harm: the next sweep wakes every shard that sleeps. */
  function handOn(shard: string): void {
    setTimeout(() => void wake(shard).catch(() => undefined), handOnMs)
  }

  /** Shards are mostly lost together, for one reason, and that is one line. */
  function onLost(shard: string, why: string): void {
    const already = lost.get(why)
    if (already !== undefined) return void already.push(shard)
    const shardsLost = [shard]
    lost.set(why, shardsLost)
    setTimeout(() => {
      lost.delete(why)
      warn(`${shardsLost.length === 1 ? 'a shard was' : 'shards were'} lost: ${why}`, shardsLost)
    }, lostTogetherMs)
  }

  async function hold(shard: string, signal: AbortSignal): Promise<void> {
    const wait = (ms: number) => sleep(ms)
    await holdShard({ shards, owner, wait, onLost }, shard, signal, (held, lease) =>
      work(lease, held),
    )
  }

  return {
    async run(shard, signal) {
      const room = await roomFor()
      if (running.size >= room) return handOn(shard)
      const handBack = new AbortController()
      running.set(shard, handBack)
      try {
        await hold(shard, AbortSignal.any([signal, handBack.signal]))
      } finally {
        // The queue may have started it here again meanwhile.
        if (running.get(shard) === handBack) running.delete(shard)
      }
      if (handBack.signal.aborted) handOn(shard)
    },
    async rebalance() {
      const spare = running.size - (await roomFor())
      const newest = [...running].toReversed().slice(0, Math.max(0, spare))
      for (const [shard, handBack] of newest) {
        if (handBack.signal.aborted) continue
        say(`shard ${shard} goes to a worker with more room`)
        handBack.abort()
      }
    },
  }
}
