// What decide() asks for. Records are written in the commit of the new state; actions are run after it,
// and each is answered by an event.
import type { Side } from '../../opportunity/opportunity.ts'
import type { Alert } from './alert.ts'
import type { TransferOrder } from '../transfer/transfer.ts'
import type { LedgerEntry } from './ledger.ts'

/** An order towards balance, to be priced: so much of `asset` is to be got rid of, or got. */
export type Ask = {
  readonly role: 'hedge' | 'unwind'
  readonly step: number
  readonly side: Side
  readonly asset: string
  readonly amount: bigint
}

export type WrittenEffect =
  | { readonly type: 'alert'; readonly alert: Alert }
  | { readonly type: 'book'; readonly entries: readonly LedgerEntry[] }
  /** A transfer is asked for: it takes over what the execution held for it. */
  | { readonly type: 'request'; readonly order: TransferOrder }

export type ActionEffect =
  /** Decide again as soon as this is committed. */
  | { readonly type: 'proceed' }
  | { readonly type: 'preflight' }
  | { readonly type: 'submit'; readonly leg: string }
  | { readonly type: 'look-up'; readonly leg: string }
  | { readonly type: 'read-open-orders'; readonly leg: string }
  | { readonly type: 'read-fills'; readonly leg: string }
  | { readonly type: 'read-balances'; readonly leg: string }
  | { readonly type: 'cancel'; readonly leg: string }
  | { readonly type: 'read-send'; readonly send: string }
  | { readonly type: 'quote'; readonly asks: readonly Ask[] }

export type Effect = WrittenEffect | ActionEffect
