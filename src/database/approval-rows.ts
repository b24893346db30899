// Approvals as rows.
import type { Selectable } from 'kysely'
import type { Approval } from '../approval/approval.ts'
import { parseDecimal } from '../money.ts'
import type { ApprovalColumns } from './tables.ts'

export type ApprovalRow = Selectable<ApprovalColumns>

/** What the state promises the row has; the table's checks keep it. */
function kept<T>(value: T | null, row: ApprovalRow): T {
  if (value === null) throw new Error(`approval ${row.id} is ${row.state} but incomplete`)
  return value
}

export function approvalOf(row: ApprovalRow): Approval {
  const facts = {
    id: row.id,
    opportunity: row.opportunity,
    route: row.route,
    asset: row.asset,
    shownNet: parseDecimal(row.shown_net),
    shownNotional: parseDecimal(row.shown_notional),
    askedAt: row.asked_at,
    expiresAt: row.expires_at,
    share: Number(row.share),
    approvedBy: row.approved_by,
  }
  const { state } = row
  if (state === 'asked') return { ...facts, state }
  const at = kept(row.closed_at, row)
  switch (state) {
    case 'granted':
      return {
        ...facts,
        state,
        at,
        by: kept(row.answered_by, row),
        trade: kept(row.trade, row),
      }
    case 'refused':
      return { ...facts, state, at, by: kept(row.answered_by, row) }
    case 'expired':
      return { ...facts, state, at }
    case 'superseded':
      return { ...facts, state, at, reason: kept(row.reason, row) }
  }
}
