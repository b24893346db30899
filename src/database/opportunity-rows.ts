// Opportunities as rows: what was offered, with its legs, word for word.
import { sql } from 'kysely'
import type { OpportunityFilter } from '../approval/approval-store.ts'
import { decimalOf, format, parseDecimal } from '../money.ts'
import type { Opportunity } from '../opportunity/opportunity.ts'
import { msAgo, now } from './clock.ts'
import type { Database } from './connect.ts'
import { legColumns, legOf } from './leg-rows.ts'
import { containing } from './like-pattern.ts'
import type { LegColumns, OpportunityColumns } from './tables.ts'
import { planColumn, planIn } from './transfer-plan-column.ts'

type Mode = OpportunityColumns['mode']

const opportunityColumns = (opportunity: Opportunity, mode: Mode): OpportunityColumns => ({
  id: opportunity.id,
  mode,
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
  doubts: [...(opportunity.doubts ?? [])],
  transfer: planColumn(opportunity.transfer),
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
  ...(row.doubts.length > 0 && { doubts: row.doubts }),
  ...planIn(row.transfer),
})

/** Saved once: a second call with the same id changes nothing and answers false. */
export async function insertOpportunity(
  db: Database,
  mode: Mode,
  opportunity: Opportunity,
): Promise<boolean> {
  const legs = opportunity.legs.map((leg, seq) => ({
    opportunity: opportunity.id,
    ...legColumns(leg, seq),
  }))
  const saved = await db
    .with('saved', (one) =>
      one
        .insertInto('opportunities')
        .values({ ...opportunityColumns(opportunity, mode), ended_at: null })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id'),
    )
    .insertInto('opportunity_legs')
    .values(legs)
    .onConflict((conflict) => conflict.doNothing())
    .returning('seq')
    .execute()
  return saved.length > 0
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

function matching(db: Database, mode: Mode, filter: OpportunityFilter) {
  const { sinceMs, kind, venue, symbol, route, netPercentMin, netUsdtMin } = filter
  return db
    .selectFrom('opportunities')
    .where('mode', '=', mode)
    .where('detected_at', '>=', msAgo(sinceMs))
    .$if(kind !== undefined, (all) => all.where('kind', '=', kind ?? 'cross'))
    .$if(route !== undefined, (all) => all.where('route', '=', route ?? ''))
    .$if(venue !== undefined, (all) => all.where(sql<boolean>`${venue} = any(venues)`))
    .$if(netPercentMin !== undefined, (all) => all.where('net_percent', '>=', netPercentMin ?? 0))
    .$if(netUsdtMin !== undefined, (all) => all.where('net_usdt', '>=', decimalOf(netUsdtMin ?? 0)))
    .$if(symbol !== undefined, (all) =>
      all.where('id', 'in', (one) =>
        one
          .selectFrom('opportunity_legs')
          .select('opportunity')
          .where('symbol', 'ilike', containing(symbol ?? ''))
          .whereRef('opportunity', '=', 'opportunities.id'),
      ),
    )
}

/** Newest first. */
export async function listOpportunities(
  db: Database,
  mode: Mode,
  { limit, offset = 0, ...filter }: OpportunityFilter & { limit: number; offset?: number },
): Promise<readonly Opportunity[]> {
  const rows = await matching(db, mode, filter)
    .selectAll()
    .orderBy('detected_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
  return withLegs(db, rows)
}

export async function countOpportunities(
  db: Database,
  mode: Mode,
  filter: OpportunityFilter,
): Promise<number> {
  const { count } = await matching(db, mode, filter)
    .select((one) => one.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

/** Oldest first; of too many, the newest. */
export async function opportunitySpans(
  db: Database,
  mode: Mode,
  { limit, ...filter }: OpportunityFilter & { readonly limit: number },
): Promise<readonly { readonly from: Date; readonly until: Date | undefined }[]> {
  const rows = await matching(db, mode, filter)
    .select(['first_seen_at', 'ended_at'])
    .orderBy('detected_at', 'desc')
    .limit(limit)
    .execute()
  return rows
    .map(({ first_seen_at: from, ended_at: until }) => ({ from, until: until ?? undefined }))
    .toReversed()
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
export async function listLiveOpportunities(
  db: Database,
  mode: Mode,
): Promise<readonly Opportunity[]> {
  const rows = await db
    .selectFrom('opportunities')
    .selectAll()
    .where('mode', '=', mode)
    .where('ended_at', 'is', null)
    .orderBy('detected_at', 'desc')
    .execute()
  return withLegs(db, rows)
}
