// Ownership of one shard: a row in the database that is renewed every second. The queue's lock only
// wakes a worker; whoever cannot renew the row stops at once.
import type { ShardStore } from '../src/market/shard-store.ts'

const shardLeaseMs = 4000
const renewEveryMs = 1000
const retryEveryMs = 500

export type LeaseWiring = {
  readonly shards: ShardStore
  readonly owner: string
  readonly wait: (ms: number) => Promise<void>
  readonly onLost: (shard: string, why: string) => void
}

/**
 * Waits until the shard is free, then runs `work` with a signal that aborts when `signal` does or when
 * the lease is lost. A database that is away for longer than the lease counts as lost.
 */
export async function holdShard(
  wiring: LeaseWiring,
  shard: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { shards, owner, wait, onLost } = wiring
  let lease = await shards.claim(shard, owner, shardLeaseMs)
  while (lease === undefined && !signal.aborted) {
    // A wake-up from another time may name a shard that is no more.
    if (!(await shards.list()).some((each) => each.shard === shard)) return
    await wait(retryEveryMs)
    lease = await shards.claim(shard, owner, shardLeaseMs)
  }
  if (lease === undefined) return
  const held = lease
  const losing = new AbortController()
  let renewedAtMs = performance.now()
  let done = false
  const lose = (why: string) => {
    if (done || losing.signal.aborted) return
    losing.abort()
    onLost(shard, why)
  }
  const timer = setInterval(() => {
    const askedAtMs = performance.now()
    // Our own clock decides even while the database does not answer.
    if (askedAtMs - renewedAtMs > shardLeaseMs) return lose('the database did not answer in time')
    shards.renew(held, owner, shardLeaseMs).then(
      (ours) => (ours ? (renewedAtMs = askedAtMs) : lose('another worker has taken it over')),
      // A failed query may have renewed the row or not; the clock above settles it.
      () => undefined,
    )
  }, renewEveryMs)
  try {
    await work(AbortSignal.any([signal, losing.signal]))
  } finally {
    done = true
    clearInterval(timer)
    if (!losing.signal.aborted) await shards.release(held, owner).catch(() => undefined)
  }
}
