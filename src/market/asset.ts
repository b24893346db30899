// An asset as one venue knows it: enough to tell two coins with one ticker apart and whether it can be moved.
import type { VenueId } from './market.ts'

export type Gate = 'open' | 'shut' | 'unknown'

export type AssetNetwork = {
  /** ccxt's unified network code, "ERC20", or the venue's own where ccxt has none. */
  readonly network: string
  readonly deposit: Gate
  readonly withdraw: Gate
  /** Contract address in lower case where the venue tells it; the chain's own coin has none. */
  readonly contract?: string
  /** What one withdrawal costs, in units of the asset; absent where the venue tells no flat fee. */
  readonly withdrawFee?: bigint
  /** The least that may be withdrawn at once. Venues differ in whether the fee counts: here it never does. */
  readonly withdrawMin?: bigint
  /** How many confirmations the venue waits for before it credits a deposit. */
  readonly confirmations?: number
  /** Minutes until a deposit is credited, in the venue's own words. */
  readonly arrivalMinutes?: number
}

export type VenueAsset = {
  readonly venue: VenueId
  readonly asset: string
  /** The venue's long name ("Bitcoin"), for people and for telling namesakes apart. */
  readonly name?: string
  readonly deposit: Gate
  readonly withdraw: Gate
  readonly networks: readonly AssetNetwork[]
}
