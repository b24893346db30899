// Trades as rows, with their legs, fills and what they left over.
import { sql, type Insertable, type Selectable, type Transaction } from 'kysely'
import { baseAmount, format, parseDecimal, price } from '../money.ts'
import { reasonOf, withdrawalOf } from '../trade/transfer/learn.ts'
import type { LegFill, Trade, TradeSend, TradeState } from '../trade/trade.ts'
import type { TradeFilter } from '../trade/trade-store.ts'
import type { ApprovalRow } from './approval-rows.ts'
import type { Database } from './connect.ts'
import { exposuresOf } from './exposure-rows.ts'
import { legOf } from './leg-rows.ts'
import { containing } from './like-pattern.ts'
import type { FillColumns, Tables, TradeColumns } from './tables.ts'
import { planIn } from './transfer-plan-column.ts'
import { transferOf } from './transfer-rows.ts'

type TradeRow = Selectable<TradeColumns>
type FillRow = Selectable<FillColumns>
type ResidualRow = Selectable<Tables['residuals']>

/** What the state promises the row has; the table's checks keep it. */
function kept<T>(value: T | null, row: TradeRow): T {
  if (value === null) throw new Error(`trade ${row.id} is ${row.state} but incomplete`)
  return value
}

export const fillColumns = (
  trade: string,
  leg: number,
  fill: LegFill,
): Insertable<FillColumns> => ({
  trade,
  leg,
  venue: fill.venue,
  symbol: fill.symbol,
  side: fill.side,
  order_id: fill.orderId,
  filled: format(fill.filled),
  average_price: format(fill.average),
  fee: format(fill.fee.amount),
  fee_asset: fill.fee.asset,
  spent: format(fill.spent.amount),
  spent_asset: fill.spent.asset,
  received: format(fill.received.amount),
  received_asset: fill.received.asset,
  sent_at: fill.sentAt,
  filled_at: fill.filledAt,
  role: fill.role ?? 'primary',
})

const fillOf = (row: FillRow): LegFill => ({
  venue: row.venue,
  symbol: row.symbol,
  side: row.side,
  orderId: row.order_id,
  filled: baseAmount(row.filled),
  average: price(row.average_price),
  fee: { asset: row.fee_asset, amount: parseDecimal(row.fee) },
  spent: { asset: row.spent_asset, amount: parseDecimal(row.spent) },
  received: { asset: row.received_asset, amount: parseDecimal(row.received) },
  sentAt: row.sent_at,
  filledAt: row.filled_at,
  ...(row.role === 'primary' ? {} : { role: row.role }),
})

function stateOf(row: TradeRow, residuals: readonly ResidualRow[]): TradeState {
  const { state } = row
  if (state === 'approved' || state === 'executing') return { state }
  const at = kept(row.finished_at, row)
  const residual = residuals.map(({ asset, amount }) => ({ asset, amount: parseDecimal(amount) }))
  switch (state) {
    case 'settled':
      return { state, at, realisedNet: parseDecimal(kept(row.realised_net, row)), residual }
    case 'exposed':
      return {
        state,
        at,
        realisedNet: parseDecimal(kept(row.realised_net, row)),
        residual,
        reason: kept(row.reason, row),
      }
    case 'abandoned':
      return {
        state,
        at,
        reason: kept(row.reason, row),
        foundNet: row.found_net === null ? undefined : parseDecimal(row.found_net),
      }
  }
}

/** What was sent for these trades, in the order in which it was asked for. */
async function sendsOf(
  db: Database,
  trades: readonly string[],
): Promise<ReadonlyMap<string, readonly TradeSend[]>> {
  if (trades.length === 0) return new Map()
  const rows = await db
    .selectFrom('transfers')
    .selectAll()
    .where('trade', 'in', trades)
    .orderBy('requested_at')
    .execute()
  return Map.groupBy(
    rows.map((row): TradeSend & { readonly trade: string | null } => {
      const { order, facts, state, changedAt } = transferOf(row)
      const { id, asset, network, from, to, amount, fee, etaMs } = order
      return {
        trade: row.trade,
        id,
        asset,
        network,
        from,
        to,
        amount,
        etaMs,
        state,
        changedAt,
        fee: withdrawalOf(facts)?.fee ?? fee,
        leftAt: facts.left?.at,
        arrived: facts.deposits[0]?.amount,
        reason: reasonOf(facts),
      }
    }),
    ({ trade }) => trade ?? '',
  )
}

