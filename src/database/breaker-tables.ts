// Circuit breakers as the code sees their rows; migrations/ makes the table.
import type { Generated, GeneratedAlways } from 'kysely'

export type BreakerTables = {
  breaker_trips: {
    seq: GeneratedAlways<number>
    mode: 'paper' | 'live'
    breaker: string
    measured: string
    most: string
    why: string
    tripped_by: string
    tripped_at: Generated<Date>
    reset_by: string | null
    reset_at: Date | null
  }
}
