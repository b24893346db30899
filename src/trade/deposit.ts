// Money paid into an account or out of it, as somebody declares it: no trade, and no profit.
import { parseDecimal, type AssetAmount } from '../money.ts'
import type { VenueId } from '../market/market.ts'

/** Negative: paid out. */
export type Deposit = AssetAmount & { readonly venue: VenueId }

export type Declaration = {
  /** What is to have been paid into each venue, and nothing else; a venue left out keeps its usual money. */
  readonly declared: ReadonlyMap<VenueId, ReadonlyMap<string, bigint>>
  /** Only these venues are looked at; undefined: all. */
  readonly venues?: readonly VenueId[]
  readonly by: string
}

export type Redeclared =
  | { readonly outcome: 'done'; readonly deposits: readonly Deposit[] }
  /** Less is free than would have to be paid out; nothing was moved. */
  | {
      readonly outcome: 'short'
      readonly venue: VenueId
      readonly asset: string
      readonly free: bigint
      readonly wanted: bigint
    }

/** The setting `paper.balances`, whose amounts are texts. */
export const declaredOf = (
  setting: Readonly<Record<VenueId, Readonly<Record<string, string>>>>,
): Declaration['declared'] =>
  new Map(
    Object.entries(setting).map(([venue, assets]) => [
      venue,
      new Map(Object.entries(assets).map(([asset, text]) => [asset, parseDecimal(text)])),
    ]),
  )
