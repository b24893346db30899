// What is kept of our accounts at venues, as the code sees it; migrations/0019-reconcile.ts and
// 0024-account-streams.ts make the tables.
import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { Stray } from '../trade/reconcile/difference.ts'
import type { StandingState } from '../trade/reconcile/reconcile-store.ts'

type Mode = 'paper' | 'live'
type Amount = string

/** Amounts and times as texts. */
export type StoredSighting = {
  readonly asset: string
  readonly amount: string
  readonly sightings: number
  readonly since: string
}

export type ReconcileTables = {
  venue_looks: {
    mode: Mode
    venue: string
    state: StandingState
    reason: string | null
    looked_at: Date | null
    agreed_at: Date | null
    differences: JSONColumnType<readonly StoredSighting[]>
    foreign_orders: Generated<number>
    changed_at: ColumnType<Date, Date | undefined, Date>
  }
  stray_orders: {
    mode: Mode
    venue: string
    order_id: string
    client_order_id: string
    kind: Stray['kind']
    symbol: string
    side: 'buy' | 'sell'
    amount: Amount
    filled: Amount
    found_at: ColumnType<Date, Date | undefined, Date>
  }
  account_streams: {
    mode: Mode
    venue: string
    state: 'up' | 'away'
    reason: string | null
    since: ColumnType<Date, Date | undefined, Date>
    said_at: ColumnType<Date, Date | undefined, Date>
  }
}
