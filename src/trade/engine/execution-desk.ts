// What one driver works with. Everything that waits, reads a clock or knows the outside comes from here.
import type { VenueId } from '../../market/market.ts'
import type { AssetAmount } from '../../money.ts'
import type { AnswerSpool } from './answer-spool.ts'
import type { Bells } from './bells.ts'
import type { Ask } from './effect.ts'
import type { Preflight, Quote } from './event.ts'
import type { Execution } from './execution.ts'
import type { ExecutionStore } from './execution-store.ts'
import type { OrderGateway } from './order-gateway.ts'
import type { TransferStore } from '../transfer/transfer-store.ts'

export type ExecutionDesk = {
  readonly store: ExecutionStore
  readonly gateway: OrderGateway
  /** Transfers of executions; they are sent elsewhere. */
  readonly transfers: Pick<TransferStore, 'find'>
  readonly worker: string
  /** Whoever drives here can be told something meanwhile. */
  readonly bells: Bells
  /** This machine's clock, which may jump: only the gateway on the same machine is told times by it. */
  readonly now: () => Date
  /** Never goes back and never jumps, ms. */
  readonly elapsedMs: () => number
  readonly wait: (ms: number) => Promise<void>
  /** Fresh books, balances, markets and venue health for the whole plan. */
  readonly preflight: (execution: Execution) => Promise<Preflight>
  /** Prices for orders towards balance, from fresh books; what cannot be priced is left out. */
  readonly quote: (execution: Execution, asks: readonly Ask[]) => Promise<readonly Quote[]>
  /** Where answers are kept that the store has not heard of; left out: nowhere. */
  readonly spool?: AnswerSpool
  /** What our ledger says is on a venue. */
  readonly booked: (venue: VenueId) => Promise<readonly AssetAmount[]>
}
