// PORT: decisions about open positions, on their way from a person to the worker that carries them out.
import type { Choice } from './engine/execution.ts'
import type { QuotedWays } from './exposure.ts'

/** What somebody wants done about one exposure of one trade. */
export type Wish = {
  readonly trade: string
  readonly since: Date
  readonly choice: Choice
  readonly by: string
  /** What they were told that it costs, in the asset of the trade; undefined where it has no price. */
  readonly cost: bigint | undefined
  /** They may agree to a price beyond what was agreed for the desk alone. */
  readonly mayExceed: boolean
}

export type AskedAnswer = Wish & {
  readonly id: string
  readonly askedAt: Date
  readonly state:
    | { readonly outcome: 'asked' }
    | { readonly outcome: 'taken' }
    | { readonly outcome: 'refused'; readonly reason: string }
}

export type Asked =
  | { readonly outcome: 'asked'; readonly id: string }
  /** Somebody else's word came first. */
  | { readonly outcome: 'first'; readonly by: string; readonly choice: Choice; readonly at: Date }
  /** Nobody is waited for any more. */
  | { readonly outcome: 'over' }

export type OpenExposure = {
  readonly trade: string
  readonly since: Date
  readonly quotedAt: Date | undefined
}

export type ExposureStore = {
  /** Those that wait for somebody, the longest first. */
  listOpen(): Promise<readonly OpenExposure[]>
  /** Keeps what each way costs. With `tells`, every card of the trade is brought up to date. */
  quote(trade: string, since: Date, quoted: QuotedWays, tells: boolean): Promise<void>
  /** One conditional write: of any number at once, one is 'asked'. */
  ask(wish: Wish): Promise<Asked>
  /** Those that no worker has answered, the oldest first. */
  listAsked(): Promise<readonly string[]>
  find(id: string): Promise<AskedAnswer | undefined>
  /** It was not done; another may be asked in its place. One that is answered already stays so. */
  refuse(id: string, reason: string): Promise<void>
}
