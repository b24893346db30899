// What a venue's saved state says about now. A row that no sweep renews is a memory and not a state. Pure.
import type { VenueState, VenueStatus } from './market-store.ts'

export type VenueNow =
  | VenueState
  /** Asked, and its first answer is on the way. */
  | 'not-yet'
  /** Asked, and without an answer for too long: nobody knows its prices. */
  | 'silent'
  /** No sweep asks it: none runs, or the running one has no such venue. */
  | 'not-asked'

const periodsMax = 5
/** A busy machine sweeps late; that alone is no alarm. */
const ageMsMaxLeast = 15_000

/** The age at which the last sweep is too old to say anything about now. */
export const sweepAgeMsMax = (periodMs: number): number =>
  Math.max(ageMsMaxLeast, periodMs * periodsMax)

export function venueNow(
  { state, sweptAt, checkedAt }: Pick<VenueStatus, 'state' | 'sweptAt' | 'checkedAt'>,
  now: Date,
  ageMsMax: number,
): VenueNow {
  const isOld = (at: Date) => now.getTime() - at.getTime() > ageMsMax
  if (isOld(checkedAt)) return 'not-asked'
  if (state !== 'up') return state
  if (sweptAt === undefined) return 'not-yet'
  return isOld(sweptAt) ? 'silent' : 'up'
}

/** When some sweep last ended, whatever it found; undefined when none ever did. */
export const lastSweepOf = (
  statuses: readonly Pick<VenueStatus, 'checkedAt'>[],
): Date | undefined =>
  statuses
    .map(({ checkedAt }) => checkedAt)
    .toSorted((a, b) => a.getTime() - b.getTime())
    .at(-1)
