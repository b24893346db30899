// Looks after the accounts that orders go to: does the key still trade and not withdraw, does the venue
// answer, are its clock and ours the same? A venue where that is not so is halted until it is.
import type { LiveOrderGateway } from '../src/exchanges/ccxt-order-gateway.ts'
import type { Halt, VenueHalts } from '../src/exchanges/venue-halts.ts'
import type { VenueId } from '../src/market/market.ts'

type ClockReading = { readonly offsetMs: number; readonly errorMs: number; readonly atMs: number }

const offsetMsMax = 500
const driftMsPerMinuteMax = 50
/** Silence is no proof of anything, and the next minute may end it. */
const silencesMax = 3
const minuteMs = 60_000

export type VenueWatchWiring = {
  readonly gateway: Pick<LiveOrderGateway, 'prepare' | 'balances' | 'clockOffset'>
  readonly halts: VenueHalts
  readonly venues: readonly VenueId[]
  /** Never goes back, ms. */
  readonly nowMs: () => number
}

/** A14. Only what is beyond both readings' own error counts. */
export function clockFault(
  now: ClockReading,
  before: ClockReading | undefined,
): string | undefined {
  const offMs = Math.abs(now.offsetMs) - now.errorMs
  if (offMs > offsetMsMax)
    return `its clock and ours are ${Math.round(Math.abs(now.offsetMs))} ms apart; set this machine's clock right`
  if (before === undefined) return undefined
  const movedMs = Math.abs(now.offsetMs - before.offsetMs) - now.errorMs - before.errorMs
  const perMinuteMs = movedMs / Math.max((now.atMs - before.atMs) / minuteMs, 1)
  return perMinuteMs > driftMsPerMinuteMax
    ? `its clock and ours drift apart by ${Math.round(perMinuteMs)} ms a minute; set this machine's clock right`
    : undefined
}

type Look = { readonly halt: Halt | undefined; readonly isSilent: boolean }

/** One look at every venue; the first time silence is enough to halt one. */
export function createVenueWatch({ gateway, halts, venues, nowMs }: VenueWatchWiring) {
  const clocks = new Map<VenueId, ClockReading>()
  const silences = new Map<VenueId, number>()

  async function lookAt(venue: VenueId): Promise<Look> {
    const silent = (reason: string): Look => ({
      halt: { cause: 'silence', reason },
      isSilent: true,
    })
    const unready = await gateway.prepare(venue, true)
    if (unready?.isDefinite === true)
      return { halt: { cause: 'key', reason: unready.reason }, isSilent: false }
    if (unready !== undefined) return silent(unready.reason)
    const clock = await gateway.clockOffset(venue)
    if (clock.outcome === 'failed') return silent(clock.reason)
    const reading = { ...clock.value, atMs: nowMs() }
    const off = clockFault(reading, clocks.get(venue))
    clocks.set(venue, reading)
    if (off !== undefined) return { halt: { cause: 'clock', reason: off }, isSilent: false }
    const held = await gateway.balances(venue)
    return held.outcome === 'failed' ? silent(held.reason) : { halt: undefined, isSilent: false }
  }

  async function look(venue: VenueId): Promise<void> {
    const { halt, isSilent } = await lookAt(venue)
    const before = silences.get(venue) ?? silencesMax - 1
    silences.set(venue, isSilent ? before + 1 : 0)
    if (halt === undefined) return halts.lift(venue)
    if (!isSilent || before + 1 >= silencesMax) halts.halt(venue, halt)
  }

  return { look: async () => void (await Promise.all(venues.map(look))) }
}
