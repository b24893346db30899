// The tables of alerts as the code sees them; migrations/0012-alerts.ts makes them.
import type { ColumnType, Generated } from 'kysely'

type Moment = ColumnType<Date, Date, Date>
type MomentMadeByDatabase = ColumnType<Date, Date | undefined, Date>

export type AlertTables = {
  alert_rules: {
    id: string
    pattern: string
    percent: number
    stands_ms: number
    person: string
    made_by: string
    surface: 'discord' | 'telegram' | null
    chat: string | null
    made_at: MomentMadeByDatabase
    removed_at: Date | null
    removed_by: string | null
  }
  alert_episodes: {
    rule: string
    route: string
    told_at: MomentMadeByDatabase
    seen_at: MomentMadeByDatabase
  }
  urgent_alerts: {
    seq: number
    last_seq: number
    key: string
    subject: string
    text: string
    first_told_at: Moment
    last_told_at: Moment
    times: Generated<number>
    repeat_at: Moment
    acked_at: Date | null
    acked_by: string | null
    actions: ColumnType<object, string | undefined, string>
  }
  alert_calls: {
    seq: number
    alert: number
    repeats: boolean
    due_at: MomentMadeByDatabase
    tries: Generated<number>
    calling_until: Date | null
    created_at: MomentMadeByDatabase
  }
  watch_wishes: {
    subject: string
    venue: string
    wish: 'add' | 'block'
    made_by: string
    made_at: MomentMadeByDatabase
  }
  summaries_told: { day: string; told_at: MomentMadeByDatabase }
}
