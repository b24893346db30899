// The trade that people see follows its execution, in the transaction of each change: plan, fills, what
// they add up to, and what everybody is told.
import type { Selectable, Transaction } from 'kysely'
import { decimalOf, format, parseDecimal, toNumber } from '../money.ts'
import { exposureAlerts, type ExposureNews } from '../notification/exposure-alert.ts'
import { notHomeAlert } from '../notification/not-home.ts'
import type { Execution } from '../trade/engine/execution.ts'
import { hasBegun, orderFillsOf, outcomeOf, standingOf } from '../trade/engine/trade-view.ts'
import { profitOf } from '../trade/profit.ts'
import type { Trade } from '../trade/trade.ts'
import { now } from './clock.ts'
import { projectExposure } from './exposure-rows.ts'
import { replaceLegs } from './leg-rows.ts'
import { openPostgresMarketStore } from './postgres-market-store.ts'
import { openPostgresOutbox } from './postgres-outbox.ts'
import type { Tables, TradeColumns } from './tables.ts'
import { fillColumns, findTrade } from './trade-rows.ts'

type Trx = Transaction<Tables>
type TradeRow = Selectable<TradeColumns>

const isEnded = (state: Trade['state']): boolean => state !== 'approved' && state !== 'executing'

/** The first leg may leave: from here on the trade is the plan that is traded. */
async function begin(trx: Trx, row: TradeRow, execution: Execution): Promise<void> {
  const { id, plan, expectedNet, legs } = execution
  // Its orders were written when the prices held, by the clock that also says when they were sent.
  const [begunAt] = legs.map(({ createdAt }) => createdAt).toSorted((a, b) => Number(a) - Number(b))
  const notional = plan[0]?.spends.amount ?? 0n
  const approved = toNumber(parseDecimal(row.notional))
  const share = approved === 0 ? 1 : toNumber(notional) / approved
  await replaceLegs(trx, id, plan)
  await trx
    .updateTable('trades')
    .set({
      state: 'executing',
      begun_at: begunAt ?? now,
      expected_net: format(expectedNet),
      notional: format(notional),
      notional_usdt: decimalOf(Number(row.notional_usdt) * share),
    })
    .where('id', '=', id)
    .execute()
}

/** True when something was new. One row an order, which grows with its prints. */
async function writeFills(trx: Trx, execution: Execution): Promise<boolean> {
  const { id } = execution
  const known = await trx
    .selectFrom('fills')
    .select(['order_id', 'filled'])
    .where('trade', '=', id)
    .execute()
  const changed = orderFillsOf(execution).filter(
    ({ fill }) =>
      !known.some(
        ({ order_id, filled }) => order_id === fill.orderId && parseDecimal(filled) === fill.filled,
      ),
  )
  for (const { step, fill } of changed) {
    const columns = fillColumns(id, step, fill)
    await trx
      .insertInto('fills')
      .values(columns)
      .onConflict((conflict) => conflict.columns(['venue', 'order_id']).doUpdateSet(columns))
      .execute()
  }
  return changed.length > 0
}

/** What an ended trade says of itself; its numbers go on with its fills. */
async function writeEnd(
  trx: Trx,
  execution: Execution,
  before: Trade['state'],
  state: 'settled' | 'exposed' | 'abandoned',
): Promise<void> {
  const { id, asset, reason, books, expectedNet } = execution
  const { realisedNet, residual } = outcomeOf(execution)
  const values = await openPostgresMarketStore(trx).values()
  const traded = state !== 'abandoned'
  const why = traded ? 'legs filled unevenly' : 'nothing was filled'
  const changes = [{ asset, amount: realisedNet }, ...residual]
  await trx
    .updateTable('trades')
    .set((row) => ({
      state,
      // One that was left open ends, and counts, on the day on which that is over.
      finished_at: state === before ? row.fn.coalesce('finished_at', now) : now,
      reason: reason ?? (state === 'settled' ? '' : why),
      realised_net: traded ? format(realisedNet) : null,
      realised_usdt: traded ? decimalOf(profitOf(changes, values).usdt) : null,
      // Books are cited once the plan was priced anew.
      found_net: traded || books.length === 0 ? null : format(expectedNet),
    }))
    .where('id', '=', id)
    .execute()
  await trx.deleteFrom('residuals').where('trade', '=', id).execute()
  if (!traded || residual.length === 0) return
  await trx
    .insertInto('residuals')
    .values(
      residual.map((one, seq) => ({
        trade: id,
        seq,
        asset: one.asset,
        amount: format(one.amount),
      })),
    )
    .execute()
}

async function tell(
  trx: Trx,
  id: string,
  before: Trade['state'],
  news: readonly ExposureNews[],
): Promise<void> {
  const trade = await findTrade(trx, id)
  if (trade === undefined) return
  const outbox = openPostgresOutbox(trx)
  await outbox.post({ kind: 'trade', trade })
  for (const alert of exposureAlerts(trade, before, news)) await outbox.post(alert)
  const stayed = before === 'settled' ? undefined : notHomeAlert(trade)
  if (stayed !== undefined) await outbox.post(stayed)
}

/** The last step of a transaction: the outbox lets one write at a time until it commits. */
export async function projectTrade(trx: Trx, execution: Execution): Promise<void> {
  const { id } = execution
  const row = await trx
    .selectFrom('trades')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const state = standingOf(execution, row.state)
  if (row.state === 'approved' && hasBegun(execution)) await begin(trx, row, execution)
  const isNews = await writeFills(trx, execution)
  if (state === 'settled' || state === 'exposed' || state === 'abandoned')
    await writeEnd(trx, execution, row.state, state)
  const news = await projectExposure(trx, execution)
  // Minutes lie between the legs of a transfer trade, so each of them is told.
  const isTold = isEnded(state) || execution.kind === 'transfer'
  if (state !== row.state || news.length > 0 || (isNews && isTold))
    await tell(trx, id, row.state, news)
}
