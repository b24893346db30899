// Finds a transfer in what venues tell of withdrawals and deposits. Where two could be it, none is: a wrong
// match would free money that is gone. Pure.
import type { Transfer, SeenBy, WithdrawalStatus } from './transfer.ts'
import { withdrawalOf } from './learn.ts'

/** One withdrawal as the sending venue lists it. */
export type WithdrawalRow = {
  readonly id: string
  /** Undefined or empty: made without one, or the venue does not tell. */
  readonly clientId: string | undefined
  readonly asset: string
  readonly network: string | undefined
  readonly address: string | undefined
  /** As listed: with the fee in it or without. */
  readonly amount: bigint
  readonly fee: bigint | undefined
  readonly txId: string | undefined
  readonly status: WithdrawalStatus
  readonly at: Date
}

/** One deposit as the receiving venue lists it. */
export type DepositRow = {
  readonly id: string
  readonly asset: string
  readonly network: string | undefined
  readonly address: string | undefined
  readonly amount: bigint
  readonly txId: string | undefined
  readonly isCredited: boolean
  readonly at: Date
}

export type Match<Row> =
  | { readonly outcome: 'found'; readonly row: Row; readonly by: SeenBy }
  | { readonly outcome: 'absent' }
  /** More than one could be it. */
  | { readonly outcome: 'ambiguous'; readonly ids: readonly string[] }

/** Clocks differ, and venues write a withdrawal down when they get to it. */
const beforeMs = 120_000
const afterMs = 900_000

const isSame = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && one.toLowerCase() === other?.toLowerCase()

const mayBe = (told: string | undefined, wanted: string): boolean =>
  told === undefined || told === wanted

function only<Row extends { readonly id: string }>(rows: readonly Row[], by: SeenBy): Match<Row> {
  const [row, ...others] = rows
  if (row === undefined) return { outcome: 'absent' }
  return others.length === 0
    ? { outcome: 'found', row, by }
    : { outcome: 'ambiguous', ids: rows.map(({ id }) => id) }
}

/**
 * By the id the venue answered with, by our own id, or, where the venue tells no ids of ours, by amount,
 * address, network and time. `taken` are the ids that belong to other transfers.
 */
export function findWithdrawal(
  { order, facts }: Transfer,
  rows: readonly WithdrawalRow[],
  tellsClientIds: boolean,
  taken: ReadonlySet<string>,
): Match<WithdrawalRow> {
  const { left, answer } = facts
  if (left === undefined) return { outcome: 'absent' }
  const free = rows.filter(({ id, asset }) => !taken.has(id) && asset === order.asset)
  const answered = answer.kind === 'yes' ? answer.withdrawalId : ''
  const named = free.filter(({ id }) => id === answered)
  if (named.length > 0) return only(named, 'answer')
  const own = free.filter(({ clientId }) => clientId === order.id)
  if (own.length > 0) return only(own, 'client-id')
  if (tellsClientIds) return { outcome: 'absent' }
  const amounts = [order.amount, order.amount + order.fee]
  return only(
    free.filter(
      ({ clientId = '', amount, address, network, at }) =>
        clientId === '' &&
        amounts.includes(amount) &&
        isSame(address, left.to.address) &&
        mayBe(network, order.network) &&
        at.getTime() >= left.at.getTime() - beforeMs &&
        at.getTime() <= left.at.getTime() + afterMs,
    ),
    'match',
  )
}

/**
 * By the transaction on the chain; without one on either side, by amount, address, network and time, and
 * only where it is known to have left: a second transfer of the same amount may arrive, and this one not.
 */
export function findDeposit(
  { order, facts }: Transfer,
  rows: readonly DepositRow[],
  taken: ReadonlySet<string>,
): Match<DepositRow> {
  const { left, answer } = facts
  if (left === undefined) return { outcome: 'absent' }
  const free = rows.filter(({ id, asset }) => !taken.has(id) && asset === order.asset)
  const seen = withdrawalOf(facts)
  const txId = seen?.txId
  const sameChain = free.filter((row) => isSame(row.txId, txId))
  if (sameChain.length > 0) return only(sameChain, 'answer')
  if (seen === undefined && answer.kind !== 'yes') return { outcome: 'absent' }
  return only(
    free.filter(
      (row) =>
        (txId === undefined || row.txId === undefined) &&
        row.amount === order.amount &&
        isSame(row.address, left.to.address) &&
        mayBe(row.network, order.network) &&
        row.at.getTime() >= left.at.getTime() - beforeMs,
    ),
    'match',
  )
}
