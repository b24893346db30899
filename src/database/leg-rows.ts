// Planned orders as rows, of an opportunity as of a trade.
import type { Transaction } from 'kysely'
import { baseAmount, format, parseDecimal, price, quoteAmount, rate } from '../money.ts'
import type { LegPlan } from '../opportunity/opportunity.ts'
import type { LegColumns, Tables } from './tables.ts'

/** Legs keep their order by `seq`, which counts from 0. */
export const legColumns = (leg: LegPlan, seq: number): LegColumns => ({
  seq,
  venue: leg.venue,
  symbol: leg.symbol,
  base: leg.base,
  quote: leg.quote,
  side: leg.side,
  amount: format(leg.amount),
  limit_price: format(leg.limit),
  average_price: format(leg.average),
  notional: format(leg.notional),
  fee: format(leg.fee.amount),
  fee_asset: leg.fee.asset,
  fee_rate: format(leg.feeRate),
  fee_source: leg.feeSource,
  spends: format(leg.spends.amount),
  spends_asset: leg.spends.asset,
  receives: format(leg.receives.amount),
  receives_asset: leg.receives.asset,
  book_age_ms: leg.bookAgeMs,
})

export const legOf = (row: LegColumns): LegPlan => ({
  venue: row.venue,
  symbol: row.symbol,
  base: row.base,
  quote: row.quote,
  side: row.side,
  amount: baseAmount(row.amount),
  limit: price(row.limit_price),
  average: price(row.average_price),
  notional: quoteAmount(row.notional),
  fee: { asset: row.fee_asset, amount: parseDecimal(row.fee) },
  feeRate: rate(row.fee_rate),
  feeSource: row.fee_source,
  spends: { asset: row.spends_asset, amount: parseDecimal(row.spends) },
  receives: { asset: row.receives_asset, amount: parseDecimal(row.receives) },
  bookAgeMs: row.book_age_ms,
})

/** The plan of a trade becomes this one. */
export async function replaceLegs(
  trx: Transaction<Tables>,
  trade: string,
  plan: readonly LegPlan[],
): Promise<void> {
  await trx.deleteFrom('legs').where('trade', '=', trade).execute()
  await trx
    .insertInto('legs')
    .values(plan.map((leg, seq) => ({ trade, ...legColumns(leg, seq) })))
    .execute()
}
