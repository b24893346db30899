// Venues to which no order goes for now: the venue said that our key or our clock is wrong, or it says
// nothing. Orders to other venues go on, and what is open is brought home there.
import type { VenueId } from '../market/market.ts'
import type { OrderGateway } from '../trade/engine/order-gateway.ts'
import { orderCard } from './order-cards.ts'

export type Halt = {
  readonly cause: 'key' | 'clock' | 'silence'
  /** As "no orders go there: …" goes on. */
  readonly reason: string
}

export type VenueHalts = {
  of(venue: VenueId): Halt | undefined
  /** Again for the same cause it changes nothing. */
  halt(venue: VenueId, halt: Halt): void
  lift(venue: VenueId): void
}

/** `onChange` hears of each new halt, and of each that is over. */
export function createVenueHalts(
  onChange: (venue: VenueId, halt: Halt | undefined, before: Halt | undefined) => void,
): VenueHalts {
  const halted = new Map<VenueId, Halt>()
  return {
    of: (venue) => halted.get(venue),
    halt(venue, halt) {
      const before = halted.get(venue)
      if (before?.cause === halt.cause) return
      halted.set(venue, halt)
      onChange(venue, halt, before)
    },
    lift(venue) {
      const before = halted.get(venue)
      if (halted.delete(venue)) onChange(venue, undefined, before)
    },
  }
}

/** What a definite no is about, when it is about more than the one order. */
function refusedFor(venue: VenueId, code: string): 'key' | 'clock' | undefined {
  return orderCard(venue)?.refusals.find((refusal) => refusal.code === code)?.about
}

/** The same gateway, which sends nothing to a halted venue, and halts one that says no to all of us. */
export function withVenueHalts<T extends OrderGateway>(gateway: T, halts: VenueHalts): T {
  return {
    ...gateway,
    async submit(order) {
      const { venue } = order.market
      const halt = halts.of(venue)
      if (halt !== undefined)
        return { outcome: 'void', reason: `${venue} is halted: ${halt.reason}` }
      const submission = await gateway.submit(order)
      if (submission.outcome !== 'rejected') return submission
      const cause = refusedFor(venue, submission.code)
      if (cause !== undefined) halts.halt(venue, { cause, reason: submission.reason })
      return submission
    },
  }
}
