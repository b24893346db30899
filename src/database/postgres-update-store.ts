// The ports of updates and of the one listener on PostgreSQL.
import { sql } from 'kysely'
import type { SurfaceLease, UpdateStore } from '../notification/update-store.ts'
import type { Database } from './connect.ts'

/** Platforms deliver again within a day. */
const keptDays = 2

export const openPostgresUpdateStore = (db: Database): UpdateStore => ({
  async isNew(surface, update) {
    const { rows } = await sql`
      insert into updates_seen (surface, update_id) values (${surface}, ${update})
      on conflict do nothing returning 1`.execute(db)
    return rows.length > 0
  },
  async prune() {
    await sql`
      delete from updates_seen
      where seen_at < statement_timestamp() - ${keptDays} * interval '1 day'`.execute(db)
  },
})

export const openPostgresSurfaceLease = (db: Database): SurfaceLease => ({
  async hold(surface, owner, livesMs) {
    const { rows } = await sql`
      insert into surface_leases (surface, owner, lease_until)
      values (${surface}, ${owner}, clock_timestamp() + ${livesMs} * interval '1 millisecond')
      on conflict (surface) do update
        set owner = excluded.owner, lease_until = excluded.lease_until
        where surface_leases.owner = excluded.owner
          or surface_leases.lease_until <= clock_timestamp()
      returning 1`.execute(db)
    return rows.length > 0
  },
  async release(surface, owner) {
    await sql`
      delete from surface_leases where surface = ${surface} and owner = ${owner}`.execute(db)
  },
})
