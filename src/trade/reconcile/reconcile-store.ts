// PORT: what the desk remembers of its accounts, and what looking at them has shown. A look is kept whole
// or not at all, and people are told in the same transaction.
import type { Market, VenueId } from '../../market/market.ts'
import type { Flow, Sighting, Stray, Verdict } from './difference.ts'

/** 'reduce-only' and 'quarantined' venues get no new risk; what is open is still brought home there. */
export type StandingState = 'ok' | 'reduce-only' | 'quarantined'

export type Standing = {
  readonly venue: VenueId
  readonly state: StandingState
  /** Why it is not 'ok'. */
  readonly reason: string | undefined
  /** Undefined: no look has ever come through. */
  readonly lookedAt: Date | undefined
  /** When venue and ledger last agreed about everything that was not in flight. */
  readonly agreedAt: Date | undefined
  readonly differences: readonly Sighting[]
  /** Open orders of others on this account. */
  readonly foreignOrders: number
}

/** Our books of one venue at one moment. */
export type VenueBooks = {
  /** By the store's clock. */
  readonly at: Date
  /** Another text as soon as any execution does anything on this venue. */
  readonly mark: string
  readonly balances: readonly { readonly asset: string; readonly amount: bigint }[]
  /** Assets that orders under way may move. */
  readonly inFlight: ReadonlySet<string>
  /** Markets with orders whose fills may still come, and from when on they are read. */
  readonly markets: readonly Market[]
  readonly since: Date
  readonly standing: Standing | undefined
  /** The last time that an operator reset the breaker of unexplained balances. */
  readonly acceptedAt: Date | undefined
}

export type Known = {
  /** The execution of each of these orders, by the venue's id and by ours. */
  readonly byOrderId: ReadonlyMap<string, string>
  readonly byClientId: ReadonlyMap<string, string>
  /** `printKey` of prints that are booked. */
  readonly prints: ReadonlySet<string>
  /** Orders that were found to be nobody's here, by the venue's id. */
  readonly strays: ReadonlyMap<string, Stray['kind']>
  /** Keys of flows that are booked. */
  readonly flows: ReadonlySet<string>
}

export type JudgedAsset = {
  readonly asset: string
  readonly ours: bigint
  readonly there: bigint | undefined
  readonly verdict: Verdict
  /** Undefined: as before. */
  readonly withheld: bigint | undefined
}

export type Look = {
  readonly venue: VenueId
  readonly books: Pick<VenueBooks, 'at' | 'mark'>
  readonly assets: readonly JudgedAsset[]
  readonly strays: readonly Stray[]
}

export type Saved =
  | {
      readonly outcome: 'saved'
      readonly standing: Standing
      readonly booked: readonly Flow[]
      /** Those that nobody knew before. */
      readonly strays: readonly Stray[]
    }
  /** The desk itself moved money meanwhile: nothing was judged, only strays were kept. */
  | { readonly outcome: 'moved'; readonly strays: readonly Stray[] }

export type Released = {
  readonly trade: string
  readonly venue: VenueId
  readonly asset: string
  readonly amount: bigint
}

export type ReconcileStore = {
  books(venue: VenueId): Promise<VenueBooks>
  known(
    venue: VenueId,
    asked: {
      readonly orderIds: readonly string[]
      readonly clientIds: readonly string[]
      readonly flows: readonly string[]
    },
  ): Promise<Known>
  save(look: Look): Promise<Saved>
  /** The venue does not answer. True: that is news. */
  quarantine(venue: VenueId, reason: string): Promise<boolean>
  standings(): Promise<readonly Standing[]>
  /** Forgets all of it: where orders fill on paper there is nobody to disagree with. */
  forget(): Promise<void>
  /** Frees what is set aside for executions that are over. */
  releaseStale(): Promise<readonly Released[]>
  /** Executions that are not over. */
  openExecutions(): Promise<readonly string[]>
}

export const printKey = (symbol: string, tradeId: string): string => `print ${symbol} ${tradeId}`
