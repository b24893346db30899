// Executions, their orders and prints as rows. A value that was written reads back exactly equal.
import { sql, type Insertable, type Selectable } from 'kysely'
import { baseAmount, format, parseDecimal, price } from '../money.ts'
import type { Execution, Fill, Leg } from '../trade/engine/execution.ts'
import type { Database } from './connect.ts'
import {
  decodeDocument,
  decodeMarket,
  decodeProgress,
  encodeDocument,
  encodeMarket,
  encodeProgress,
  engineVersion,
} from './execution-json.ts'
import type { ExecutionColumns, OrderColumns, PrintColumns } from './execution-tables.ts'

export type ExecutionRow = Selectable<ExecutionColumns>
export type OrderRow = Selectable<OrderColumns>

const json = (text: string) => sql<string>`${text}::jsonb`

/** Without what only the store changes: epoch, worker and lease. */
export const executionColumns = (execution: Execution) => ({
  id: execution.id,
  opportunity: execution.opportunity,
  approval: execution.approval,
  mode: execution.mode,
  state: execution.state,
  reason: execution.reason ?? null,
  version: execution.version,
  wake_at: execution.wakeAt ?? null,
  deadline: execution.deadline,
  config_version: execution.terms.configVersion,
  engine_version: engineVersion,
  document: json(encodeDocument(execution)),
  created_at: execution.createdAt,
})

/** Without `send_epoch`, which is the store's own. */
export const orderColumns = (execution: string, leg: Leg, seq: number) => ({
  id: leg.clientOrderId,
  execution,
  seq,
  role: leg.role,
  step: leg.step,
  attempt: leg.attempt,
  venue: leg.market.venue,
  symbol: leg.market.symbol,
  side: leg.side,
  market: json(encodeMarket(leg.market)),
  amount: format(leg.amount),
  limit_price: format(leg.limit),
  state: leg.state,
  reason: leg.reason ?? null,
  created_at: leg.createdAt,
  sent_at: leg.sentAt ?? null,
  not_after: leg.notAfter ?? null,
  acked_at: leg.ackedAt ?? null,
  unknown_since: leg.unknownSince ?? null,
  ended_at: leg.endedAt ?? null,
  order_id: leg.orderId ?? null,
  progress: json(encodeProgress(leg)),
})

export const printColumns = (
  { clientOrderId, market: { venue, symbol } }: Leg,
  fill: Fill,
  seq: number,
): Insertable<PrintColumns> => ({
  venue,
  symbol,
  trade_id: fill.tradeId,
  client_order_id: clientOrderId,
  seq,
  order_id: fill.orderId,
  amount: format(fill.amount),
  price: format(fill.price),
  fee: format(fill.fee.amount),
  fee_asset: fill.fee.asset,
  at: fill.at,
})

const fillOf = (row: Selectable<PrintColumns>): Fill => ({
  tradeId: row.trade_id,
  orderId: row.order_id,
  amount: baseAmount(row.amount),
  price: price(row.price),
  fee: { asset: row.fee_asset, amount: parseDecimal(row.fee) },
  at: row.at,
})

const legOf = (row: OrderRow, prints: readonly Selectable<PrintColumns>[]): Leg => ({
  clientOrderId: row.id,
  role: row.role,
  step: row.step,
  attempt: row.attempt,
  market: decodeMarket(row.market),
  side: row.side,
  amount: baseAmount(row.amount),
  limit: price(row.limit_price),
  state: row.state,
  reason: row.reason ?? undefined,
  createdAt: row.created_at,
  sentAt: row.sent_at ?? undefined,
  notAfter: row.not_after ?? undefined,
  ackedAt: row.acked_at ?? undefined,
  unknownSince: row.unknown_since ?? undefined,
  endedAt: row.ended_at ?? undefined,
  orderId: row.order_id ?? undefined,
  fills: prints.map(fillOf),
  ...decodeProgress(row.progress),
})

/** In the order of their legs. */
export const ordersOf = (db: Database, execution: string): Promise<readonly OrderRow[]> =>
  db.selectFrom('orders').selectAll().where('execution', '=', execution).orderBy('seq').execute()

async function legsOf(db: Database, execution: string): Promise<readonly Leg[]> {
  const orders = await ordersOf(db, execution)
  if (orders.length === 0) return []
  const prints = await db
    .selectFrom('prints')
    .selectAll()
    .where(
      'client_order_id',
      'in',
      orders.map(({ id }) => id),
    )
    .orderBy('seq')
    .execute()
  return orders.map((order) =>
    legOf(
      order,
      prints.filter((print) => print.client_order_id === order.id),
    ),
  )
}

/** The row and its legs must be of one moment: read in a transaction, or of one that is fenced. */
export const executionOf = async (db: Database, row: ExecutionRow): Promise<Execution> => ({
  ...decodeDocument(row.document),
  id: row.id,
  opportunity: row.opportunity,
  approval: row.approval,
  mode: row.mode,
  state: row.state,
  reason: row.reason ?? undefined,
  version: row.version,
  createdAt: row.created_at,
  deadline: row.deadline,
  wakeAt: row.wake_at ?? undefined,
  legs: await legsOf(db, row.id),
})
