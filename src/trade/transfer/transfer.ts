// A transfer of one coin from one of our accounts to another: what was asked for, and what is known of it
// since. What is known only ever grows, so it does not matter in which order, or how often, it is heard.
import type { VenueId } from '../../market/market.ts'

export const transferStates = [
  'requested',
  'sending',
  'in-transit',
  'credited',
  'rejected',
  'unknown',
  'stuck',
  'returned',
] as const

/**
 * 'requested': nothing has left. 'sending': the one call that may ever be made was let go. 'unknown': that
 * call ended without an answer; it is looked up and never repeated. 'stuck': under way for too long.
 * 'rejected': it never left, or the venue said no. 'returned': the sending venue gave it back.
 */
export type TransferState = (typeof transferStates)[number]

/** Where it goes, from the list that only the machine's owner can write. */
export type Destination = { readonly address: string; readonly memo: string | undefined }

export type TransferOrder = {
  /** Letters and digits; the venue is given it as the client's own id where it takes one. */
  readonly id: string
  readonly mode: 'paper' | 'live'
  readonly asset: string
  /** ccxt's code, such as ERC20. */
  readonly network: string
  readonly from: VenueId
  readonly to: VenueId
  /** What is to arrive. */
  readonly amount: bigint
  /** What the sending venue is to take besides, in the asset itself. */
  readonly fee: bigint
  /** Amount and fee together, at the prices of the request. */
  readonly worthUsdt: number
  /** How long it should take; twice that is too long. */
  readonly etaMs: number
  readonly requestedBy: string
  readonly requestedAt: Date
  /** What has not left by then never does. */
  readonly expiresAt: Date
  /** The trade it is part of, whose it then is to say that it leaves; such a transfer is paper always. */
  readonly trade?: string
}

/** The same for the same intent on every run; "o" goes out, "b" comes back. */
export const tradeTransferId = (trade: string, part: 'out' | 'back', attempt: number): string =>
  `${trade}${part === 'out' ? 'o' : 'b'}${attempt}`

/** It brings the money of a trade back to where it came from; its name says so. */
export const bringsHome = ({ id, trade }: Pick<TransferOrder, 'id' | 'trade'>): boolean =>
  trade !== undefined && id.startsWith(`${trade}b`)

/** How a withdrawal in the venue's history was told to be this one; the last is the surest. */
export type SeenBy = 'match' | 'client-id' | 'answer'
export type WithdrawalStatus = 'pending' | 'done' | 'failed'

/** A withdrawal in the sending venue's history. */
export type SeenWithdrawal = {
  readonly id: string
  readonly by: SeenBy
  readonly status: WithdrawalStatus
  readonly txId: string | undefined
  /** As the venue took it. */
  readonly fee: bigint | undefined
}

export type SeenDeposit = { readonly id: string; readonly amount: bigint }

/** What the one call was answered with. */
export type Answer =
  | { readonly kind: 'none' }
  | { readonly kind: 'silence'; readonly reason: string }
  | { readonly kind: 'no'; readonly reason: string }
  | { readonly kind: 'yes'; readonly withdrawalId: string }

export type TransferFacts = {
  /** Why it was never let go. */
  readonly refusal: string | undefined
  readonly left: { readonly at: Date; readonly to: Destination } | undefined
  readonly answer: Answer
  /** By id, each once. */
  readonly withdrawals: readonly SeenWithdrawal[]
  /** Credited by the receiving venue; by id, each once. */
  readonly deposits: readonly SeenDeposit[]
  readonly isOverdue: boolean
  /** The person who found out that an unknown one never left. */
  readonly absentBy: string | undefined
}

export type Transfer = {
  readonly order: TransferOrder
  readonly facts: TransferFacts
  readonly state: TransferState
  /** When its state last changed. */
  readonly changedAt: Date
}

/** One thing that is heard about a transfer. */
export type Observation =
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'left'; readonly at: Date; readonly to: Destination }
  | { readonly kind: 'answered'; readonly answer: Exclude<Answer, { kind: 'none' }> }
  | { readonly kind: 'at-sender'; readonly withdrawal: SeenWithdrawal }
  | { readonly kind: 'at-receiver'; readonly deposit: SeenDeposit }
  | { readonly kind: 'overdue' }
  | { readonly kind: 'declared-absent'; readonly by: string }

export const nothingKnown: TransferFacts = {
  refusal: undefined,
  left: undefined,
  answer: { kind: 'none' },
  withdrawals: [],
  deposits: [],
  isOverdue: false,
  absentBy: undefined,
}
