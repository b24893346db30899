// PORT: who runs which shard of the trading loop. The row is the ownership; the queue only wakes.

export type ShardLease = { readonly shard: string; readonly epoch: number }

export type ShardStatus = {
  readonly shard: string
  readonly owner: string | undefined
  readonly epoch: number
  readonly leaseUntil: Date | undefined
}

export type ShardStore = {
  /** Makes the set of shards equal to these. */
  declare(shards: readonly string[]): Promise<void>
  /** Undefined while another owner's lease lives. A success raises the epoch. */
  claim(shard: string, owner: string, leaseMs: number): Promise<ShardLease | undefined>
  /** False when the lease is no longer ours: stop at once. */
  renew(lease: ShardLease, owner: string, leaseMs: number): Promise<boolean>
  release(lease: ShardLease, owner: string): Promise<void>
  list(): Promise<readonly ShardStatus[]>
}
