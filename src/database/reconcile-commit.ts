// What one look at a venue changes, in one transaction: money that moved without a trade is booked, what the
// venue withholds is marked, its standing is written down, and people are told what is new.
import { sql, type Transaction } from 'kysely'
import type { VenueId } from '../market/market.ts'
import { format, parseDecimal } from '../money.ts'
import {
  flowsAlert,
  orphanAlert,
  standingAlert,
  foreignAlert,
} from '../notification/reconcile-alert.ts'
import {
  isAlarming,
  sightingIn,
  type Flow,
  type Sighting,
  type Stray,
} from '../trade/reconcile/difference.ts'
import type {
  JudgedAsset,
  Look,
  Saved,
  Standing,
  StandingState,
} from '../trade/reconcile/reconcile-store.ts'
import { now } from './clock.ts'
import { takeTurns, writeFlows } from './deposit-rows.ts'
import { openPostgresOutbox } from './postgres-outbox.ts'
import { markOf, standingOf, storedSighting } from './reconcile-reads.ts'
import type { Tables } from './tables.ts'

type Trx = Transaction<Tables>
type Mode = 'paper' | 'live'

/** Those that nobody knew, each told. */
async function writeStrays(
  trx: Trx,
  mode: Mode,
  strays: readonly Stray[],
): Promise<readonly Stray[]> {
  const outbox = openPostgresOutbox(trx)
  const fresh: Stray[] = []
  for (const stray of strays) {
    const { rows } = await sql`
      insert into stray_orders
        (mode, venue, order_id, client_order_id, kind, symbol, side, amount, filled)
      values (${mode}, ${stray.venue}, ${stray.orderId}, ${stray.clientOrderId}, ${stray.kind},
        ${stray.symbol}, ${stray.side}, ${format(stray.amount)}, ${format(stray.filled)})
      on conflict do nothing
      returning order_id`.execute(trx)
    if (rows.length === 0) continue
    await outbox.post(stray.kind === 'orphan' ? orphanAlert(stray) : foreignAlert(stray))
    fresh.push(stray)
  }
  return fresh
}

/** Locked until the transaction ends; whoever books a fill waits for them. */
async function holdBalances(
  trx: Trx,
  mode: Mode,
  venue: VenueId,
): Promise<ReadonlyMap<string, bigint>> {
  const rows = await trx
    .selectFrom('balances')
    .select(['asset', 'free', 'reserved'])
    .where('mode', '=', mode)
    .where('venue', '=', venue)
    .orderBy('asset')
    .forUpdate()
    .execute()
  return new Map(
    rows.map(({ asset, free, reserved }) => [asset, parseDecimal(free) + parseDecimal(reserved)]),
  )
}

async function withhold(
  trx: Trx,
  mode: Mode,
  venue: VenueId,
  assets: readonly JudgedAsset[],
): Promise<void> {
  const judged = assets.flatMap(({ asset, withheld }) =>
    withheld === undefined ? [] : [{ asset, amount: format(withheld) }],
  )
  await sql`
    update balances set withheld = judged.amount
    from unnest(${judged.map(({ asset }) => asset)}::text[],
      ${judged.map(({ amount }) => amount)}::numeric[]) judged (asset, amount)
    where balances.mode = ${mode} and balances.venue = ${venue}
      and balances.asset = judged.asset and balances.withheld <> judged.amount`.execute(trx)
}

const standingReason = (assets: readonly JudgedAsset[]): string | undefined => {
  const alarming = assets.filter(({ verdict }) => isAlarming(verdict))
  if (alarming.length === 0) return undefined
  return alarming
    .map(({ asset, ours, there }) =>
      there === undefined
        ? `it lists no ${asset}, the ledger has ${format(ours)}`
        : `it has ${format(there)} ${asset}, the ledger ${format(ours)}`,
    )
    .join('; ')
}

