// One process signs at a time: limits of a day, the order of requests under one key, and the venue's own
// rate limits hold only for whoever knows of every order.
import { sql } from 'kysely'
import type { Database } from './connect.ts'

export type SignerLease = {
  /**
   * The epoch that `owner` signs in, or undefined while another process does. It stays the same as long
   * as nobody else had it in between; ask again well before `livesMs` are over.
   */
  hold(owner: string, livesMs: number): Promise<number | undefined>
  release(owner: string): Promise<void>
  /** Up to when somebody may sign, by the database's clock; undefined: nobody may now. */
  heldUntil(): Promise<Date | undefined>
}

export const openSignerLease = (db: Database): SignerLease => ({
  async hold(owner, livesMs) {
    const { rows } = await sql<{ epoch: string }>`
      insert into signer_lease (owner, epoch, lease_until)
      values (${owner}, 1, clock_timestamp() + ${livesMs} * interval '1 millisecond')
      on conflict (single) do update
        set owner = excluded.owner, lease_until = excluded.lease_until,
          epoch = signer_lease.epoch + (signer_lease.owner <> excluded.owner)::int
        where signer_lease.owner = excluded.owner
          or signer_lease.lease_until <= clock_timestamp()
      returning epoch`.execute(db)
    return rows[0] === undefined ? undefined : Number(rows[0].epoch)
  },
  async release(owner) {
    await sql`
      update signer_lease set lease_until = clock_timestamp() where owner = ${owner}`.execute(db)
  },
  async heldUntil() {
    const { rows } = await sql<{ until: Date }>`
      select lease_until as until from signer_lease
      where lease_until > clock_timestamp()`.execute(db)
    return rows[0]?.until
  },
})
