// What first orders on each market got of what they asked for.
import { sql } from 'kysely'
import type { FillShares } from '../trade/fill-share.ts'
import type { Database } from './connect.ts'

const ordersMax = 20

export async function readFillShares(
  db: Database,
  mode: 'paper' | 'live',
): Promise<readonly FillShares[]> {
  const { rows } = await sql<FillShares>`
    with newest as (
      select orders.id, orders.venue, orders.symbol, orders.amount, orders.created_at,
        row_number() over (
          partition by orders.venue, orders.symbol order by orders.created_at desc) as place
      from orders join executions on executions.id = orders.execution
      where executions.mode = ${mode} and orders.role = 'primary'
        and orders.state in ('filled', 'partial-done', 'cancelled-zero')
        and orders.created_at > clock_timestamp() - interval '1 day'
    ), got as (
      select newest.*, least(1, coalesce(
        (select sum(prints.amount) from prints where prints.client_order_id = newest.id), 0)
        / newest.amount)::float8 as share
      from newest where place <= ${ordersMax}
    )
    select venue, symbol, array_agg(share order by created_at desc) as shares
    from got group by venue, symbol`.execute(db)
  return rows
}
