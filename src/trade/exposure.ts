// An open position that waits for a decision: what is open, what could be done about it at which cost, and
// what was decided. People see it wherever the trade is shown.
import type { VenueId } from '../market/market.ts'
import type { BaseAmount, Price } from '../money.ts'
import type { Side } from '../opportunity/opportunity.ts'
import type { OpenRange } from './engine/balance.ts'
import type { Choice, SingleLegPolicy } from './engine/execution.ts'

/** Choices that send orders, and so have a price. */
export type WayChoice = Exclude<SingleLegPolicy, 'hold'>

export type WayOrder = {
  readonly venue: VenueId
  readonly symbol: string
  readonly side: Side
  readonly amount: BaseAmount
  /** What the whole of it would be done at, by the book. */
  readonly average: Price
}

/** One way home on current books. */
export type Way = { readonly choice: WayChoice } & (
  | {
      readonly outcome: 'possible'
      /** In the order in which they would be sent. */
      readonly orders: readonly WayOrder[]
      /** What the trade would end with, fees included, in its asset. */
      readonly net: bigint
      /** Some price is further from the plan's than what was agreed. */
      readonly isBeyond: boolean
    }
  | { readonly outcome: 'impossible'; readonly why: string }
)

export type QuotedWays = {
  readonly at: Date
  /** What is open, at what the venues say it is worth; undefined where none does. */
  readonly worthUsdt: number | undefined
  readonly ways: readonly Way[]
}

export type Exposure = {
  readonly since: Date
  /** Why the desk has stopped working on it. */
  readonly reason: string
  readonly open: readonly OpenRange[]
  /** What venues said no to, and in which words. */
  readonly refusals: readonly string[]
  /** What the desk does, and when, should nobody answer; undefined: nothing. */
  readonly unanswered: { readonly choice: SingleLegPolicy; readonly at: Date } | undefined
  readonly quoted: QuotedWays | undefined
  readonly decided:
    | {
        readonly choice: Choice
        readonly by: string
        readonly at: Date
        /** What it was said to cost when it was chosen. */
        readonly cost: bigint | undefined
      }
    | undefined
  /** From then on nobody is waited for. */
  readonly closedAt: Date | undefined
}

/** What an end costs, against what the plan was to bring. */
export const costOfEnd = (expectedNet: bigint, net: bigint): bigint => expectedNet - net

/** The cost of a choice by the last quotes; undefined when it has none. */
export function costOf(
  expectedNet: bigint,
  quoted: QuotedWays | undefined,
  choice: Choice,
): bigint | undefined {
  const way = quoted?.ways.find((one) => one.choice === choice)
  return way?.outcome === 'possible' ? costOfEnd(expectedNet, way.net) : undefined
}
