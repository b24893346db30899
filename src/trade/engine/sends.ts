// What the transfers of an execution have moved, and where that leaves its coin and its money. Pure.
import type { VenueId } from '../../market/market.ts'
import type { SendPlan } from '../../opportunity/transfer-plan.ts'
import type { TransferState } from '../transfer/transfer.ts'
import type { Execution, Send } from './execution.ts'
import { flowsOf, type Flow } from './ledger.ts'

type Moved = Pick<Execution, 'legs' | 'sends' | 'transfer'>

/** Of which we wait to hear. */
export const isOnItsWay = (state: TransferState): boolean => {
  switch (state) {
    case 'requested':
    case 'sending':
    case 'in-transit':
    case 'unknown':
    case 'stuck':
      return true
    case 'credited':
    case 'rejected':
    case 'returned':
      return false
  }
}

/** @throws where nothing of the kind was agreed. */
export function sendPlanOf(
  { transfer }: Pick<Execution, 'transfer'>,
  part: Send['part'],
): SendPlan {
  if (transfer === undefined) throw new Error('only a transfer trade sends anything')
  return transfer[part]
}

/** What it took for good: fees, and what else did not arrive. What is on its way is still ours. */
function costOfSend({ state, amount, gone, arrived }: Send): bigint {
  switch (state) {
    case 'in-transit':
    case 'stuck':
      return gone - amount
    case 'credited':
      return gone - arrived
    case 'requested':
    case 'sending':
    case 'unknown':
    case 'rejected':
    case 'returned':
      return 0n
  }
}

/** What transfers cost, by asset. */
export const costsOfSends = (execution: Pick<Execution, 'sends' | 'transfer'>): readonly Flow[] =>
  execution.sends.map((send) => ({
    asset: sendPlanOf(execution, send.part).asset,
    amount: -costOfSend(send),
  }))

export type Moves = Flow & { readonly venue: VenueId }

/** What transfers took from one account and brought to another. */
export const movesOfSends = (execution: Pick<Execution, 'sends' | 'transfer'>): readonly Moves[] =>
  execution.sends.flatMap(({ part, gone, arrived }) => {
    const { asset, from, to } = sendPlanOf(execution, part)
    return [
      { venue: from, asset, amount: -gone },
      { venue: to, asset, amount: arrived },
    ]
  })

/** What an execution has made of an asset on one venue: fills and transfers together. */
export function madeAt(execution: Moved, venue: VenueId, asset: string): bigint {
  const fills = execution.legs
    .filter(({ market }) => market.venue === venue)
    .flatMap(({ market, side, fills: prints }) =>
      prints.flatMap((fill) => flowsOf(market, side, fill)),
    )
  const sent = movesOfSends(execution).filter((move) => move.venue === venue)
  return [...fills, ...sent].reduce(
    (sum, flow) => (flow.asset === asset ? sum + flow.amount : sum),
    0n,
  )
}
