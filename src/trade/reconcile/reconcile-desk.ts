// What looking at venues works with.
import type { Market, VenueId } from '../../market/market.ts'
import type { Mode } from '../engine/execution.ts'
import type { AccountGateway } from './account-gateway.ts'
import type { ReconcileStore } from './reconcile-store.ts'

export type ReconcileDesk = {
  readonly mode: Mode
  readonly accounts: AccountGateway
  readonly store: ReconcileStore
  /** As the venue lists them. */
  readonly markets: (venue: VenueId) => Promise<readonly Market[]>
  /** What one unit of each asset is worth, USDT. */
  readonly values: () => Promise<ReadonlyMap<string, number>>
  readonly toleranceUsdt: () => number
  /** Has the engine read everything of an execution once more. */
  readonly recheck: (execution: string) => Promise<void>
  readonly wait: (ms: number) => Promise<void>
}
