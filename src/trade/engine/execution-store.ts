// PORT: executions, their orders, fills and ledger, and what is set aside, as the database keeps them. Its
// clock is everybody's. A write that fails throws, and nothing of it has happened; what a lost connection
// leaves open is an outcome of its own.
import type { VenueId } from '../../market/market.ts'
import type { Alert } from './alert.ts'
import type { ControlMode } from './control.ts'
import type { Execution } from './execution.ts'
import type { TransferOrder } from '../transfer/transfer.ts'
import type { LedgerEntry } from './ledger.ts'

export type Claim =
  | {
      readonly outcome: 'claimed'
      readonly execution: Execution
      readonly epoch: number
      readonly at: Date
    }
  /** Another worker's lease is alive; it is nobody's to take, not even its own worker's. */
  | { readonly outcome: 'not-yours' }
  | { readonly outcome: 'absent' }

/** One transaction, all or nothing. The lease is renewed with it. */
export type Commit = {
  /** The new value; `version` is still the one it was decided on, and is raised by the commit. */
  readonly execution: Execution
  readonly epoch: number
  readonly leaseMs: number
  /**
   * True when legs go to 'sending' with it: the control row is locked and read in this transaction, and
   * every leg that goes must have a role its mode allows and a `notAfter` still ahead; a mode change
   * waits for it, or it for that.
   */
  readonly sends: boolean
  /**
   * True when `execution.held` sets money aside for the first time: each balance must have that much
   * free beyond what is reserved already. Later changes of `held` are bookkeeping and never refused.
   */
  readonly reserves: boolean
  /** Each moves its account; a known key moves nothing. */
  readonly entries: readonly LedgerEntry[]
  /**
   * Transfers asked for with it. Each sets amount and fee aside out of what `execution.held` has just given
   * up, so none is ever refused.
   */
  readonly requests: readonly TransferOrder[]
  /** A known key is told already. */
  readonly alerts: readonly Alert[]
}

export type Committed =
  | { readonly outcome: 'committed'; readonly at: Date }
  /** The epoch or the version is old: nothing was written, and nothing may be sent. */
  | { readonly outcome: 'lost' }
  | { readonly outcome: 'forbidden'; readonly mode: ControlMode }
  /** The commit came so late that a leg which goes to 'sending' with it may not leave any more. */
  | { readonly outcome: 'late' }
  | { readonly outcome: 'short'; readonly venue: VenueId; readonly asset: string }
  /** The connection was lost on COMMIT: only a read can tell. */
  | { readonly outcome: 'unknown' }

export type Created =
  | { readonly outcome: 'created' }
  /** This opportunity has its execution already. */
  | { readonly outcome: 'exists'; readonly id: string }

export type ExecutionStore = {
  /** One execution an opportunity, for ever. */
  create(execution: Execution): Promise<Created>
  /** One worker at a time: each claim raises the epoch, and writes with an older one change nothing. */
  claim(id: string, worker: string, leaseMs: number): Promise<Claim>
  /** Ends the lease early. */
  release(id: string, epoch: number): Promise<void>
  commit(commit: Commit): Promise<Committed>
  /** As it stands, with the epoch that may write: what tells whether an unknown commit happened. */
  find(
    id: string,
  ): Promise<
    { readonly execution: Execution; readonly epoch: number; readonly at: Date } | undefined
  >
  /** Not over, without a live lease, and due: what the sweep and the boot drive. */
  listDue(): Promise<readonly string[]>
  /** Those of a venue's order ids that belong to executions other than this one. */
  ordersOfOthers(
    id: string,
    venue: VenueId,
    orderIds: readonly string[],
  ): Promise<readonly string[]>
}
