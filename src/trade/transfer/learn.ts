// The state machine of a transfer. Every observation is joined to what is known: joining is commutative,
// associative and idempotent, so any order and any repetition of what is heard ends in the same state.
// Which states may follow which is listed here and held by the database.
import type {
  Answer,
  Observation,
  SeenBy,
  SeenDeposit,
  SeenWithdrawal,
  TransferFacts,
  TransferState,
  WithdrawalStatus,
} from './transfer.ts'

/** From each state to all that may follow it at once. */
export const transferTransitions: Readonly<Record<TransferState | '', readonly TransferState[]>> = {
  '': ['requested'],
  requested: ['sending', 'rejected'],
  sending: ['in-transit', 'unknown', 'rejected', 'stuck', 'credited', 'returned'],
  unknown: ['in-transit', 'rejected', 'stuck', 'credited', 'returned'],
  'in-transit': ['stuck', 'credited', 'returned'],
  stuck: ['credited', 'returned'],
  // The receiver's word stands over the sender's, and a surer sight over a doubtful one.
  returned: ['in-transit', 'stuck', 'credited'],
  // A no that was none: what is seen to be under way is under way.
  rejected: ['in-transit', 'stuck', 'credited', 'returned'],
  credited: [],
}

const answerRank = { none: 0, silence: 1, no: 2, yes: 3 } as const
const statusRank: Readonly<Record<WithdrawalStatus, number>> = { pending: 0, done: 1, failed: 2 }
const seenRank: Readonly<Record<SeenBy, number>> = { match: 0, 'client-id': 1, answer: 2 }

/** Undefined is the least; of two texts the smaller stands, so that neither was first. */
const joinText = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a

const joinAmount = (a: bigint | undefined, b: bigint | undefined): bigint | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a

const detailOf = (answer: Answer): string =>
  answer.kind === 'none' ? '' : answer.kind === 'yes' ? answer.withdrawalId : answer.reason

function joinAnswer(a: Answer, b: Answer): Answer {
  const rank = answerRank[a.kind] - answerRank[b.kind]
  if (rank !== 0) return rank > 0 ? a : b
  // A venue that says yes and no id has said less than one that says both.
  if (detailOf(a) === '' || detailOf(b) === '') return detailOf(a) === '' ? b : a
  return detailOf(b) < detailOf(a) ? b : a
}

const joinWithdrawal = (a: SeenWithdrawal, b: SeenWithdrawal): SeenWithdrawal => ({
  id: a.id,
  by: seenRank[b.by] > seenRank[a.by] ? b.by : a.by,
  status: statusRank[b.status] > statusRank[a.status] ? b.status : a.status,
  txId: joinText(a.txId, b.txId),
  fee: joinAmount(a.fee, b.fee),
})

const joinDeposit = (a: SeenDeposit, b: SeenDeposit): SeenDeposit => (b.amount > a.amount ? b : a)

function insert<Seen extends { readonly id: string }>(
  seen: readonly Seen[],
  one: Seen,
  join: (a: Seen, b: Seen) => Seen,
): readonly Seen[] {
  const known = seen.find(({ id }) => id === one.id)
  const joined = known === undefined ? one : join(known, one)
  return [...seen.filter(({ id }) => id !== one.id), joined].toSorted((a, b) =>
    a.id < b.id ? -1 : 1,
  )
}

/** What is known once this is known, too. */
export function learn(facts: TransferFacts, observed: Observation): TransferFacts {
  switch (observed.kind) {
    case 'refused':
      return { ...facts, refusal: joinText(facts.refusal, observed.reason) }
    case 'left': {
      const { at, to } = observed
      const isEarlier = facts.left === undefined || at < facts.left.at
      return isEarlier ? { ...facts, left: { at, to } } : facts
    }
    case 'answered':
      return { ...facts, answer: joinAnswer(facts.answer, observed.answer) }
    case 'at-sender':
      return {
        ...facts,
        withdrawals: insert(facts.withdrawals, observed.withdrawal, joinWithdrawal),
      }
    case 'at-receiver':
      return { ...facts, deposits: insert(facts.deposits, observed.deposit, joinDeposit) }
    case 'overdue':
      return { ...facts, isOverdue: true }
    case 'declared-absent':
      return { ...facts, absentBy: joinText(facts.absentBy, observed.by) }
  }
}

/** The withdrawal that is most surely this transfer's; undefined while none was seen. */
export function withdrawalOf({ withdrawals, answer }: TransferFacts): SeenWithdrawal | undefined {
  const rankOf = ({ id, by }: SeenWithdrawal): number =>
    answer.kind === 'yes' && answer.withdrawalId === id ? seenRank.answer : seenRank[by]
  return withdrawals.reduce<SeenWithdrawal | undefined>(
    (best, one) => (best === undefined || rankOf(one) > rankOf(best) ? one : best),
    undefined,
  )
}

export function stateOf(facts: TransferFacts): TransferState {
  const { left, refusal, deposits, answer, isOverdue, absentBy } = facts
  if (left === undefined) return refusal === undefined ? 'requested' : 'rejected'
  if (deposits.length > 0) return 'credited'
  const seen = withdrawalOf(facts)
  if (seen?.status === 'failed') return 'returned'
  if (seen !== undefined || answer.kind === 'yes') return isOverdue ? 'stuck' : 'in-transit'
  if (answer.kind === 'no' || absentBy !== undefined) return 'rejected'
  return answer.kind === 'silence' ? 'unknown' : 'sending'
}

/** Why it is where it is, in one sentence without its full stop; undefined where that says itself. */
export function reasonOf({ refusal, answer, left, absentBy }: TransferFacts): string | undefined {
  if (left === undefined) return refusal
  if (absentBy !== undefined) return `${absentBy} found that it never left`
  return answer.kind === 'silence' || answer.kind === 'no' ? answer.reason : undefined
}

/** When it is under way for too long. */
export const dueAt = (left: Date, etaMs: number): Date => new Date(left.getTime() + 2 * etaMs)
