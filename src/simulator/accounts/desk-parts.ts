// What the parts of one venue's private side share.
import type { SourceVenue } from '../market-source.ts'
import type { Account } from './account.ts'
import type { DeskEvents } from './desk-events.ts'
import type { DeskFaults } from './desk-faults.ts'
import type { OrderMemory } from './order-memory.ts'
import type { VenueHabits } from './venue-habits.ts'

export type DeskParts = {
  readonly venue: SourceVenue
  readonly habits: VenueHabits
  readonly accounts: readonly Account[]
  readonly faults: DeskFaults
  readonly events: DeskEvents
  readonly memory: OrderMemory
  readonly now: () => number
}
