// Where the money of a transfer is, by what is known of it. What is written down is the difference between
// two such positions, so that every way to a state leaves the same sums behind. Pure.
import type { VenueId } from '../../market/market.ts'
import type { LedgerEntry } from '../ledger.ts'
import { stateOf, withdrawalOf } from './learn.ts'
import type { TransferFacts, TransferOrder } from './transfer.ts'

export type TransferPosition = {
  /** Set aside at the sender: no longer free, and not gone. */
  readonly reserved: bigint
  /** What the accounts gained: below zero at the sender once it has left. */
  readonly atSender: bigint
  readonly inTransit: bigint
  readonly atReceiver: bigint
  /** The fee, and what else did not arrive. The last four add up to nothing. */
  readonly cost: bigint
}

const nowhere: TransferPosition = {
  reserved: 0n,
  atSender: 0n,
  inTransit: 0n,
  atReceiver: 0n,
  cost: 0n,
}

export function positionOf(
  { amount, fee }: Pick<TransferOrder, 'amount' | 'fee'>,
  facts: TransferFacts,
): TransferPosition {
  const taken = withdrawalOf(facts)?.fee ?? fee
  switch (stateOf(facts)) {
    case 'requested':
    case 'sending':
    case 'unknown':
      return { ...nowhere, reserved: amount + fee }
    case 'rejected':
    case 'returned':
      return nowhere
    case 'in-transit':
    case 'stuck':
      return { ...nowhere, atSender: -(amount + taken), inTransit: amount, cost: taken }
    case 'credited': {
      const arrived = facts.deposits[0]?.amount ?? amount
      return {
        ...nowhere,
        atSender: -(amount + taken),
        atReceiver: arrived,
        cost: amount + taken - arrived,
      }
    }
  }
}

/** A change of a transfer's place in the ledger; `step` makes its key one that comes once. */
export function transferEntries(
  { id, asset, from, to, trade }: Pick<TransferOrder, 'id' | 'asset' | 'from' | 'to' | 'trade'>,
  before: TransferPosition,
  after: TransferPosition,
  step: number,
): readonly LedgerEntry[] {
  const txn = `transfer ${id} ${step}`
  const line = (
    account: NonNullable<LedgerEntry['account']>,
    venue: VenueId,
    end: string,
    amount: bigint,
  ) => ({
    txn,
    account,
    venue,
    asset,
    amount,
    kind: 'transfer' as const,
    trade,
    key: `${txn} ${end}`,
  })
  return [
    line('venue', from, 'sender', after.atSender - before.atSender),
    line('in-transit', from, 'in transit', after.inTransit - before.inTransit),
    line('venue', to, 'receiver', after.atReceiver - before.atReceiver),
    line('transfer-cost', from, 'cost', after.cost - before.cost),
  ].filter(({ amount }) => amount !== 0n)
}
