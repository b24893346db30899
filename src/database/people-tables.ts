// The tables of people as the code sees them; migrations/0007-people.ts makes them.
import type { ColumnType, Generated, JSONColumnType } from 'kysely'

type Moment = ColumnType<Date, Date, Date>
type MomentMadeByDatabase = ColumnType<Date, Date | undefined, Date>
type Role = 'viewer' | 'trader' | 'operator' | 'admin'
type Mode = 'paper' | 'live'

export type MandateColumns = {
  id: string
  mode: Mode
  route: string
  person: string
  given_by: string
  cap_usdt: string
  used_usdt: Generated<string>
  given_at: MomentMadeByDatabase
  expires_at: Moment
  revoked_at: Date | null
  revoked_by: string | null
}

export type PeopleTables = {
  operators: {
    surface: 'discord' | 'telegram'
    account: string
    person: string
    role: Role | null
    changed_by: string
    changed_at: MomentMadeByDatabase
  }
  person_limits: {
    person: string
    trade_usdt_max: string | null
    day_usdt_max: string | null
    changed_by: string
    changed_at: MomentMadeByDatabase
  }
  mandates: MandateColumns
  votes: {
    approval: string
    person: string
    given_by: string
    share: string
    given_at: MomentMadeByDatabase
  }
  confirmations: {
    id: string
    mode: Mode
    step: string
    person: string
    given_by: string
    given_at: MomentMadeByDatabase
    expires_at: Moment
    used_at: Date | null
  }
  audit: {
    seq: Generated<number>
    at: MomentMadeByDatabase
    surface: string
    account: string
    person: string
    role: string
    chat: string | null
    action: string
    arguments: JSONColumnType<Record<string, string>>
    outcome: string
    detail: string
  }
}
