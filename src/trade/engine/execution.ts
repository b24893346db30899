// One granted approval on its way through the venues: what was agreed, every order that may have been sent,
// and what is known of each. It is a plain value; decide() alone says what becomes of it.
import type { Market, VenueId } from '../../market/market.ts'
import type { AssetAmount, BaseAmount, Price, Rate } from '../../money.ts'
import type { LegPlan, Side } from '../../opportunity/opportunity.ts'
import type { TransferPlan } from '../../opportunity/transfer-plan.ts'
import type { TransferState } from '../transfer/transfer.ts'
import type { VenueFill, VenueOrder } from './order-gateway.ts'

export type Mode = 'paper' | 'live'
/**
 * cross: two venues, inventory on both. cycle: one venue, each leg spends what the one before brought.
 * transfer: bought on one venue, sent, sold on the other, and the money sent back; on paper alone.
 */
export type Kind = 'cross' | 'cycle' | 'transfer'
/** A primary leg is the plan's own; a hedge completes what stayed undone; an unwind takes back. */
export type Role = 'primary' | 'hedge' | 'unwind'

/** The first five may still change what we own; of those after 'cancelling' only a late fill can. */
export type LegState =
  /** Written down, never sent. */
  | 'intent'
  /** May leave at any moment, once. */
  | 'sending'
  /** It may have arrived. */
  | 'unknown'
  /** The venue knows it. */
  | 'acked'
  | 'cancelling'
  | 'filled'
  | 'partial-done'
  | 'cancelled-zero'
  /** The venue said no, by a code that means no. */
  | 'rejected'
  /** Proved by all five proofs. */
  | 'never-accepted'
  /** Provably never left. */
  | 'void'
  /** A person must look; reads go on. */
  | 'escalated'

export type ExecutionState =
  | 'created'
  | 'preflight'
  | 'legs'
  /** The coin is on its way to where it is sold, or the money back to where it came from. */
  | 'transit'
  | 'resolving'
  | 'imbalanced'
  | 'hedging'
  | 'exposed'
  | 'settling'
  | 'done'
  | 'settled-with-diff'
  | 'aborted'

/** A print that is booked. */
export type Fill = Omit<VenueFill, 'symbol' | 'side'>

/** Why an order that nobody finds may be called dead. All five are kept with the leg. */
export type Proof = {
  /** From then on the request cannot arrive any more. */
  readonly deadAt: Date
  /** Lookups after that which found nothing, 5 s apart at least. */
  readonly absentAt: readonly Date[]
  readonly notOpenAt: Date | undefined
  readonly noFillAt: Date | undefined
  readonly balancedAt: Date | undefined
}

export type Leg = {
  /** Names the leg everywhere. */
  readonly clientOrderId: string
  readonly role: Role
  /** The position in the plan of the leg it does, completes or takes back. */
  readonly step: number
  readonly attempt: number
  /** The market's rules as they were when it was written down. */
  readonly market: Market
  readonly side: Side
  /** A contingent unwind names the most that may be sent; it becomes exact when it is sent. */
  readonly amount: BaseAmount
  readonly limit: Price
  readonly state: LegState
  readonly reason: string | undefined
  readonly createdAt: Date
  readonly sentAt: Date | undefined
  /** It may not leave later than this. */
  readonly notAfter: Date | undefined
  readonly ackedAt: Date | undefined
  readonly unknownSince: Date | undefined
  readonly endedAt: Date | undefined
  readonly orderId: string | undefined
  /** The last the venue said about it; its `filled` is never taken back. */
  readonly seen: Pick<VenueOrder, 'state' | 'filled'> | undefined
  /** By trade id, each once. */
  readonly fills: readonly Fill[]
  readonly proof: Proof | undefined
  /** How often it was read, and when it is due again. */
  readonly reads: number
  readonly readAt: Date | undefined
  /** When it was looked at once more after its end, before the execution settles. */
  readonly checkedAt: Date | undefined
}

/** A transfer that this execution asked for, as it was last read. */
export type Send = {
  /** Names the transfer everywhere. */
  readonly id: string
  readonly part: 'out' | 'back'
  /** What is to arrive, and what the sender is to take besides. */
  readonly amount: bigint
  readonly fee: bigint
  readonly state: TransferState
  readonly reason: string | undefined
  /** What the sender has no more of for us: set aside for it, on its way, or spent. */
  readonly gone: bigint
  readonly arrived: bigint
  readonly changedAt: Date
  /** When it is due to be read again. */
  readonly readAt: Date | undefined
}

/** What to do when one side is filled and the other is not. */
export type SingleLegPolicy =
  /** Complete or take back, whichever costs less. */
  'hedge' | 'reverse' | 'proceed' | 'hold'

/** What may be done about an open position that the desk has stopped working on. */
export type Choice =
  | SingleLegPolicy
  /** Once more as it was agreed, with new attempts. */
  | 'retry'
  /** It ends as it is: what is open goes into the inventory. */
  | 'accept'

/** The worst price that somebody agreed to for one order home, in place of the terms' own. */
export type AgreedLimit = {
  readonly role: Exclude<Role, 'primary'>
  readonly step: number
  readonly side: Side
  readonly limit: Price
}

