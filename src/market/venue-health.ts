// How the desk treats a venue that fails: left out, tried again later and later, never for ever. Pure.
import type { RestFailure } from './market-rest.ts'
import type { VenueState } from './market-store.ts'

export type Health = {
  readonly state: VenueState
  readonly reason: string
  readonly failures: number
  /** Monotonic ms before which the venue is left alone. */
  readonly nextTryMs: number
}

export const healthy: Health = { state: 'up', reason: '', failures: 0, nextTryMs: 0 }

const firstWaitMs = 2000
const longestWaitMs = 120_000
/** A venue that refuses our address will not change its mind soon. */
const refusedWaitMs = 900_000

export const afterSuccess = (): Health => healthy

/** Backs off exponentially with jitter, `random` in [0, 1), and never comes before the venue's own wish. */
export function afterFailure(
  health: Health,
  failure: RestFailure,
  nowMs: number,
  random: number,
): Health {
  const failures = health.failures + 1
  const refused = failure.reason === 'refused'
  const backoff = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures - 1, 10))
  const waitMs = (refused ? refusedWaitMs : backoff) * (0.75 + random * 0.5)
  return {
    state: refused ? 'refused' : 'degraded',
    reason: refused ? `not available from here: ${failure.detail}` : failure.detail,
    failures,
    nextTryMs: nowMs + Math.max(waitMs, failure.retryAfterMs ?? 0),
  }
}

/** Said once: when the state changes, not at every try. */
export const isNews = (before: Health, after: Health): boolean => before.state !== after.state
