// Transfers between our own accounts, as the code sees them; migrations/ makes the table.
import type { ColumnType, Generated } from 'kysely'
import type { TransferState } from '../trade/transfer/transfer.ts'

export type TransferTables = {
  transfers: {
    id: string
    mode: 'paper' | 'live'
    asset: string
    network: string
    from_venue: string
    to_venue: string
    amount: string
    fee: string
    worth_usdt: string
    eta_ms: number
    requested_by: string
    requested_at: ColumnType<Date, Date, never>
    expires_at: ColumnType<Date, Date, never>
    trade: string | null
    state: TransferState
    sent_at: ColumnType<Date | null, Date | null, Date | null>
    facts: ColumnType<unknown, string, string>
    step: Generated<number>
    withdrawal_id: string | null
    deposit_id: string | null
    changed_at: Generated<Date>
  }
}
