// A person's decision on one opportunity. Nothing is traded without a granted approval.
import type { PersonLimits } from './authority.ts'

export type Approval = {
  readonly id: string
  readonly opportunity: string
  readonly route: string
  readonly asset: string
  /** The numbers on the card: what was agreed to. */
  readonly shownNet: bigint
  readonly shownNotional: bigint
  readonly askedAt: Date
  readonly expiresAt: Date
  /** What of the shown size was approved: 1, 0.5 or 0.25. */
  readonly share: number
  /** Whose yes it has so far: one is not always enough. As `by` names them. */
  readonly approvedBy: readonly string[]
} & ApprovalState

export type ApprovalState =
  | { readonly state: 'asked' }
  | { readonly state: 'granted'; readonly by: string; readonly at: Date; readonly trade: string }
  | { readonly state: 'refused'; readonly by: string; readonly at: Date }
  | { readonly state: 'expired'; readonly at: Date }
  /** The gap ended, or a newer card took its place. */
  | { readonly state: 'superseded'; readonly at: Date; readonly reason: string }

/** Whose yes a grant rests on, and what it takes. */
export type Yes = {
  readonly person: string
  readonly limits: PersonLimits
  /** How many different people must say it. */
  readonly people: 1 | 2
  /** The mandate it is given under, whose total it uses up. */
  readonly mandate?: string
}

/** `by` names a person on a surface, "terminal:ann", or "auto" for the desk itself, which needs no yes. */
export type Answer =
  | { readonly verdict: 'refused'; readonly by: string }
  | {
      readonly verdict: 'granted'
      readonly by: string
      /** Of the shown size; 1 when left out. */
      readonly share?: number
      readonly yes?: Yes
    }

export type AnswerOutcome =
  | { readonly outcome: 'answered'; readonly approval: Approval }
  /** Somebody, or the clock, was first: the approval as it stands says who. */
  | { readonly outcome: 'too-late'; readonly approval: Approval }
  /** This yes counts, and one more person must say it. */
  | { readonly outcome: 'waiting'; readonly approval: Approval }
  /** The person's own limit, or the mandate's, forbids it: nothing has changed. */
  | { readonly outcome: 'over-limit'; readonly detail: string }
  | { readonly outcome: 'unknown' }
