// The shard port on PostgreSQL: whoever holds a row's lease runs the shard, and the epoch proves it.
import { sql } from 'kysely'
import type { ShardStore } from '../market/shard-store.ts'
import { msFromNow, now } from './clock.ts'
import { transact, type Database } from './connect.ts'

const nextEpoch = sql<number>`nextval('shard_epochs')`

export function openPostgresShardStore(db: Database): ShardStore {
  return {
    // A shard taken off the list loses its row, so that its owner's next renewal fails.
    declare: (shards) =>
      transact(db, async (trx) => {
        await sql`select pg_advisory_xact_lock(hashtextextended('arbdesk shards', 0))`.execute(trx)
        await sql`delete from shards where shard <> all(${[...shards]}::text[])`.execute(trx)
        await sql`
          insert into shards (shard) select unnest(${[...shards]}::text[])
          on conflict do nothing`.execute(trx)
      }),
    claim: (shard, owner, leaseMs) =>
      db
        .updateTable('shards')
        .set({ owner, epoch: nextEpoch, lease_until: msFromNow(leaseMs) })
        .where('shard', '=', shard)
        .where((where) =>
          where.or([
            where('owner', 'is', null),
            where('owner', '=', owner),
            where('lease_until', '<=', now),
          ]),
        )
        .returning(['shard', 'epoch'])
        .executeTakeFirst(),
    async renew({ shard, epoch }, owner, leaseMs) {
      const renewed = await db
        .updateTable('shards')
        .set({ lease_until: msFromNow(leaseMs) })
        .where('shard', '=', shard)
        .where('epoch', '=', epoch)
        .where('owner', '=', owner)
        .executeTakeFirst()
      return renewed.numUpdatedRows > 0n
    },
    async release({ shard, epoch }, owner) {
      await db
        .updateTable('shards')
        .set({ owner: null, lease_until: null })
        .where('shard', '=', shard)
        .where('epoch', '=', epoch)
        .where('owner', '=', owner)
        .execute()
    },
    async list() {
      const rows = await db.selectFrom('shards').selectAll().orderBy('shard').execute()
      return rows.map(({ shard, owner, epoch, lease_until }) => ({
        shard,
        owner: owner ?? undefined,
        epoch,
        leaseUntil: lease_until ?? undefined,
      }))
    },
  }
}
