// The tables of a bot's gateway as the code sees them; migrations/0013-gateways.ts makes them.
import type { ColumnType } from 'kysely'

type MomentMadeByDatabase = ColumnType<Date, Date | undefined, Date>

export type GatewayTables = {
  gateway_sessions: {
    bot: string
    session: string
    resume_url: string
    sequence: number
    application: string
    saved_at: MomentMadeByDatabase
  }
  gateway_identifies: { bot: string; at: MomentMadeByDatabase }
}
