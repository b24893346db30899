// The approval port on PostgreSQL. Its clock decides what is in time, its indexes who was first.
import type { Transaction } from 'kysely'
import type { Answer, AnswerOutcome, Approval } from '../approval/approval.ts'
import type { Asked, ApprovalStore } from '../approval/approval-store.ts'
import type { ShardLease } from '../market/shard-store.ts'
import type { Opportunity } from '../opportunity/opportunity.ts'
import {
  AlreadyOpen,
  decideApproval,
  expireApprovals,
  insertApproval,
  supersedeApprovals,
  tellOpportunity,
} from './approval-changes.ts'
import { approvalOf } from './approval-rows.ts'
import { msAgo } from './clock.ts'
import { transact, type Database } from './connect.ts'
import {
  countOpportunities,
  endOpportunity,
  findOpportunity,
  listLiveOpportunities,
  listOpportunities,
  opportunitySpans,
} from './opportunity-rows.ts'
import { holdLease, LeaseOver } from './shard-lease.ts'
import type { Tables } from './tables.ts'

export type ApprovalScope = {
  /** Paper and live desks on one database neither see nor answer each other's questions. */
  readonly mode: 'paper' | 'live'
  /** Called after each commit that told people something: surfaces may look at once. */
  readonly posted?: () => void
}

export function openPostgresApprovalStore(
  db: Database,
  { mode, posted = () => {} }: ApprovalScope,
): ApprovalStore {
  async function change<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    const result = await transact(db, work)
    posted()
    return result
  }

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

  async function ask(
    opportunity: Opportunity,
    livesMs: number,
    lease?: ShardLease,
  ): Promise<Asked> {
    try {
      const approval = await change(async (trx) => {
        if (lease !== undefined) await holdLease(trx, lease)
        return insertApproval(trx, mode, opportunity, livesMs)
      })
      return { outcome: 'asked', approval }
    } catch (error) {
      if (error instanceof LeaseOver) return { outcome: 'not-ours' }
      if (!(error instanceof AlreadyOpen)) throw error
      return { outcome: 'already-open', approval: await blockingApproval(opportunity) }
    }
  }

  async function answer(id: string, given: Answer): Promise<AnswerOutcome> {
    const decided = await change((trx) => decideApproval(trx, mode, id, given))
    if (decided.outcome !== 'too-late') return decided
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
    tell: (opportunity, blocked, lease) =>
      change(async (trx) => {
        if (lease !== undefined) await holdLease(trx, lease)
        await tellOpportunity(trx, mode, opportunity, blocked)
      }).catch((error: unknown) => {
        if (!(error instanceof LeaseOver)) throw error
      }),
    findOpportunity: (id) => findOpportunity(db, id),
    listOpportunities: (filter) => listOpportunities(db, mode, filter),
    countOpportunities: (filter) => countOpportunities(db, mode, filter),
    opportunitySpans: (filter) => opportunitySpans(db, mode, filter),
    endOpportunity: (id) => endOpportunity(db, id),
    listLive: () => listLiveOpportunities(db, mode),
    ask,
    answer,
    async expire() {
      // It is called every second and seldom finds anything.
      const expired = await transact(db, (trx) => expireApprovals(trx, mode))
      if (expired.length > 0) posted()
      return expired
    },
    async supersede(id, reason) {
      return (await change((trx) => supersedeApprovals(trx, mode, reason, id)))[0]
    },
    supersedeAll: (reason) => change((trx) => supersedeApprovals(trx, mode, reason)),
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
        // One whose time is over waits for expire() and for nobody's answer.
        .where('expires_at', '>', msAgo(0))
        .orderBy('asked_at')
        .execute()
      return rows.map((row) => approvalOf(row))
    },
    async listRecent(limit) {
      const rows = await db
        .selectFrom('approvals')
        .selectAll()
        .where('mode', '=', mode)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
      return rows.map((row) => approvalOf(row))
    },
  }
}
