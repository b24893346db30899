// The switch over everything that is sent, as the settings hold it. There is no second copy of it: whoever
// lets a leg leave locks and reads the settings rows themselves, so that "kill" and "pause" work here
// without knowing of executions, and what they changed holds for every transaction after theirs.
import { sql, type Transaction } from 'kysely'
import type { ControlMode } from '../trade/engine/control.ts'
import type { Tables } from './tables.ts'

/** Taken alone by whoever changes a setting, and together by all who only need them to stand still. */
export const settingsLock = sql`hashtextextended('arbdesk settings', 0)`

const strictness: readonly ControlMode[] = ['running', 'paused', 'killed', 'frozen']

export const stricter = (a: ControlMode, b: ControlMode): ControlMode =>
  strictness.indexOf(a) > strictness.indexOf(b) ? a : b

/** What such a database thinks is open may be over: not even what brings home leaves. */
async function isFromThePast(trx: Transaction<Tables>): Promise<boolean> {
  const trip = await trx
    .selectFrom('breaker_trips')
    .select('seq')
    .where('breaker', '=', 'restored-database')
    .where('reset_at', 'is', null)
    .forShare()
    .executeTakeFirst()
  return trip !== undefined
}

/**
 * As it stays until this transaction ends. The lock covers a row that is not there yet; the rows are
 * locked, too, against a hand that changes them without it.
 */
export async function holdControlMode(trx: Transaction<Tables>): Promise<ControlMode> {
  await sql`select pg_advisory_xact_lock_shared(${settingsLock})`.execute(trx)
  const rows = await trx
    .selectFrom('settings')
    .select(['key', 'value'])
    .where('key', 'in', ['desk.killed', 'desk.paused'])
    .orderBy('key')
    .forShare()
    .execute()
  if (await isFromThePast(trx)) return 'frozen'
  const isSet = (key: string): boolean =>
    rows.some((row) => row.key === key && (row.value as unknown) !== false)
  if (isSet('desk.killed')) return 'killed'
  return isSet('desk.paused') ? 'paused' : 'running'
}
