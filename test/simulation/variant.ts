// A version of the desk: the real one, or one with a mistake planted in it.
import type { ControlMode } from '../../src/trade/engine/control.ts'
import type { Commit, Committed } from '../../src/trade/engine/execution-store.ts'
import type { OrderGateway } from '../../src/trade/engine/order-gateway.ts'
import type { VirtualTime } from './virtual-time.ts'

export type Transactions = {
  readonly time: VirtualTime
  readonly mode: () => ControlMode
  /** Everything of a commit at this instant, with the control row as it was read. */
  readonly apply: (commit: Commit, mode: ControlMode) => Committed
}

export type Variant = {
  readonly name: string
  readonly gateway?: (gateway: OrderGateway, time: VirtualTime) => OrderGateway
  readonly commit?: (commit: Commit, transactions: Transactions) => Promise<Committed>
  /** True: a second press makes a second execution. */
  readonly forgetsApprovals?: boolean
}

export const realDesk: Variant = { name: 'the desk as it is' }
