// What is written once, as the code sees it; migrations/ makes the tables.
import type { Generated, GeneratedAlways } from 'kysely'

export type LedgerTables = {
  ledger: {
    seq: GeneratedAlways<number>
    txn: string
    mode: 'paper' | 'live'
    account: Generated<'venue' | 'in-transit' | 'transfer-cost'>
    venue: string
    asset: string
    amount: string
    kind: 'opening' | 'deposit' | 'withdrawal' | 'spent' | 'received' | 'fee' | 'transfer'
    trade: string | null
    key: string
    at: Generated<Date>
  }
}
