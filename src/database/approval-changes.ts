// What happens to approvals, each change told in its own transaction.
import { sql, type Transaction } from 'kysely'
import type { Answer, AnswerOutcome, Approval, Yes } from '../approval/approval.ts'
import { overLimit } from '../approval/authority.ts'
import { newId } from '../id.ts'
import { format } from '../money.ts'
import type { Opportunity } from '../opportunity/opportunity.ts'
import { approvalOf, type ApprovalRow } from './approval-rows.ts'
import { now } from './clock.ts'
import { findOpportunity, insertOpportunity } from './opportunity-rows.ts'
import { openPostgresOutbox } from './postgres-outbox.ts'
import { approvedTodayUsdt } from './postgres-people-store.ts'
import type { Tables } from './tables.ts'
import { insertTrade } from './trade-rows.ts'

type Trx = Transaction<Tables>
type Mode = ApprovalRow['mode']

/** Undoes the transaction that asked for nothing. */
export class AlreadyOpen extends Error {}

/** The last step of each transaction: the outbox lets one write at a time until it commits. */
async function tellAll(trx: Trx, rows: readonly ApprovalRow[]): Promise<readonly Approval[]> {
  const approvals = rows.map((row) => approvalOf(row))
  for (const approval of approvals) {
    const opportunity = await findOpportunity(trx, approval.opportunity)
    if (opportunity === undefined)
      throw new Error(`approval ${approval.id} has no opportunity ${approval.opportunity}`)
    await openPostgresOutbox(trx).post({ kind: 'approval', approval, opportunity })
  }
  return approvals
}

export async function tellOpportunity(
  trx: Trx,
  mode: Mode,
  opportunity: Opportunity,
  blocked: string | undefined,
): Promise<void> {
  if (await insertOpportunity(trx, mode, opportunity))
    await openPostgresOutbox(trx).post({ kind: 'opportunity', opportunity, blocked })
}

/** @throws AlreadyOpen when the route, or this very opportunity, has a question or a trade. */
export async function insertApproval(
  trx: Trx,
  mode: Mode,
  opportunity: Opportunity,
  livesMs: number,
): Promise<Approval> {
  const isNew = await insertOpportunity(trx, mode, opportunity)
  const { rows } = await sql<ApprovalRow>`
    insert into approvals
      (id, mode, opportunity, route, asset, shown_net, shown_notional, asked_at, expires_at)
    select ${newId(Date.now())}, ${mode}, ${opportunity.id}, ${opportunity.route},
      ${opportunity.asset}, ${format(opportunity.net)}, ${format(opportunity.notional)},
      clock.at, clock.at + ${livesMs} * interval '1 millisecond'
    from (select clock_timestamp() as at) clock
    on conflict (mode, route) where state = 'asked' do nothing
    returning *`.execute(trx)
  if (rows.length === 0) throw new AlreadyOpen()
  // The insert may have waited for an answer that is now a trade, so this looks afresh.
  const trade = await trx
    .selectFrom('trades')
    .select('id')
    .where((where) =>
      where.or([
        where('opportunity', '=', opportunity.id),
        where.and([
          where('mode', '=', mode),
          where('route', '=', opportunity.route),
          where('state', 'in', ['approved', 'executing']),
        ]),
      ]),
    )
    .executeTakeFirst()
  if (trade !== undefined) throw new AlreadyOpen()
  if (isNew)
    await openPostgresOutbox(trx).post({ kind: 'opportunity', opportunity, blocked: undefined })
  return (await tellAll(trx, rows))[0] as Approval
}

type Decided =
  | Extract<AnswerOutcome, { outcome: 'answered' | 'waiting' | 'over-limit' }>
  /** Somebody or the clock was first. */
  | { readonly outcome: 'too-late' }

/** The question as it waits for its answer, held until the transaction ends. */
const holdOpen = (trx: Trx, mode: Mode, id: string) =>
  trx
    .selectFrom('approvals')
    .selectAll()
    .where('id', '=', id)
    .where('mode', '=', mode)
    .where('state', '=', 'asked')
    .where('expires_at', '>', now)
    .forUpdate()
    .executeTakeFirst()

/** Whoever holds the question in time has answered in time, however long the writing takes. */
const inTime = sql<Date>`least(clock_timestamp(), expires_at - interval '1 microsecond')`

async function closeApproval(
  trx: Trx,
  row: ApprovalRow,
  change: Pick<ApprovalRow, 'state' | 'answered_by' | 'trade' | 'mandate' | 'approved_by'> & {
    readonly share: string
  },
): Promise<Decided> {
  const closed = await trx
    .updateTable('approvals')
    .set({ ...change, closed_at: inTime })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  if (closed.trade !== null) await insertTrade(trx, closed, closed.trade)
  return { outcome: 'answered', approval: (await tellAll(trx, [closed]))[0] as Approval }
}

