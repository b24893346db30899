// PORT: approvals as the database keeps them. The database's clock decides what is in time. Whatever
// changes here is told in the same transaction: no crash leaves people with a question nobody closed, or
// with one about a gap they never heard of.
import type { VenueId } from '../market/market.ts'
import type { ShardLease } from '../market/shard-store.ts'
import type { Opportunity } from '../opportunity/opportunity.ts'
import type { Answer, AnswerOutcome, Approval } from './approval.ts'

export type Asked =
  | { readonly outcome: 'asked'; readonly approval: Approval }
  /**
   * The route has an open approval or an unfinished trade, or this very opportunity was traded before:
   * one gap gives one card. `approval` is the one that stands in the way.
   */
  | { readonly outcome: 'already-open'; readonly approval: Approval | undefined }
  /** The lease is over: whoever has the shard now speaks for the gap. */
  | { readonly outcome: 'not-ours' }

/** Everything left out lets everything pass; what is given must hold together. */
export type OpportunityFilter = {
  /** Back from now. */
  readonly sinceMs: number
  readonly kind?: Opportunity['kind']
  readonly venue?: VenueId
  /** Part of the symbol of some leg, such as "btc". */
  readonly symbol?: string
  readonly route?: string
  readonly netPercentMin?: number
  readonly netUsdtMin?: number
}

export type ApprovalStore = {
  /**
   * Saves an opportunity and tells people of it and why nobody is asked; again it changes nothing, and
   * neither does it once `lease` is over.
   */
  tell(opportunity: Opportunity, blocked: string, lease?: ShardLease): Promise<void>
  findOpportunity(id: string): Promise<Opportunity | undefined>
  /** Newest first. */
  listOpportunities(
    filter: OpportunityFilter & { readonly limit: number; readonly offset?: number },
  ): Promise<readonly Opportunity[]>
  countOpportunities(filter: OpportunityFilter): Promise<number>
  /** From when to when each was there, oldest first; `until` is undefined while it still is. */
  opportunitySpans(
    filter: OpportunityFilter & { readonly limit: number },
  ): Promise<readonly { readonly from: Date; readonly until: Date | undefined }[]>
  /** The gap closed: from now on a new gap on this route is a new opportunity. */
  endOpportunity(id: string): Promise<void>
  /** Saved and not ended: what a shard's new owner must not offer a second time. */
  listLive(): Promise<readonly Opportunity[]>
  /**
   * Asks at most once per route at a time; two shards racing get one 'asked' between them. People are
   * told of the opportunity first, then of the question. With a `lease` it asks only while that holds:
   * a request that was on its way for long must not ask a second time what the shard's new owner asks.
   */
  ask(opportunity: Opportunity, livesMs: number, lease?: ShardLease): Promise<Asked>
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
  /** Closes all that wait for an answer and returns them. */
  supersedeAll(reason: string): Promise<readonly Approval[]>
  find(id: string): Promise<Approval | undefined>
  listOpen(): Promise<readonly Approval[]>
  /** Open or over, newest first. */
  listRecent(limit: number): Promise<readonly Approval[]>
}
