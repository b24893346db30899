// Time as the database tells it: the one clock that all processes of the desk share. It is read when a
// statement gets to it, not when the transaction began.
import { sql } from 'kysely'

export const now = sql<Date>`clock_timestamp()`

/** So many milliseconds from now; before now, if negative. */
export const msFromNow = (ms: number) =>
  sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`

/** The start of the UTC day. */
export const midnight = sql<Date>`date_trunc('day', clock_timestamp() at time zone 'UTC') at time zone 'UTC'`
