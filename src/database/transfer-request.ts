// A transfer as it is asked for: its row, and its money set aside at the sender, in one transaction.
import type { Transaction } from 'kysely'
import { nothingKnown, type TransferOrder } from '../trade/transfer/transfer.ts'
import { moveBalances, type Kind } from './balance-rows.ts'
import type { Tables } from './tables.ts'
import { factColumns, orderColumns } from './transfer-rows.ts'

/** `kind` 'fact': the money is whoever's it is that asks, so it is set aside whatever that leaves. */
export async function writeRequest(
  trx: Transaction<Tables>,
  order: TransferOrder,
  kind: Kind,
): Promise<void> {
  const needed = order.amount + order.fee
  await trx
    .insertInto('transfers')
    .values({ ...orderColumns(order), ...factColumns(nothingKnown) })
    .execute()
  const move = { venue: order.from, asset: order.asset, free: -needed, reserved: needed }
  await moveBalances(trx, order.mode, [move], kind)
}
