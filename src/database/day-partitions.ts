// History is kept in one table a UTC day, so that forgetting a day costs nothing. A day's table is made
// when its first row comes, or ahead of that by housekeeping.
import { sql } from 'kysely'
import { retryUndone, type Database } from './connect.ts'

export type Partitioned = 'prices' | 'books' | 'gaps' | 'refusals'

const dayMs = 86_400_000
/** How long dropping a day may wait for its readers; the next housekeeping tries again. */
const lockMsMax = 5_000

const dayOf = (at: Date): number => Math.floor(at.getTime() / dayMs)
const startOf = (day: number): string => new Date(day * dayMs).toISOString()
const nameOf = (parent: Partitioned, day: number): string =>
  `${parent}_${startOf(day).slice(0, 10).replaceAll('-', '')}`

/** One maker or dropper of partitions at a time, of all processes. */
const lock = sql`select pg_advisory_xact_lock(hashtextextended('arbdesk partitions', 0))`

/** Attaching takes a lock that neither readers nor writers of the other days notice. */
async function createDay(db: Database, parent: Partitioned, day: number): Promise<void> {
  const name = nameOf(parent, day)
  await db.transaction().execute(async (trx) => {
    await lock.execute(trx)
    const { rows } = await sql<{ found: boolean }>`
      select to_regclass(${name}) is not null as found`.execute(trx)
    if (rows[0]?.found === true) return
    await sql`create table ${sql.table(name)} (like ${sql.table(parent)} including all)`.execute(
      trx,
    )
    await sql`alter table ${sql.table(parent)} attach partition ${sql.table(name)}
      for values from (${sql.lit(startOf(day))}) to (${sql.lit(startOf(day + 1))})`.execute(trx)
  })
}

export type DayPartitions = {
  /** Makes the tables that rows of these times go to. Costs nothing for days already known. */
  readonly ensure: (parent: Partitioned, times: Iterable<Date>) => Promise<void>
  /** Drops the days that ended before `before`; returns how many went. */
  readonly dropBefore: (parent: Partitioned, before: Date) => Promise<number>
}

export function createDayPartitions(db: Database): DayPartitions {
  const known = new Set<string>()

  async function ensure(parent: Partitioned, times: Iterable<Date>): Promise<void> {
    const days = new Set<number>()
    for (const at of times) days.add(dayOf(at))
    for (const day of days) {
      const name = nameOf(parent, day)
      if (known.has(name)) continue
      await retryUndone(() => createDay(db, parent, day))
      known.add(name)
    }
  }

  async function dropBefore(parent: Partitioned, before: Date): Promise<number> {
    const { rows } = await sql<{ name: string }>`
      select child.relname as name from pg_inherits
      join pg_class child on child.oid = inhrelid
      where inhparent = ${parent}::regclass and child.relname < ${nameOf(parent, dayOf(before))}
      order by name`.execute(db)
    for (const { name } of rows) {
      await db.transaction().execute(async (trx) => {
        await lock.execute(trx)
        await sql`set local lock_timeout = ${sql.lit(lockMsMax)}`.execute(trx)
        await sql`drop table if exists ${sql.table(name)}`.execute(trx)
      })
      known.delete(name)
    }
    return rows.length
  }

  return { ensure, dropBefore }
}
