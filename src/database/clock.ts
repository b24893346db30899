// Time as the database tells it: the one clock that all processes of the desk share.
import { sql } from 'kysely'

/** For writes: read when the statement gets there, so that a wait for a lock counts. */
export const now = sql<Date>`clock_timestamp()`
export const msFromNow = (ms: number) =>
  sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`

/** For reads: one moment for the whole statement, or no index and no partition could be chosen by it. */
export const msAgo = (ms: number) =>
  sql<Date>`statement_timestamp() - ${ms} * interval '1 millisecond'`

/** The start of the UTC day. */
export const midnight = sql<Date>`date_trunc('day', statement_timestamp() at time zone 'UTC') at time zone 'UTC'`
