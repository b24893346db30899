// A transfer as a row and back. What is known of it lies in one document, checked when it is read.
import type { Selectable } from 'kysely'
import { z } from 'zod'
import { decimalOf, format, parseDecimal } from '../money.ts'
import { stateOf, withdrawalOf } from '../trade/transfer/learn.ts'
import type { Transfer, TransferFacts, TransferOrder } from '../trade/transfer/transfer.ts'
import { amount, listOf, maybe, moment } from './exact-json.ts'
import type { Tables } from './tables.ts'

type TransferRow = Selectable<Tables['transfers']>

const answer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('silence'), reason: z.string() }),
  z.object({ kind: z.literal('no'), reason: z.string() }),
  z.object({ kind: z.literal('yes'), withdrawalId: z.string() }),
])

const facts = z.object({
  refusal: maybe(z.string()),
  left: maybe(
    z.object({ at: moment, to: z.object({ address: z.string(), memo: maybe(z.string()) }) }),
  ),
  answer,
  withdrawals: listOf(
    z.object({
      id: z.string(),
      by: z.enum(['match', 'client-id', 'answer']),
      status: z.enum(['pending', 'done', 'failed']),
      txId: maybe(z.string()),
      fee: maybe(amount),
    }),
  ),
  deposits: listOf(z.object({ id: z.string(), amount })),
  isOverdue: z.boolean(),
  absentBy: maybe(z.string()),
})

export const orderColumns = (order: TransferOrder) => ({
  id: order.id,
  mode: order.mode,
  asset: order.asset,
  network: order.network,
  from_venue: order.from,
  to_venue: order.to,
  amount: format(order.amount),
  fee: format(order.fee),
  worth_usdt: decimalOf(order.worthUsdt),
  eta_ms: order.etaMs,
  requested_by: order.requestedBy,
  requested_at: order.requestedAt,
  expires_at: order.expiresAt,
  trade: order.trade ?? null,
})

/** Everything about it that may change. */
export const factColumns = (known: TransferFacts) => ({
  state: stateOf(known),
  sent_at: known.left?.at ?? null,
  facts: JSON.stringify(facts.encode(known)),
  withdrawal_id:
    withdrawalOf(known)?.id ?? (known.answer.kind === 'yes' ? known.answer.withdrawalId : null),
  deposit_id: known.deposits[0]?.id ?? null,
})

export function transferOf(row: TransferRow): Transfer {
  const known = facts.parse(row.facts)
  if (stateOf(known) !== row.state)
    throw new Error(`transfer ${row.id} is kept as ${row.state} and known as ${stateOf(known)}`)
  return {
    order: {
      id: row.id,
      mode: row.mode,
      asset: row.asset,
      network: row.network,
      from: row.from_venue,
      to: row.to_venue,
      amount: parseDecimal(row.amount),
      fee: parseDecimal(row.fee),
      worthUsdt: Number(row.worth_usdt),
      etaMs: row.eta_ms,
      requestedBy: row.requested_by,
      requestedAt: row.requested_at,
      expiresAt: row.expires_at,
      ...(row.trade !== null && { trade: row.trade }),
    },
    facts: known,
    state: row.state,
    changedAt: row.changed_at,
  }
}
