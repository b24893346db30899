// What first orders on one market got of what they asked for.
import { sql } from 'kysely'
import type { VenueId } from '../market/market.ts'
import type { FillShares } from '../trade/trade-store.ts'
import type { Database } from './connect.ts'

const ordersMax = 20

export async function fillSharesOf(
  db: Database,
  mode: 'paper' | 'live',
  venue: VenueId,
  symbol: string,
): Promise<FillShares> {
  const { rows } = await sql<{ share: number }>`
    select least(1, coalesce(
      (select sum(prints.amount) from prints where prints.client_order_id = orders.id), 0)
      / orders.amount)::float8 as share
    from orders join executions on executions.id = orders.execution
    where executions.mode = ${mode} and orders.venue = ${venue} and orders.symbol = ${symbol}
      and orders.role = 'primary' and orders.state in ('filled', 'partial-done', 'cancelled-zero')
      and orders.created_at > clock_timestamp() - interval '1 day'
    order by orders.created_at desc limit ${ordersMax}`.execute(db)
  return rows.map(({ share }) => share)
}
