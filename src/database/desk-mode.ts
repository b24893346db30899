// A database is one desk's, and that desk's money is paper or real: the two never share a row.
import { sql } from 'kysely'
import type { Database } from './connect.ts'

type Mode = 'paper' | 'live'

export class OtherMoneyError extends Error {
  constructor(is: Mode, asked: Mode) {
    super(
      `this database belongs to a ${is} desk, and ARBDESK_MODE is ${asked}: give each a database of its own (another DATABASE_URL, or none)`,
    )
    this.name = 'OtherMoneyError'
  }
}

/** Undefined: no desk has ever started on it. */
async function deskModeOf(db: Database): Promise<Mode | undefined> {
  const { rows } = await sql<{ mode: Mode }>`select mode from desk_mode`.execute(db)
  return rows[0]?.mode
}

/** @throws OtherMoneyError when a desk of the other mode has this database. */
export async function checkDeskMode(db: Database, mode: Mode): Promise<void> {
  const is = await deskModeOf(db)
  if (is !== undefined && is !== mode) throw new OtherMoneyError(is, mode)
}

/**
 * The first desk that starts on a database makes it its own for ever. Returns when it was asked, by the
 * clock of the database.
 *
 * @throws OtherMoneyError as above.
 */
export async function claimDeskMode(db: Database, mode: Mode): Promise<Date> {
  await sql`insert into desk_mode (mode) values (${mode}) on conflict do nothing`.execute(db)
  await checkDeskMode(db, mode)
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db)
  return rows[0]?.now as Date
}
