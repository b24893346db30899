// The tables of the engine as the code sees them; migrations/0017-executions.ts makes them.
import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { AlertKind, Severity } from '../trade/engine/alert.ts'
import type { ExecutionState, LegState, Role } from '../trade/engine/execution.ts'

type Amount = string
type Moment = ColumnType<Date, Date, Date>
type MomentMadeByDatabase = ColumnType<Date, Date | undefined, Date>
type Mode = 'paper' | 'live'

export type ExecutionColumns = {
  id: string
  opportunity: string
  approval: string
  mode: Mode
  state: ExecutionState
  reason: string | null
  epoch: Generated<number>
  version: number
  worker: string | null
  lease_until: Date | null
  wake_at: Date | null
  deadline: Moment
  config_version: number
  engine_version: number
  document: JSONColumnType<object>
  created_at: Moment
  changed_at: MomentMadeByDatabase
}

export type OrderColumns = {
  /** Our client order id. */
  id: string
  execution: string
  seq: number
  role: Role
  step: number
  attempt: number
  venue: string
  symbol: string
  side: 'buy' | 'sell'
  market: JSONColumnType<object>
  amount: Amount
  limit_price: Amount
  state: LegState
  reason: string | null
  created_at: Moment
  sent_at: Date | null
  send_epoch: number | null
  not_after: Date | null
  acked_at: Date | null
  unknown_since: Date | null
  ended_at: Date | null
  order_id: string | null
  progress: JSONColumnType<object>
}

export type PrintColumns = {
  venue: string
  symbol: string
  trade_id: string
  client_order_id: string
  seq: number
  order_id: string
  amount: Amount
  price: Amount
  fee: Amount
  fee_asset: string
  at: Moment
  booked_at: MomentMadeByDatabase
}

export type ExecutionTables = {
  executions: ExecutionColumns
  execution_alerts: {
    key: string
    execution: string
    severity: Severity
    kind: AlertKind
    text: string
    told_at: MomentMadeByDatabase
  }
  orders: OrderColumns
  prints: PrintColumns
  entries: {
    key: string
    transaction: string
    execution: string
    mode: Mode
    /** Null: the execution's own account. */
    venue: string | null
    asset: string
    amount: Amount
    booked_at: MomentMadeByDatabase
  }
}
