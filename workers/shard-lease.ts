// Ownership of one shard: a row in the database that is renewed every second. The queue's lock only
// wakes a worker; whoever cannot renew the row stops at once.
import type { ShardLease, ShardStore } from '../src/market/shard-store.ts'

export type LeaseWiring = {
  readonly shards: ShardStore
  readonly owner: string
  readonly wait: (ms: number) => Promise<void>
  readonly onLost: (shard: string, why: string) => void
  /** How long a lease lives unless it is renewed; four times in that time it is. */
  readonly leaseMs?: number
}

const leaseMsDefault = 4000

/** `askedAtMs`: when we asked for it, by performance.now(). The row's time began no earlier. */
type Taken = { readonly lease: ShardLease; readonly askedAtMs: number }

/** A clock that rings this late was stopped itself: a frozen process, or a machine with too much to do. */
const stoodStillMs = 500

const whyLost = (lateMs: number): string =>
  lateMs < stoodStillMs
    ? 'the database did not answer in time'
    : `this process stood still for ${(lateMs / 1000).toFixed(1)} s or more`

const isListed = (rows: Awaited<ReturnType<ShardStore['list']>>, shard: string) =>
  rows.some((row) => row.shard === shard)

/** Undefined for a shard that is no more, and when the signal aborts first. */
async function takeWhenFree(
  { shards, owner, wait, leaseMs = leaseMsDefault }: LeaseWiring,
  shard: string,
  signal: AbortSignal,
): Promise<Taken | undefined> {
  while (!signal.aborted) {
    const askedAtMs = performance.now()
    const lease = await shards.claim(shard, owner, leaseMs)
    if (lease !== undefined) return { lease, askedAtMs }
    // A wake-up from another time may name a shard that is no more.
    if (!isListed(await shards.list(), shard)) return undefined
    await wait(leaseMs / 8)
  }
  return undefined
}

/**
 * Renews a lease until it is stopped; the signal aborts when it is lost. Our own clock decides while the
 * database does not answer, and it ends the lease before the row does.
 */
function keepLease(wiring: LeaseWiring, { lease, askedAtMs }: Taken) {
  const { shards, owner, onLost, leaseMs = leaseMsDefault } = wiring
  const losing = new AbortController()
  let deadline: NodeJS.Timeout | undefined
  let heldFromMs = -Infinity
  let over = false

  function stop(): void {
    over = true
    clearInterval(renewal)
    clearTimeout(deadline)
  }
  function lose(why: string): void {
    if (over) return
    stop()
    losing.abort()
    onLost(lease.shard, why)
  }
  /** A shard that the market of now does not have is nobody's loss. */
  async function loseRow(): Promise<void> {
    if (over) return
    stop()
    losing.abort()
    const known = await shards.list().catch(() => [])
    if (isListed(known, lease.shard)) onLost(lease.shard, 'its row is not ours any more')
  }
  function hold(fromMs: number): void {
    if (over) return
    // Two renewals may be answered in the other order.
    heldFromMs = Math.max(heldFromMs, fromMs)
    clearTimeout(deadline)
    const leftMs = heldFromMs + leaseMs - performance.now()
    const dueMs = heldFromMs + leaseMs
    deadline = setTimeout(() => lose(whyLost(performance.now() - dueMs)), Math.max(0, leftMs))
  }
  const renewal = setInterval(() => {
    const fromMs = performance.now()
    shards.renew(lease, owner, leaseMs).then(
      (ours) => (ours ? hold(fromMs) : loseRow()),
      // A failed query may have renewed the row or not; the deadline settles it.
      () => undefined,
    )
  }, leaseMs / 4)
  hold(askedAtMs)
  return { signal: losing.signal, stop }
}

/**
 * Waits until the shard is free, then runs `work` with a signal that aborts when `signal` does or when
 * the lease is lost. A database that is away for longer than the lease counts as lost.
 */
export async function holdShard(
  wiring: LeaseWiring,
  shard: string,
  signal: AbortSignal,
  work: (signal: AbortSignal, lease: ShardLease) => Promise<void>,
): Promise<void> {
  const taken = await takeWhenFree(wiring, shard, signal)
  if (taken === undefined) return
  const kept = keepLease(wiring, taken)
  try {
    await work(AbortSignal.any([signal, kept.signal]), taken.lease)
  } finally {
    kept.stop()
    const { shards, owner } = wiring
    if (!kept.signal.aborted) await shards.release(taken.lease, owner).catch(() => undefined)
  }
}
