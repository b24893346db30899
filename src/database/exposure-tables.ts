// The tables of open positions as the code sees them; migrations/0018-exposures.ts makes them.
import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { Choice } from '../trade/engine/execution.ts'

type Moment = ColumnType<Date, Date, Date>
type MomentMadeByDatabase = ColumnType<Date, Date | undefined, Date>

export type ExposureTables = {
  exposures: {
    execution: string
    since: Moment
    reason: string
    /** What is open, what venues refused, and what happens unless somebody answers. */
    document: JSONColumnType<object>
    quoted: JSONColumnType<object> | null
    quoted_at: Date | null
    choice: Choice | null
    decided_by: string | null
    decided_at: Date | null
    cost: string | null
    closed_at: Date | null
  }
  exposure_answers: {
    id: string
    execution: string
    since: Moment
    choice: Choice
    made_by: string
    cost: string | null
    may_exceed: boolean
    state: Generated<'asked' | 'taken' | 'refused'>
    reason: string | null
    asked_at: MomentMadeByDatabase
    answered_at: Date | null
  }
}