/** Everybody's yes counts once, and the smallest share that somebody agreed to. */
async function addYes(
  trx: Trx,
  row: ApprovalRow,
  by: string,
  share: number,
  { person, limits, mandate }: Yes,
): Promise<{ readonly refused: string } | { readonly by: readonly string[]; share: number }> {
  const shown = await trx
    .selectFrom('opportunities')
    .select('notional_usdt')
    .where('id', '=', row.opportunity)
    .executeTakeFirstOrThrow()
  const notionalUsdt = Number(shown.notional_usdt) * share
  // One answer of a person at a time, or two at once would both fit under a limit that holds one.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`arbdesk person ${person}`}, 0))`.execute(
    trx,
  )
  const todayUsdt = await approvedTodayUsdt(trx, row.mode, person)
  const refused = overLimit(person, notionalUsdt, todayUsdt, limits)
  if (refused !== undefined) return { refused }
  if (mandate !== undefined && !(await useMandate(trx, row, mandate, notionalUsdt)))
    return { refused: `mandate ${mandate} does not cover ${notionalUsdt.toFixed(2)} USDT any more` }
  await trx
    .insertInto('votes')
    .values({ approval: row.id, person, given_by: by, share: String(share) })
    .onConflict((conflict) =>
      conflict.columns(['approval', 'person']).doUpdateSet({ share: String(share), given_by: by }),
    )
    .execute()
  const votes = await trx
    .selectFrom('votes')
    .select(['given_by', 'share'])
    .where('approval', '=', row.id)
    .orderBy('given_at')
    .execute()
  return {
    by: votes.map(({ given_by }) => given_by),
    share: Math.min(...votes.map((vote) => Number(vote.share))),
  }
}

/** False when it is over, or holds too little. */
async function useMandate(
  trx: Trx,
  { mode, route }: ApprovalRow,
  id: string,
  notionalUsdt: number,
): Promise<boolean> {
  const used = sql<string>`used_usdt + ${notionalUsdt}::numeric`
  const { numUpdatedRows } = await trx
    .updateTable('mandates')
    .set({ used_usdt: used })
    .where('id', '=', id)
    .where('mode', '=', mode)
    .where('route', '=', route)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .where(used, '<=', sql<string>`cap_usdt`)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

export async function decideApproval(
  trx: Trx,
  mode: Mode,
  id: string,
  answer: Answer,
): Promise<Decided> {
  const row = await holdOpen(trx, mode, id)
  if (row === undefined) return { outcome: 'too-late' }
  const { verdict, by } = answer
  const answered = { answered_by: by, trade: null, mandate: null }
  const { approved_by, share: shown } = row
  if (verdict === 'refused')
    return closeApproval(trx, row, { state: verdict, ...answered, approved_by, share: shown })
  const { share = 1, yes } = answer
  const trade = newId(Date.now())
  const granted = { state: verdict, ...answered, trade, mandate: yes?.mandate ?? null }
  if (yes === undefined)
    return closeApproval(trx, row, { ...granted, approved_by: [by], share: String(share) })
  const given = await addYes(trx, row, by, share, yes)
  if ('refused' in given) return { outcome: 'over-limit', detail: given.refused }
  const agreed = { approved_by: [...given.by], share: String(given.share) }
  if (given.by.length >= yes.people) return closeApproval(trx, row, { ...granted, ...agreed })
  const waiting = await trx
    .updateTable('approvals')
    .set(agreed)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  return { outcome: 'waiting', approval: (await tellAll(trx, [waiting]))[0] as Approval }
}

export async function expireApprovals(trx: Trx, mode: Mode): Promise<readonly Approval[]> {
  const rows = await trx
    .updateTable('approvals')
    .set({ state: 'expired', closed_at: now })
    // Those that are being answered right now are left to their answer.
    .where('id', 'in', (one) =>
      one
        .selectFrom('approvals')
        .select('id')
        .where('mode', '=', mode)
        .where('state', '=', 'asked')
        .where('expires_at', '<=', now)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute()
  return tellAll(trx, rows)
}

/** One of them, or all that wait for an answer. */
export async function supersedeApprovals(
  trx: Trx,
  mode: Mode,
  reason: string,
  id?: string,
): Promise<readonly Approval[]> {
  const rows = await trx
    .updateTable('approvals')
    .set({ state: 'superseded', closed_at: now, reason })
    .where('mode', '=', mode)
    .where('state', '=', 'asked')
    .$if(id !== undefined, (all) => all.where('id', '=', id ?? ''))
    .returningAll()
    .execute()
  return tellAll(trx, rows)
}
