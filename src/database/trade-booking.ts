// What a trade's fills and its end do to the books, each in one transaction under the trade's row lock.
import type { Transaction } from 'kysely'
import { decimalOf, format } from '../money.ts'
import { exposureAlert } from '../notification/exposure-alert.ts'
import { fillEntries } from '../trade/ledger.ts'
import { movesOf } from '../trade/reservation.ts'
import type { LegFill, Trade } from '../trade/trade.ts'
import type { AddedFill, TradeEnd } from '../trade/trade-store.ts'
import { applyMoves, heldBy, release } from './balance-rows.ts'
import { now } from './clock.ts'
import { openPostgresOutbox } from './postgres-outbox.ts'
import { writeLedger } from './ledger-rows.ts'
import { legOf } from './leg-rows.ts'
import type { Tables } from './tables.ts'
import { fillColumns, findTrade } from './trade-rows.ts'

/** A fill is a fact, but only the worker that holds the trade may say so. */
export async function bookFill(
  trx: Transaction<Tables>,
  id: string,
  epoch: number,
  fill: LegFill,
): Promise<AddedFill> {
  const trade = await lockTrade(trx, id)
  const known = await trx
    .selectFrom('fills')
    .select('trade')
    .where('venue', '=', fill.venue)
    .where('order_id', '=', fill.orderId)
    .executeTakeFirst()
  if (known !== undefined) {
    if (known.trade === id) return { outcome: 'known' }
    throw new Error(`order ${fill.orderId} on ${fill.venue} belongs to trade ${known.trade}`)
  }
  if (trade?.epoch !== epoch || trade.state !== 'executing') return { outcome: 'lost' }
  const legs = await trx
    .selectFrom('legs')
    .selectAll()
    .where('trade', '=', id)
    .orderBy('seq')
    .execute()
  const leg = legs.findIndex(
    ({ venue, symbol, side }) =>
      venue === fill.venue && symbol === fill.symbol && side === fill.side,
  )
  if (leg === -1)
    throw new Error(`trade ${id} plans no ${fill.side} of ${fill.symbol} on ${fill.venue}`)
  await trx
    .insertInto('fills')
    .values(fillColumns(id, leg, fill))
    .execute()
  const holdings = await heldBy(trx, id)
  const moves = movesOf(
    fill,
    legs.slice(leg + 1).map((row) => legOf(row)),
    (venue, asset) =>
      holdings.find((one) => one.venue === venue && one.asset === asset)?.held ?? 0n,
  )
  await applyMoves(trx, trade.mode, id, moves)
  await writeLedger(trx, trade.mode, fillEntries(id, fill))
  return { outcome: 'added' }
}

/** Ending a trade again the same way, for want of having heard the first answer, is harmless. */
export async function endTrade(
  trx: Transaction<Tables>,
  id: string,
  epoch: number,
  ending: TradeEnd,
): Promise<Trade | undefined> {
  const trade = await lockTrade(trx, id)
  if (trade?.epoch !== epoch) return undefined
  if (trade.state === ending.state) return findTrade(trx, id)
  if (ending.state === 'abandoned') await refuseIfFilled(trx, id)
  const traded = ending.state !== 'abandoned'
  await trx
    .updateTable('trades')
    .set({
      state: ending.state,
      finished_at: now,
      lease_until: null,
      reason: ending.reason,
      realised_net: traded ? format(ending.realisedNet) : null,
      realised_usdt: traded ? decimalOf(ending.realisedUsdt) : null,
      found_net: traded || ending.foundNet === undefined ? null : format(ending.foundNet),
    })
    .where('id', '=', id)
    .execute()
  const residuals = traded ? ending.residual : []
  if (residuals.length > 0)
    await trx
      .insertInto('residuals')
      .values(
        residuals.map(({ asset, amount }, seq) => ({
          trade: id,
          seq,
          asset,
          amount: format(amount),
        })),
      )
      .execute()
  await release(trx, trade.mode, id)
  const ended = await findTrade(trx, id)
  // With the end itself, so that a crash right after it cannot leave people waiting for a word.
  if (ended !== undefined) await tell(trx, ended)
  return ended
}

async function tell(trx: Transaction<Tables>, trade: Trade): Promise<void> {
  const outbox = openPostgresOutbox(trx)
  await outbox.post({ kind: 'trade', trade })
  const alert = exposureAlert(trade)
  if (alert !== undefined) await outbox.post(alert)
}

const lockTrade = (trx: Transaction<Tables>, id: string) =>
  trx
    .selectFrom('trades')
    .select(['mode', 'state', 'epoch'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()

async function refuseIfFilled(trx: Transaction<Tables>, id: string): Promise<void> {
  const fill = await trx
    .selectFrom('fills')
    .select('order_id')
    .where('trade', '=', id)
    .executeTakeFirst()
  if (fill !== undefined) throw new Error(`trade ${id} has fills, so it cannot be abandoned`)
}
