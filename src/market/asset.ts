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
