// What one commit of an execution writes, in its one transaction. Nothing of it stands unless all does.
import type { Transaction } from 'kysely'
import { executionAlert } from '../notification/execution-alert.ts'
import type { Alert } from '../trade/engine/alert.ts'
import { allowsRole, type ControlMode } from '../trade/engine/control.ts'
import type { Execution, Leg } from '../trade/engine/execution.ts'
import type { Commit, Committed } from '../trade/engine/execution-store.ts'
import { msFromNow, now } from './clock.ts'
import { holdControlMode, stricter } from './control-mode.ts'
import { moveMoney, setAside } from './execution-money.ts'
import {
  executionColumns,
  orderColumns,
  ordersOf,
  printColumns,
  type OrderRow,
} from './execution-rows.ts'
import { openPostgresOutbox } from './postgres-outbox.ts'
import type { Tables } from './tables.ts'
import { projectTrade } from './trade-projection.ts'
import { writeRequest } from './transfer-request.ts'

type Trx = Transaction<Tables>

/** Undoes a commit that may not be. */
export class Refused extends Error {
  readonly committed: Committed
  constructor(committed: Committed) {
    super(committed.outcome)
    this.committed = committed
  }
}

/** Locked until the transaction ends, and still the one that was decided on. */
async function holdExecution(trx: Trx, { execution, epoch }: Commit): Promise<void> {
  const { id, mode, version } = execution
  const row = await trx
    .selectFrom('executions')
    .select(['epoch', 'version'])
    .where('id', '=', id)
    .where('mode', '=', mode)
    .forUpdate()
    .executeTakeFirst()
  if (row?.epoch !== epoch || row.version !== version) throw new Refused({ outcome: 'lost' })
}

async function allowLeaving(
  trx: Trx,
  leaving: readonly Leg[],
  { execution, sends }: Commit,
  here: () => ControlMode,
): Promise<void> {
  if (!sends && leaving.length > 0)
    throw new Error(`${execution.id} lets legs leave in a commit that sends nothing`)
  if (!sends) return
  const mode = stricter(await holdControlMode(trx), here())
  if (!leaving.every(({ role }) => allowsRole(mode, role)))
    throw new Refused({ outcome: 'forbidden', mode })
}

/** Each print once: those that are there already stay as they are. */
async function writePrints(trx: Trx, legs: readonly Leg[]): Promise<void> {
  const filled = legs.filter(({ fills }) => fills.length > 0)
  if (filled.length === 0) return
  const ids = filled.map(({ clientOrderId }) => clientOrderId)
  const known = await trx
    .selectFrom('prints')
    .select(['client_order_id', 'trade_id'])
    .where('client_order_id', 'in', ids)
    .execute()
  const fresh = filled.flatMap((leg) => {
    const own = known.filter((print) => print.client_order_id === leg.clientOrderId)
    const isKept = own.every((print) => leg.fills.some((fill) => fill.tradeId === print.trade_id))
    if (!isKept) throw new Error(`a print of ${leg.clientOrderId} may not be left out`)
    return leg.fills
      .map((fill, seq) => printColumns(leg, fill, seq))
      .filter((columns) => !own.some((print) => print.trade_id === columns.trade_id))
  })
  if (fresh.length > 0) await trx.insertInto('prints').values(fresh).execute()
}

/** Orders that are new are inserted, and the others take their new values: triggers judge each. */
async function writeOrders(
  trx: Trx,
  { id, legs }: Pick<Execution, 'id' | 'legs'>,
  before: readonly OrderRow[],
  epoch: number,
): Promise<void> {
  const lost = before.find((row) => !legs.some((leg) => leg.clientOrderId === row.id))
  if (lost !== undefined)
    throw new Error(`order ${lost.id} of ${id} is written down and may not be left out`)
  for (const [seq, leg] of legs.entries()) {
    const row = before.find((order) => order.id === leg.clientOrderId)
    const send_epoch = leg.sentAt === undefined ? null : (row?.send_epoch ?? epoch)
    const columns = { ...orderColumns(id, leg, seq), send_epoch }
    if (row === undefined) await trx.insertInto('orders').values(columns).execute()
    else await trx.updateTable('orders').set(columns).where('id', '=', row.id).execute()
  }
  await writePrints(trx, legs)
}

/** A known key was told already. */
async function writeAlerts(trx: Trx, alerts: readonly Alert[]): Promise<void> {
  for (const alert of alerts) {
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('execution_alerts')
      .values(alert)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow()
    const notification = executionAlert(alert)
    if (numInsertedOrUpdatedRows === 1n && notification !== undefined)
      await openPostgresOutbox(trx).post(notification)
  }
}

/** Returns when the database wrote it. Locks are taken in one order: execution, switch, money, outbox. */
export async function writeCommit(
  trx: Trx,
  commit: Commit,
  here: () => ControlMode,
): Promise<Date> {
  const { execution, epoch, leaseMs, reserves, entries, requests, alerts } = commit
  const { id, legs } = execution
  await holdExecution(trx, commit)
  const before = await ordersOf(trx, id)
  const leaving = legs.filter(
    ({ clientOrderId, state }) =>
      state === 'sending' && before.find((row) => row.id === clientOrderId)?.state !== 'sending',
  )
  await allowLeaving(trx, leaving, commit, here)
  if (reserves) {
    const short = await setAside(trx, execution)
    if (short !== undefined) throw new Refused({ outcome: 'short', ...short })
  }
  const { at } = await trx
    .updateTable('executions')
    .set({
      ...executionColumns(execution),
      version: execution.version + 1,
      lease_until: msFromNow(leaseMs),
      changed_at: now,
    })
    .where('id', '=', id)
    .returning(now.as('at'))
    .executeTakeFirstOrThrow()
  if (leaving.some(({ notAfter }) => notAfter === undefined || notAfter <= at))
    throw new Refused({ outcome: 'late' })
  await writeOrders(trx, execution, before, epoch)
  await moveMoney(trx, execution, entries)
  for (const order of requests) await writeRequest(trx, order, 'fact')
  await projectTrade(trx, execution)
  await writeAlerts(trx, alerts)
  return at
}

/** As it was made: nothing of it has been sent. */
export async function writeNew(trx: Trx, execution: Execution): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('executions')
    .values(executionColumns(execution))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  if (numInsertedOrUpdatedRows !== 1n) return false
  await writeOrders(trx, execution, [], 0)
  return true
}
