// Opportunities as rows: what was offered, with its legs, word for word.
import { decimalOf, format, parseDecimal } from '../money.ts'
import type { Opportunity } from '../opportunity/opportunity.ts'
import { msAgo, now } from './clock.ts'
import type { Database } from './connect.ts'
import { legColumns, legOf } from './leg-rows.ts'
import type { LegColumns, OpportunityColumns } from './tables.ts'

const opportunityColumns = (opportunity: Opportunity): OpportunityColumns => ({
  id: opportunity.id,
  kind: opportunity.kind,
  route: opportunity.route,
  venues: [...opportunity.venues],
  asset: opportunity.asset,
  notional: format(opportunity.notional),
  gross: format(opportunity.gross),
  fees: format(opportunity.fees),
  net: format(opportunity.net),
  net_percent: opportunity.netPercent,
  net_usdt: decimalOf(opportunity.netUsdt),
  notional_usdt: decimalOf(opportunity.notionalUsdt),
  net_at_top: opportunity.netAtTop,
  identity: opportunity.identity,
  wallet: opportunity.wallet,
  leg_skew_ms: opportunity.legSkewMs,
  first_seen_at: opportunity.firstSeenAt,
  detected_at: opportunity.detectedAt,
})

const opportunityOf = (row: OpportunityColumns, legs: readonly LegColumns[]): Opportunity => ({
  id: row.id,
  kind: row.kind,
  route: row.route,
  venues: row.venues,
  legs: legs.map((leg) => legOf(leg)),
  asset: row.asset,
  notional: parseDecimal(row.notional),
  gross: parseDecimal(row.gross),
  fees: parseDecimal(row.fees),
  net: parseDecimal(row.net),
  netPercent: row.net_percent,
  netUsdt: Number(row.net_usdt),
  notionalUsdt: Number(row.notional_usdt),
  netAtTop: row.net_at_top,
  identity: row.identity,
  wallet: row.wallet,
  legSkewMs: row.leg_skew_ms,
  firstSeenAt: row.first_seen_at,
  detectedAt: row.detected_at,
})

/** Saved once: a second call with the same id changes nothing. */
export async function insertOpportunity(db: Database, opportunity: Opportunity): Promise<void> {
  const legs = opportunity.legs.map((leg, seq) => ({
    opportunity: opportunity.id,
    ...legColumns(leg, seq),
  }))
  await db
    .with('saved', (one) =>
      one
        .insertInto('opportunities')
        .values({ ...opportunityColumns(opportunity), ended_at: null })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id'),
    )
    .insertInto('opportunity_legs')
    .values(legs)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** In the order of the rows given. */
async function withLegs(
  db: Database,
  rows: readonly OpportunityColumns[],
): Promise<readonly Opportunity[]> {
  if (rows.length === 0) return []
  const legs = await db
    .selectFrom('opportunity_legs')
    .selectAll()
    .where(
      'opportunity',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('seq')
    .execute()
  const byId = Map.groupBy(legs, (leg) => leg.opportunity)
  return rows.map((row) => opportunityOf(row, byId.get(row.id) ?? []))
}

export async function findOpportunity(db: Database, id: string): Promise<Opportunity | undefined> {
  const rows = await db.selectFrom('opportunities').selectAll().where('id', '=', id).execute()
  return (await withLegs(db, rows))[0]
}

/** Newest first. */
export async function listOpportunities(
  db: Database,
  { sinceMs, limit }: { readonly sinceMs: number; readonly limit: number },
): Promise<readonly Opportunity[]> {
  const rows = await db
    .selectFrom('opportunities')
    .selectAll()
    .where('detected_at', '>=', msAgo(sinceMs))
    .orderBy('detected_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return withLegs(db, rows)
}

export async function endOpportunity(db: Database, id: string): Promise<void> {
  await db
    .updateTable('opportunities')
    .set({ ended_at: now })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute()
}

/** Newest first. */
export async function listLiveOpportunities(db: Database): Promise<readonly Opportunity[]> {
  const rows = await db
    .selectFrom('opportunities')
    .selectAll()
    .where('ended_at', 'is', null)
    .orderBy('detected_at', 'desc')
    .execute()
  return withLegs(db, rows)
}