/** What was decided about one exposure. */
export type Resolution = {
  /** Which one: the moment it began. */
  readonly exposedAt: Date
  readonly choice: Choice
  /** A person's signature, or 'desk' when nobody had answered in time. */
  readonly by: string
  readonly at: Date
  /** Names the request it came with, if there was one. */
  readonly answer: string | undefined
  readonly limits: readonly AgreedLimit[]
}

/** What was agreed and how far it may go, taken when the execution was made: later settings are for others. */
export type Terms = {
  readonly configVersion: number
  readonly sending: 'parallel' | 'flakier-first'
  readonly singleLeg: SingleLegPolicy
  /** The most that the first leg may spend, in the asset of the execution. */
  readonly spendMax: bigint
  /** In the asset of the execution: what is left over and worth no more than this stays where it is. */
  readonly dustMax: bigint
  /** The least net profit of a plan that may be sent. */
  readonly netMin: bigint
  /** How far from the plan's price a hedge or an unwind may go, as a share of it. */
  readonly slipMax: Rate
  readonly bookAgeMsMax: number
  /** Orders for one leg of the plan; a further one only after a definite no. */
  readonly attemptsMax: number
  /** Hedges and unwinds together, until a person decides. */
  readonly hedgesMax: number
  readonly hedgeMsMax: number
  /** From the commit to the wire. */
  readonly sendMsMax: number
  /** An immediate-or-cancel order that is open for longer is cancelled. */
  readonly openMsMax: number
  /** After that a leg nobody can resolve is a person's. */
  readonly resolveMsMax: number
  /** So long a person is waited for; then `unanswered` is done once, unless it is to hold. */
  readonly answerMsMax: number
  readonly unanswered: SingleLegPolicy
  /** Between the last end of a leg and the last look at its fills. */
  readonly settleMs: number
}

/** What the books said when the plan was judged. */
export type CitedBook = {
  readonly venue: VenueId
  readonly symbol: string
  readonly ageMs: number
  readonly synced: boolean
  readonly crossed: boolean
}

/** Set aside on one account for what the legs may spend. */
export type Held = AssetAmount & { readonly venue: VenueId }

export type Execution = {
  readonly id: string
  readonly opportunity: string
  readonly approval: string
  readonly kind: Kind
  readonly mode: Mode
  readonly route: string
  /** What profit is counted in. */
  readonly asset: string
  /** As approved; after the preflight as it is traded. */
  readonly plan: readonly LegPlan[]
  /** Of a transfer trade: how coin and money travel, and what one of `asset` is worth in USDT. */
  readonly transfer: (TransferPlan & { readonly usdtOfOne: number }) | undefined
  readonly terms: Terms
  /** Net profit of `plan`, in `asset`. */
  readonly expectedNet: bigint
  /**
   * How long after it left a venue may still take a request, its own matching and clock errors included.
   * A venue that is not in it has no such limit.
   */
  readonly requestLifeMs: Readonly<Record<VenueId, number>>
  /** Steps of the plan in the order they are sent: together, or each when the one before has ended. */
  readonly order: readonly (readonly number[])[]
  readonly state: ExecutionState
  readonly reason: string | undefined
  /** Raised by every commit. */
  readonly version: number
  readonly createdAt: Date
  /** Nothing primary is sent after that. */
  readonly deadline: Date
  readonly books: readonly CitedBook[]
  readonly legs: readonly Leg[]
  /** In the order in which they were asked for. */
  readonly sends: readonly Send[]
  /** What the first legs set aside, and what of it and of what arrived is still set aside. */
  readonly reserved: readonly Held[]
  readonly held: readonly Held[]
  /** Nothing of the plan's own is sent any more: what is open is brought home. */
  readonly planEnded: boolean
  readonly imbalancedAt: Date | undefined
  readonly exposedAt: Date | undefined
  /** The last that was decided about an exposure; it steers until the position is closed. */
  readonly resolution: Resolution | undefined
  /** When nobody had answered and the desk did what was agreed for that: once, ever. */
  readonly unansweredAt: Date | undefined
  /** Prices for a hedge are not asked for before that. */
  readonly quoteAt: Date | undefined
  /** Hedges before this number of them do not count: a person allowed new ones. */
  readonly hedgesForgiven: number
  /** A person takes what is left over as it is. */
  readonly accepted: boolean
  /** Each alert is told once; a repeated one has a new number. */
  readonly told: readonly string[]
  /** When somebody should look at it again; undefined when nothing is due. */
  readonly wakeAt: Date | undefined
}

export const isOver = (state: ExecutionState): boolean => {
  switch (state) {
    case 'done':
    case 'settled-with-diff':
    case 'aborted':
      return true
    case 'created':
    case 'preflight':
    case 'legs':
    case 'transit':
    case 'resolving':
    case 'imbalanced':
    case 'hedging':
    case 'exposed':
    case 'settling':
      return false
  }
}

/** An order that may be at the venue, working or not, and of which we wait to hear. */
export const isActive = (state: LegState): boolean => {
  switch (state) {
    case 'sending':
    case 'unknown':
    case 'acked':
    case 'cancelling':
      return true
    case 'intent':
    case 'filled':
    case 'partial-done':
    case 'cancelled-zero':
    case 'rejected':
    case 'never-accepted':
    case 'void':
    case 'escalated':
      return false
  }
}

export const filledOf = ({ fills }: Pick<Leg, 'fills'>): BaseAmount =>
  fills.reduce((sum, { amount }) => sum + amount, 0n) as BaseAmount
