// What has been signed lately, by whichever process: a restart must not begin a new day for the signer.
import { sql } from 'kysely'
import { baseAmount, cost, price, type QuoteAmount } from '../money.ts'
import type { Database } from './connect.ts'

export type SignedBefore = {
  readonly at: Date
  readonly quote: string
  /** Amount times limit: what the signer counted at least. */
  readonly cost: QuoteAmount
}

type Mode = 'paper' | 'live'

/** Every order of the last 24 hours that may have left, oldest first. */
export async function signedOrders(db: Database, mode: Mode): Promise<readonly SignedBefore[]> {
  const { rows } = await sql<{ at: Date; quote: string; amount: string; limit_price: string }>`
    select orders.sent_at as at, orders.market->>'quote' as quote, orders.amount, orders.limit_price
    from orders join executions on executions.id = orders.execution
    where executions.mode = ${mode} and orders.state <> 'void'
      and orders.sent_at > clock_timestamp() - interval '24 hours'
    order by orders.sent_at`.execute(db)
  return rows.map(({ at, quote, amount, limit_price: limit }) => ({
    at,
    quote,
    cost: cost(price(limit), baseAmount(amount), 'up'),
  }))
}
