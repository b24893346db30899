// The leases of shards over connections of their own: a renewal that stood in line behind what eight
// shards read and write each second would come too late on a busy machine, and every shard be lost.
import type { Config } from '../src/config.ts'
import { openDatabase } from '../src/database/connect.ts'
import { openPostgresShardStore } from '../src/database/postgres-shard-store.ts'
import { connectionName } from '../src/database/postgres-vitals.ts'
import type { ShardStore } from '../src/market/shard-store.ts'

const connectionsMax = 2

export function openShardLeases({ databaseUrl }: Pick<Config, 'databaseUrl'>): {
  readonly shards: ShardStore
  readonly close: () => Promise<void>
} {
  if (databaseUrl === undefined) throw new Error('no database is known to this process')
  // That the database went away is said by whoever holds the other connections.
  const { db, close } = openDatabase({
    url: databaseUrl.reveal(),
    name: connectionName('loop', process.pid),
    poolMax: connectionsMax,
  })
  return { shards: openPostgresShardStore(db), close }
}
