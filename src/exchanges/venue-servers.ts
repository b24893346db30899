// Asks venue servers which venues they stand in for. Apart from open-venues.ts, because whoever only
// asks needs no exchange client, and loading one takes longer than the asking.
import { z } from 'zod'
import type { VenueId } from '../market/market.ts'
import { knownExchange } from './known-exchanges.ts'

const schema = z.object({ venues: z.array(z.string()), recorded: z.boolean().optional() })
export type VenueServersHealth = Readonly<z.output<typeof schema>>

const timeoutMs = 5000

/** @throws Error with one line when nobody answers at `url`, or somebody else; its cause says more. */
export async function askVenueServers(url: string): Promise<VenueServersHealth> {
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const response = await fetch(new URL('/simulator/health', url), { signal })
    const read = schema.safeParse(await response.json().catch(() => undefined))
    if (read.success) return read.data
    throw new Error('what answers there is something else')
  } catch (cause) {
    throw new Error(`no venue servers answer at ${url}`, { cause })
  }
}

/**
 * `only`, or else all that we know.
 *
 * @throws Error with one line when one of them is not offered.
 */
export function pickVenues(
  offered: readonly VenueId[],
  only: readonly VenueId[] | undefined,
): readonly VenueId[] {
  const ids = only ?? offered.filter((venue) => knownExchange(venue) !== undefined)
  const missing = ids.filter((venue) => !offered.includes(venue))
  if (ids.length > 0 && missing.length === 0) return ids
  throw new Error(
    `this market does not have ${missing.join(', ') || 'any venue'}; it has ${offered.join(', ')}`,
  )
}
