// Trades that ended some time ago, made as the desk makes them and dated back afterwards.
import { openDatabase } from '../src/database/connect.ts'
import { parseDecimal } from '../src/money.ts'
import type { Opportunity } from '../src/opportunity/opportunity.ts'
import type { LegFill } from '../src/trade/trade.ts'
import { crossOpportunity } from './opportunities.ts'
import { asApproved, grantTrade, type TestStores } from './stores.ts'

export type PastTrade = {
  readonly endedAt: Date
  /** In the asset of the trade, such as "1.5". */
  readonly net: string
  readonly residual?: Readonly<Record<string, string>>
  readonly state?: 'settled' | 'exposed'
  readonly opportunity?: Partial<Opportunity>
  /** From the answer to the last fill. */
  readonly filledAfterMs?: number
}

type Stores = Pick<TestStores, 'approvals' | 'trades'>

let made = 0

/** Every fill of the plan as planned, then the end as it is wished; returns the trade's id. */
async function make(stores: Stores, past: PastTrade): Promise<string> {
  const { trades } = stores
  const opportunity = crossOpportunity(past.opportunity)
  await trades.declareBalances(
    opportunity.venues.flatMap((venue) =>
      ['USDT', 'BTC', 'ETH'].map((asset) => ({ venue, asset, free: parseDecimal('1000000') })),
    ),
  )
  const id = await grantTrade(stores, opportunity)
  const claim = await trades.claim(id, 'test', 60_000)
  if (claim.outcome !== 'claimed') throw new Error(claim.outcome)
  const { epoch } = claim
  const begun = await trades.begin(id, epoch, asApproved(claim.trade))
  if (begun.outcome !== 'begun') throw new Error(begun.outcome)
  for (const leg of claim.trade.plan) {
    const now = new Date()
    const fill: LegFill = {
      venue: leg.venue,
      symbol: leg.symbol,
      side: leg.side,
      orderId: `order-${++made}`,
      filled: leg.amount,
      average: leg.average,
      fee: leg.fee,
      spent: leg.spends,
      received: leg.receives,
      sentAt: now,
      filledAt: now,
    }
    await trades.addFill(id, epoch, fill)
  }
  const residual = Object.entries(past.residual ?? {}).map(([asset, amount]) => ({
    asset,
    amount: parseDecimal(amount),
  }))
  await trades.finish(id, epoch, {
    state: past.state ?? 'settled',
    realisedNet: parseDecimal(past.net),
    realisedUsdt: Number(past.net),
    residual,
    reason: past.state === 'exposed' ? 'a leg was not filled' : '',
  })
  return id
}

/** Makes them one after the other and dates each back; returns their ids in that order. */
export async function makePastTrades(
  url: string,
  stores: Stores,
  pasts: readonly PastTrade[],
): Promise<readonly string[]> {
  const { db, close } = openDatabase({ url, name: 'test' })
  const ids: string[] = []
  for (const past of pasts) {
    const id = await make(stores, past)
    const { endedAt, filledAfterMs = 500 } = past
    const answeredAt = new Date(endedAt.getTime() - filledAfterMs)
    await db
      .updateTable('approvals')
      .set({
        asked_at: new Date(answeredAt.getTime() - 4_000),
        expires_at: new Date(answeredAt.getTime() + 56_000),
        closed_at: answeredAt,
      })
      .where('trade', '=', id)
      .execute()
    await db
      .updateTable('trades')
      .set({ created_at: answeredAt, begun_at: answeredAt, finished_at: endedAt })
      .where('id', '=', id)
      .execute()
    await db
      .updateTable('fills')
      .set({ sent_at: answeredAt, filled_at: endedAt })
      .where('trade', '=', id)
      .execute()
    ids.push(id)
  }
  await close()
  return ids
}
