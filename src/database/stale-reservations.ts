// Money that is set aside for what is over: its worker died between two commits of older code, or a row was
// restored. Nothing else may have it, so it is freed and told.
import { sql, type Transaction } from 'kysely'
import { parseDecimal } from '../money.ts'
import { releasedAlert } from '../notification/reconcile-alert.ts'
import type { Released } from '../trade/reconcile/reconcile-store.ts'
import { release } from './balance-rows.ts'
import { openPostgresOutbox } from './postgres-outbox.ts'
import type { Tables } from './tables.ts'

type Mode = 'paper' | 'live'

/** The trades are locked first, as whoever drives one does: what is freed is really over. */
export async function releaseStale(
  trx: Transaction<Tables>,
  mode: Mode,
): Promise<readonly Released[]> {
  const { rows: over } = await sql<{ id: string }>`
    select id from executions
    where mode = ${mode} and state in ('done', 'settled-with-diff', 'aborted')
      and id in (select trade from reservations where held > 0)
    order by id for update`.execute(trx)
  const { rows: ended } = await sql<{ id: string }>`
    select id from trades
    where mode = ${mode} and state in ('settled', 'abandoned')
      and id in (select trade from reservations where held > 0)
      and not exists (select from executions where executions.id = trades.id)
    order by id for update`.execute(trx)
  const released: Released[] = []
  for (const { id: trade } of [...over, ...ended]) {
    const rows = await trx
      .selectFrom('reservations')
      .select(['venue', 'asset', 'held'])
      .where('trade', '=', trade)
      .execute()
    for (const { venue, asset, held } of rows) {
      const amount = parseDecimal(held)
      if (amount > 0n) released.push({ trade, venue, asset, amount })
    }
    await release(trx, mode, trade)
  }
  if (released.length > 0) await openPostgresOutbox(trx).post(releasedAlert(released))
  return released
}
