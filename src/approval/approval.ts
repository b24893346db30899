// A person's decision on one opportunity. Nothing is traded without a granted approval.

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
} & ApprovalState

export type ApprovalState =
  | { readonly state: 'asked' }
  | { readonly state: 'granted'; readonly by: string; readonly at: Date; readonly trade: string }
  | { readonly state: 'refused'; readonly by: string; readonly at: Date }
  | { readonly state: 'expired'; readonly at: Date }
  /** The gap ended, or a newer card took its place. */
  | { readonly state: 'superseded'; readonly at: Date; readonly reason: string }

/** `by` names a person on a surface, "terminal:ann", or "auto" for the desk itself. */
export type Answer = { readonly verdict: 'granted' | 'refused'; readonly by: string }

export type AnswerOutcome =
  | { readonly outcome: 'answered'; readonly approval: Approval }
  /** Somebody, or the clock, was first: the approval as it stands says who. */
  | { readonly outcome: 'too-late'; readonly approval: Approval }
  | { readonly outcome: 'unknown' }