async function writeStanding(
  trx: Trx,
  mode: Mode,
  standing: Standing,
): Promise<StandingState | undefined> {
  const { venue, state, reason, lookedAt, agreedAt, differences, foreignOrders } = standing
  const before = await trx
    .selectFrom('venue_looks')
    .select('state')
    .where('mode', '=', mode)
    .where('venue', '=', venue)
    .forUpdate()
    .executeTakeFirst()
  const columns = {
    state,
    reason: reason ?? null,
    looked_at: lookedAt ?? null,
    agreed_at: agreedAt ?? null,
    differences: JSON.stringify(differences.map(storedSighting)),
    foreign_orders: foreignOrders,
    changed_at: now,
  }
  await trx
    .insertInto('venue_looks')
    .values({ mode, venue, ...columns })
    .onConflict((conflict) => conflict.columns(['mode', 'venue']).doUpdateSet(columns))
    .execute()
  return before?.state
}

/** An account as it was before this look, or as one that nobody has looked at. */
async function standingBefore(trx: Trx, mode: Mode, venue: VenueId): Promise<Standing> {
  const row = await trx
    .selectFrom('venue_looks')
    .selectAll()
    .where('mode', '=', mode)
    .where('venue', '=', venue)
    .forUpdate()
    .executeTakeFirst()
  if (row !== undefined) return standingOf(row)
  const nothing = { reason: undefined, lookedAt: undefined, agreedAt: undefined }
  return { venue, state: 'ok', ...nothing, differences: [], foreignOrders: 0 }
}

const isForeign = ({ kind, isOpen }: Stray): boolean => kind === 'foreign' && isOpen

/** What the verdicts say of the venue as a whole. */
function standingAfter({ venue, books, assets, strays }: Look, before: Standing): Standing {
  const reason = standingReason(assets)
  const differences: Sighting[] = assets.flatMap(({ verdict }) => sightingIn(verdict) ?? [])
  // What cannot be judged now keeps what was seen of it.
  const unjudged = assets.filter(({ verdict: { kind } }) => kind === 'in-flight')
  const kept = before.differences.filter(({ asset }) => unjudged.some((one) => one.asset === asset))
  const all = [...differences, ...kept]
  return {
    venue,
    state: reason === undefined ? 'ok' : 'reduce-only',
    reason,
    lookedAt: books.at,
    agreedAt: all.length === 0 ? books.at : before.agreedAt,
    differences: all,
    foreignOrders: strays.filter(isForeign).length,
  }
}

const externalOf = (assets: readonly JudgedAsset[]): readonly Flow[] =>
  assets.flatMap(({ verdict }) => (verdict.kind === 'external' ? verdict.flows : []))

export async function writeLook(trx: Trx, mode: Mode, look: Look, by: string): Promise<Saved> {
  const { venue, books, assets } = look
  const outbox = openPostgresOutbox(trx)
  await takeTurns(trx)
  const held = await holdBalances(trx, mode, venue)
  const before = await standingBefore(trx, mode, venue)
  const isOld = before.lookedAt !== undefined && before.lookedAt >= books.at
  const isMoved = assets.some(({ asset, ours }) => (held.get(asset) ?? 0n) !== ours)
  if (isOld || isMoved || (await markOf(trx, { mode, venue })) !== books.mark)
    return { outcome: 'moved', strays: await writeStrays(trx, mode, look.strays) }
  const booked = await writeFlows(trx, mode, venue, externalOf(assets), by)
  await withhold(trx, mode, venue, assets)
  const standing = standingAfter(look, before)
  const was = await writeStanding(trx, mode, standing)
  // Money first, people after it: whoever writes both takes their locks in this order.
  const strays = await writeStrays(trx, mode, look.strays)
  // What is taken over is told once, of all venues together.
  const told = booked.filter(({ kind }) => kind !== 'adopted')
  if (told.length > 0) await outbox.post(flowsAlert(venue, told))
  const news = standingAlert(was, standing)
  if (news !== undefined) await outbox.post(news)
  return { outcome: 'saved', standing, booked, strays }
}

/** True when it was not quarantined before. */
export async function writeQuarantine(
  trx: Trx,
  mode: Mode,
  venue: VenueId,
  reason: string,
): Promise<boolean> {
  const before = await standingBefore(trx, mode, venue)
  const standing: Standing = { ...before, state: 'quarantined', reason }
  const was = await writeStanding(trx, mode, standing)
  const news = standingAlert(was, standing)
  if (news !== undefined) await openPostgresOutbox(trx).post(news)
  return was !== 'quarantined'
}
