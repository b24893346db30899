// A shard's lease inside a transaction: as long as it runs, nobody else can take the shard.
import type { Transaction } from 'kysely'
import type { ShardLease } from '../market/shard-store.ts'
import { now } from './clock.ts'
import type { Tables } from './tables.ts'

/** Undoes a transaction that only the shard's owner may make. */
export class LeaseOver extends Error {}

/** @throws LeaseOver when another owner has the shard, or may have it at any moment. */
export async function holdLease(
  trx: Transaction<Tables>,
  { shard, epoch }: ShardLease,
): Promise<void> {
  const held = await trx
    .selectFrom('shards')
    .select('epoch')
    .where('shard', '=', shard)
    .where('epoch', '=', epoch)
    .where('lease_until', '>', now)
    .forShare()
    .executeTakeFirst()
  if (held === undefined) throw new LeaseOver(`the lease of shard ${shard} is over`)
}
