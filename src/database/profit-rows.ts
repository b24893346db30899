// What trades that ended changed, asset by asset, and what that is worth: profit.ts in terms of rows.
import { sql, type RawBuilder } from 'kysely'
import { parseDecimal } from '../money.ts'
import { profitOf, type Profit } from '../trade/profit.ts'
import type { Database } from './connect.ts'

/**
 * The CTEs `ended` (trades) and `change` (trade, asset, amount), as changesOf() has them, of the trades
 * for which `when` holds.
 */
export const endedAndChange = (
  mode: 'paper' | 'live',
  when: RawBuilder<unknown>,
): RawBuilder<unknown> => sql`
  ended as (
    select * from trades where mode = ${mode} and state in ('settled', 'exposed') and ${when}
  ), change as (
    select id as trade, asset, realised_net as amount from ended
    union all
    select trade, residuals.asset, residuals.amount from residuals join ended on trade = ended.id
  )`

/** Valued at the last prices known, however old: an open position is worth what it last would bring. */
export async function profitSince(
  db: Database,
  mode: 'paper' | 'live',
  since: RawBuilder<Date>,
): Promise<Profit> {
  const { rows } = await sql<{ asset: string; amount: string; usdt: string | null }>`
    with ${endedAndChange(mode, sql`finished_at >= ${since}`)}
    select asset, sum(amount) as amount, usdt from change left join asset_values using (asset)
    group by asset, usdt order by asset`.execute(db)
  const values = rows.flatMap(({ asset, usdt }) =>
    usdt === null ? [] : [[asset, Number(usdt)] as const],
  )
  const changes = rows.map(({ asset, amount }) => ({ asset, amount: parseDecimal(amount) }))
  return profitOf(changes, new Map(values))
}
