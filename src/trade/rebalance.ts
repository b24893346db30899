// What a rebalance plan is made from and what it is. It moves nothing: it is for a person to read.
import type { Market, VenueId } from '../market/market.ts'
import type { AssetAmount } from '../money.ts'
import type { Band } from './inventory-band.ts'
import type { Passage, TransferLink } from './transfer-link.ts'

/** Coins are converted to it and from it. */
export const settlement = 'USDT'

/** A market against USDT at the prices it has now. */
export type Conversion = { readonly market: Market; readonly bid: number; readonly ask: number }

export type RebalanceInput = {
  readonly bands: readonly Band[]
  /** What one unit brings in USDT; a coin without a value is left alone. */
  readonly valueUsdt: ReadonlyMap<string, number>
  readonly conversions: readonly Conversion[]
  readonly passages: readonly Passage[]
  /** The most it may cost to bring something back into its band, percent of what is brought back. */
  readonly costPercentMax: number
}

export type ConvertStep = {
  readonly kind: 'convert'
  readonly venue: VenueId
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  readonly spent: AssetAmount
  readonly received: AssetAmount
  /** Taker fee, a share of one. */
  readonly feeRate: number
  /** Fee and half the spread: what the middle of that venue's own prices would have brought more. */
  readonly costUsdt: number
}

export type TransferStep = {
  readonly kind: 'transfer'
  readonly link: TransferLink
  /** The fee included; what arrives is without it. */
  readonly sent: bigint
  readonly received: bigint
  readonly costUsdt: number
}

export type RebalanceStep = ConvertStep | TransferStep

/** Still outside its band after the plan. */
export type LeftOver = {
  readonly band: Band
  /** What it would hold then. */
  readonly amount: bigint
  readonly reason: string
}

export type RebalancePlan = {
  /** In an order in which each is paid for by what is there. */
  readonly steps: readonly RebalanceStep[]
  readonly costUsdt: number
  /** Until the last coin has arrived; undefined where some network's time is not known. */
  readonly minutes: number | undefined
  /** The bands that were left, and where the plan ends for each of them, in USDT worth outside. */
  readonly outsideBeforeUsdt: number
  readonly outsideAfterUsdt: number
  readonly left: readonly LeftOver[]
  /** Every other way was looked at or ruled out; else it is the best that was found in time. */
  readonly isProved: boolean
}
