// PORT: approvals as the database keeps them. The database's clock decides what is in time.
import type { Opportunity } from '../opportunity/opportunity.ts'
import type { Answer, AnswerOutcome, Approval } from './approval.ts'

export type Asked =
  | { readonly outcome: 'asked'; readonly approval: Approval }
  /**
   * The route has an open approval or an unfinished trade, or this very opportunity was traded before:
   * one gap gives one card. `approval` is the one that stands in the way.
   */
  | { readonly outcome: 'already-open'; readonly approval: Approval | undefined }

export type ApprovalStore = {
  /** Saves an opportunity that was offered, whatever becomes of it. */
  saveOpportunity(opportunity: Opportunity): Promise<void>
  findOpportunity(id: string): Promise<Opportunity | undefined>
  /** Newest first; `sinceMs` back from now. */
  listOpportunities(filter: {
    readonly sinceMs: number
    readonly limit: number
  }): Promise<readonly Opportunity[]>
  /** The gap closed: from now on a new gap on this route is a new opportunity. */
  endOpportunity(id: string): Promise<void>
  /** Saved and not ended: what a shard's new owner must not offer a second time. */
  listLive(): Promise<readonly Opportunity[]>
  /** Asks at most once per route at a time; two shards racing get one 'asked' between them. */
  ask(opportunity: Opportunity, livesMs: number): Promise<Asked>
  /**
   * The first answer before the deadline stands. A grant creates the trade (state 'approved') in the
   * same transaction, so that a granted approval without a trade cannot exist. An answer past the
   * deadline is 'too-late' with the approval shown as expired; the row itself waits for expire().
   */
  answer(id: string, answer: Answer): Promise<AnswerOutcome>
  /** Closes what is past its deadline and returns it. */
  expire(): Promise<readonly Approval[]>
  /** Closes one open approval; undefined when it was no longer open. */
  supersede(id: string, reason: string): Promise<Approval | undefined>
  find(id: string): Promise<Approval | undefined>
  listOpen(): Promise<readonly Approval[]>
}
