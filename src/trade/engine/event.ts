// Everything that can happen to an execution. An event carries facts; what they mean is decide()'s.
import type { Market, VenueId } from '../../market/market.ts'
import type { AssetAmount, Price } from '../../money.ts'
import type { LegPlan, Side } from '../../opportunity/opportunity.ts'
import type { ControlMode } from './control.ts'
import type { AgreedLimit, Choice, CitedBook, Send } from './execution.ts'
import type { Read, Submission, VenueBalance, VenueFill, VenueOrder } from './order-gateway.ts'

/** The plan on fresh books and balances, or why it is gone. */
export type Preflight =
  | {
      readonly outcome: 'passed'
      readonly plan: readonly LegPlan[]
      /** One a leg, with the rules as they are now. */
      readonly markets: readonly Market[]
      readonly net: bigint
      readonly books: readonly CitedBook[]
      /** Venues that answer slowly or badly just now: legs there go first, and alone. */
      readonly flaky: readonly VenueId[]
    }
  | { readonly outcome: 'failed'; readonly reason: string }

/** What one order towards balance would be done at. */
export type Quote = {
  readonly role: 'hedge' | 'unwind'
  readonly step: number
  readonly side: Side
  readonly market: Market
  /** What the whole amount asked for would reach, on average and at worst. */
  readonly average: Price
  readonly worst: Price
  readonly book: CitedBook
  /** What the venue's account says is free of the asset that it spends; left out: it did not say. */
  readonly free?: bigint
  /** Why the venue takes no order at all just now, whatever the price. */
  readonly shut?: string
}

/** How far a transfer has come. */
export type SeenSend = Pick<Send, 'state' | 'reason' | 'gone' | 'arrived'>

/** A read answer names the leg it was asked for, and when it was asked: it proves nothing about later. */
export type Event =
  /** A driver took it up: whatever was under way before may or may not have happened. */
  | { readonly type: 'boot' }
  /** What was decided is committed. */
  | { readonly type: 'proceed' }
  | { readonly type: 'timer' }
  | {
      readonly type: 'preflight'
      readonly preflight: Preflight
      /** As `Execution.requestLifeMs` has them. */
      readonly requestLifeMs: Readonly<Record<VenueId, number>>
    }
  | {
      readonly type: 'submission'
      readonly leg: string
      readonly submission: Submission
    }
  | {
      readonly type: 'looked-up'
      readonly leg: string
      readonly askedAt: Date
      readonly read: Read<VenueOrder | undefined>
    }
  | {
      readonly type: 'open-orders'
      readonly leg: string
      readonly askedAt: Date
      readonly read: Read<readonly VenueOrder[]>
    }
  | {
      readonly type: 'fills'
      readonly leg: string
      readonly askedAt: Date
      readonly read: Read<readonly VenueFill[]>
      /** Orders among them that are another execution's. */
      readonly others: readonly string[]
    }
  | {
      readonly type: 'balances'
      readonly leg: string
      readonly askedAt: Date
      readonly read: Read<readonly VenueBalance[]>
      /** What our ledger says is there. */
      readonly booked: readonly AssetAmount[]
    }
  | {
      readonly type: 'cancelled'
      readonly leg: string
      readonly read: Read<undefined>
    }
  /** `seen` is undefined where it could not be read. */
  | { readonly type: 'send'; readonly send: string; readonly seen: SeenSend | undefined }
  /** Something suggests that what is over is not: everything is read once more. */
  | { readonly type: 'recheck' }
  /** A stream has told of this order. What it said is not taken over: the order is looked at now. */
  | { readonly type: 'told'; readonly leg: string }
  | { readonly type: 'quotes'; readonly quotes: readonly Quote[] }
  /** The commit that should have let legs leave was refused. */
  | { readonly type: 'forbidden'; readonly by: ControlMode | 'late' }
  | { readonly type: 'short'; readonly venue: VenueId; readonly asset: string }
  /** A person's answer to an exposure. */
  | {
      readonly type: 'operator'
      readonly choice: Choice
      readonly by: string
      /** When the exposure began that it is about: an answer to another is none. Left out: any. */
      readonly exposedAt?: Date
      readonly answer?: string
      readonly limits?: readonly AgreedLimit[]
    }
