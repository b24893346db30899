// Everything people are told, as one union. describe() turns each into a card; surfaces render cards.
import type { Approval } from '../approval/approval.ts'
import type { Opportunity } from '../opportunity/opportunity.ts'
import type { Trade } from '../trade/trade.ts'
import type { CardAction } from './card.ts'
import type { Chat } from './chat.ts'

/** P0: a person must act now; P1: soon; P2: good to know. */
export type Severity = 'P0' | 'P1' | 'P2'

export type Notification =
  /** A gap passed every filter and lived long enough. `blocked` says why nobody is asked, if so. */
  | {
      readonly kind: 'opportunity'
      readonly opportunity: Opportunity
      readonly blocked: string | undefined
    }
  | { readonly kind: 'approval'; readonly approval: Approval; readonly opportunity: Opportunity }
  | { readonly kind: 'trade'; readonly trade: Trade }
  | {
      readonly kind: 'alert'
      readonly severity: Severity
      readonly subject: string
      readonly text: string
      /** Told in this chat alone, which asked for it. */
      readonly to?: Chat
      /** Urgent alerts that nobody has acknowledged, by the posts that told them first: said again. */
      readonly repeats?: readonly number[]
      /** What can be done about it, with a press. */
      readonly actions?: readonly Omit<CardAction, 'asks'>[]
      /** The same with newer numbers: what is shown is edited, and nothing rings or is counted. */
      readonly renews?: true
      /** It is over, by whose doing: no copy of it is told again. */
      readonly ends?: string
    }
  | { readonly kind: 'status'; readonly subject: string; readonly text: string }

/** As it lies in the outbox: numbered, timed, and about one thing that later messages may edit. */
export type Posted = {
  readonly seq: number
  readonly at: Date
  /** Messages with one key tell one story: a surface edits its card instead of sending another. */
  readonly key: string
  readonly notification: Notification
}
