// The approval port on PostgreSQL. Its clock decides what is in time, its indexes who was first.
import { sql, type Transaction } from 'kysely'
import type { Answer, AnswerOutcome, Approval } from '../approval/approval.ts'
import type { Asked, ApprovalStore } from '../approval/approval-store.ts'
import { newId } from '../id.ts'
import { format } from '../money.ts'
import type { Opportunity } from '../opportunity/opportunity.ts'
import { approvalOf, type ApprovalRow } from './approval-rows.ts'
import { now } from './clock.ts'
import { transact, type Database } from './connect.ts'
import {
  endOpportunity,
  findOpportunity,
  insertOpportunity,
  listLiveOpportunities,
  listOpportunities,
} from './opportunity-rows.ts'

import type { Tables } from './tables.ts'
import { insertTrade } from './trade-rows.ts'

/** Undoes the transaction that asked for nothing. */
class AlreadyOpen extends Error {}

/** Paper and live desks on one database neither see nor answer each other's questions. */
export function openPostgresApprovalStore(
  db: Database,
  { mode }: { readonly mode: 'paper' | 'live' },
): ApprovalStore {
  /** The question that waits for an answer, or the one that led to the trade under way. */
  async function blockingApproval({ id, route }: Opportunity): Promise<Approval | undefined> {
    const row = await db
      .selectFrom('approvals')
      .leftJoin('trades', 'trades.approval', 'approvals.id')
      .selectAll('approvals')
      .where('approvals.mode', '=', mode)
      .where((where) =>
        where.or([
          where.and([
            where('approvals.route', '=', route),
            where.or([
              where('approvals.state', '=', 'asked'),
              where('trades.state', 'in', ['approved', 'executing']),
            ]),
          ]),
          where('trades.opportunity', '=', id),
        ]),
      )
      .orderBy('approvals.asked_at', 'desc')
      .executeTakeFirst()
    return row && approvalOf(row)
  }

  async function insertApproval(
    trx: Transaction<Tables>,
    opportunity: Opportunity,
    livesMs: number,
  ): Promise<Approval> {
    await insertOpportunity(trx, opportunity)
    const { rows } = await sql<ApprovalRow>`
      insert into approvals
        (id, mode, opportunity, route, asset, shown_net, shown_notional, asked_at, expires_at)
      select ${newId(Date.now())}, ${mode}, ${opportunity.id}, ${opportunity.route},
        ${opportunity.asset}, ${format(opportunity.net)}, ${format(opportunity.notional)},
        clock.at, clock.at + ${livesMs} * interval '1 millisecond'
      from (select clock_timestamp() as at) clock
      on conflict (mode, route) where state = 'asked' do nothing
      returning *`.execute(trx)
    const [row] = rows
    if (row === undefined) throw new AlreadyOpen()
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
    return approvalOf(row)
  }

  async function ask(opportunity: Opportunity, livesMs: number): Promise<Asked> {
    try {
      const approval = await transact(db, (trx) => insertApproval(trx, opportunity, livesMs))
      return { outcome: 'asked', approval }
    } catch (error) {
      if (!(error instanceof AlreadyOpen)) throw error
      return { outcome: 'already-open', approval: await blockingApproval(opportunity) }
    }
  }

  /** Undefined when somebody or the clock was first. */
  function decide(id: string, { verdict, by }: Answer): Promise<Approval | undefined> {
    return transact(db, async (trx) => {
      const trade = verdict === 'granted' ? newId(Date.now()) : null
      const row = await trx
        .updateTable('approvals')
        .set({ state: verdict, answered_by: by, closed_at: now, trade })
        .where('id', '=', id)
        .where('mode', '=', mode)
        .where('state', '=', 'asked')
        .where('expires_at', '>', now)
        .returningAll()
        .executeTakeFirst()
      if (row === undefined) return undefined
      if (trade !== null) await insertTrade(trx, row, trade)
      return approvalOf(row)
    })
  }

  async function answer(id: string, given: Answer): Promise<AnswerOutcome> {
    const decided = await decide(id, given)
    if (decided !== undefined) return { outcome: 'answered', approval: decided }
    const row = await db
      .selectFrom('approvals')
      .selectAll()
      .where('id', '=', id)
      .where('mode', '=', mode)
      .executeTakeFirst()
    if (row === undefined) return { outcome: 'unknown' }
    const approval = approvalOf(row)
    // Only the clock can have been first here: expire() closes the row and tells everybody in its turn.
    if (approval.state === 'asked')
      return {
        outcome: 'too-late',
        approval: { ...approval, state: 'expired', at: row.expires_at },
      }
    return { outcome: 'too-late', approval }
  }

  return {
    saveOpportunity: (opportunity) => insertOpportunity(db, opportunity),
    findOpportunity: (id) => findOpportunity(db, id),
    listOpportunities: (filter) => listOpportunities(db, filter),
    endOpportunity: (id) => endOpportunity(db, id),
    listLive: () => listLiveOpportunities(db),
    ask,
    answer,
    async expire() {
      const rows = await db
        .updateTable('approvals')
        .set({ state: 'expired', closed_at: now })
        // Those that are being answered right now are left to their answer.
        .where('id', 'in', (one) =>
          one
            .selectFrom('approvals')
            .select('id')
            .where('state', '=', 'asked')
            .where('expires_at', '<=', now)
            .forUpdate()
            .skipLocked(),
        )
        .returningAll()
        .execute()
      return rows.map((row) => approvalOf(row))
    },
    async supersede(id, reason) {
      const row = await db
        .updateTable('approvals')
        .set({ state: 'superseded', closed_at: now, reason })
        .where('id', '=', id)
        .where('state', '=', 'asked')
        .returningAll()
        .executeTakeFirst()
      return row && approvalOf(row)
    },
    async find(id) {
      const row = await db
        .selectFrom('approvals')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row && approvalOf(row)
    },
    async listOpen() {
      const rows = await db
        .selectFrom('approvals')
        .selectAll()
        .where('mode', '=', mode)
        .where('state', '=', 'asked')
        .orderBy('asked_at')
        .execute()
      return rows.map((row) => approvalOf(row))
    },
  }
}