/** In the order of the rows given. */
export async function tradesOf(db: Database, rows: readonly TradeRow[]): Promise<readonly Trade[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const legs = await db
    .selectFrom('legs')
    .selectAll()
    .where('trade', 'in', ids)
    .orderBy('seq')
    .execute()
  const fills = await db
    .selectFrom('fills')
    .selectAll()
    .where('trade', 'in', ids)
    .orderBy('leg')
    .orderBy('booked_at')
    .execute()
  const residuals = await db
    .selectFrom('residuals')
    .selectAll()
    .where('trade', 'in', ids)
    .orderBy('seq')
    .execute()
  const exposures = await exposuresOf(db, ids)
  const sends = await sendsOf(
    db,
    rows.filter(({ transfer }) => transfer !== null).map(({ id }) => id),
  )
  const transferIn = ({ id, transfer: column }: TradeRow) => {
    const { transfer } = planIn(column)
    return transfer === undefined ? {} : { transfer, sends: sends.get(id) ?? [] }
  }
  const exposureOf = (id: string) => {
    const exposure = exposures.get(id)
    return exposure === undefined ? {} : { exposure }
  }
  return rows.map((row): Trade => ({
    id: row.id,
    opportunity: row.opportunity,
    approval: row.approval,
    route: row.route,
    kind: row.kind,
    mode: row.mode,
    asset: row.asset,
    expectedNet: parseDecimal(row.expected_net),
    notional: parseDecimal(row.notional),
    notionalUsdt: Number(row.notional_usdt),
    share: Number(row.share),
    createdAt: row.created_at,
    plan: legs.filter((leg) => leg.trade === row.id).map((leg) => legOf(leg)),
    fills: fills.filter((fill) => fill.trade === row.id).map((fill) => fillOf(fill)),
    ...transferIn(row),
    ...exposureOf(row.id),
    ...stateOf(
      row,
      residuals.filter((residual) => residual.trade === row.id),
    ),
  }))
}

export async function findTrade(db: Database, id: string): Promise<Trade | undefined> {
  const rows = await db.selectFrom('trades').selectAll().where('id', '=', id).execute()
  return (await tradesOf(db, rows))[0]
}

/** Newest first. */
export async function listTrades(
  db: Database,
  mode: TradeRow['mode'],
  filter: TradeFilter & { readonly limit: number; readonly offset: number },
): Promise<readonly Trade[]> {
  const { venue, symbol, state, since, until, limit, offset } = filter
  const rows = await db
    .selectFrom('trades')
    .selectAll()
    .where('mode', '=', mode)
    .$if(state !== undefined, (all) => all.where('state', '=', state ?? 'approved'))
    .$if(since !== undefined, (all) => all.where('created_at', '>=', since ?? new Date(0)))
    .$if(until !== undefined, (all) => all.where('created_at', '<', until ?? new Date(0)))
    .$if(venue !== undefined || symbol !== undefined, (all) =>
      all.where('id', 'in', (one) =>
        one
          .selectFrom('legs')
          .select('trade')
          .whereRef('trade', '=', 'trades.id')
          .$if(venue !== undefined, (legs) => legs.where('venue', '=', venue ?? ''))
          .$if(symbol !== undefined, (legs) =>
            legs.where('symbol', 'ilike', containing(symbol ?? '')),
          ),
      ),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
  return tradesOf(db, rows)
}

/** A trade starts as its opportunity was shown; the numbers are looked at again before it begins. */
export async function insertTrade(
  trx: Transaction<Tables>,
  approval: ApprovalRow,
  trade: string,
): Promise<void> {
  const { share } = approval
  // Rounded down: never more than was approved.
  const of = (column: string) => sql`trunc(${sql.ref(column)} * ${share}::numeric, 18)`
  await sql`
    insert into trades (id, mode, opportunity, approval, route, kind, asset, expected_net, notional,
      notional_usdt, share, transfer)
    select ${trade}, ${approval.mode}, id, ${approval.id}, route, kind, asset, ${of('net')},
      ${of('notional')}, ${of('notional_usdt')}, ${share}, transfer
    from opportunities where id = ${approval.opportunity}`.execute(trx)
  await sql`
    insert into legs
    select ${trade}, seq, venue, symbol, base, quote, side, ${of('amount')}, limit_price,
      average_price, ${of('notional')}, ${of('fee')}, fee_asset, fee_rate, fee_source,
      ${of('spends')}, spends_asset, ${of('receives')}, receives_asset, book_age_ms
    from opportunity_legs where opportunity = ${approval.opportunity}`.execute(trx)
}
