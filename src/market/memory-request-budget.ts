// A request budget within one process, for tests and tools: workers share one through the database.
import { setTimeout as sleep } from 'node:timers/promises'
import {
  fullBudget,
  penalisedBudget,
  takeWeight,
  type BudgetRate,
  type BudgetState,
} from './budget-math.ts'
import type { VenueId } from './market.ts'
import type { RequestBudget } from './request-budget.ts'

export function createMemoryRequestBudget(
  rateOf: (venue: VenueId) => BudgetRate | undefined,
): RequestBudget {
  const states = new Map<VenueId, BudgetState>()
  const nowMs = () => performance.now()
  const stateOf = (venue: VenueId, rate: BudgetRate) =>
    states.get(venue) ?? fullBudget(rate, nowMs())

  return {
    async take(venue, weight, signal, leave) {
      const startMs = nowMs()
      const rate = rateOf(venue)
      if (rate === undefined) return { waitedMs: 0 }
      for (;;) {
        signal?.throwIfAborted()
        const taken = takeWeight(stateOf(venue, rate), rate, weight, nowMs(), leave)
        states.set(venue, taken.state)
        if (taken.waitMs === 0) return { waitedMs: nowMs() - startMs }
        await sleep(taken.waitMs, undefined, signal && { signal })
      }
    },
    async penalise(venue, _reason, retryAfterMs) {
      const rate = rateOf(venue)
      if (rate !== undefined)
        states.set(venue, penalisedBudget(stateOf(venue, rate), rate, nowMs(), retryAfterMs))
    },
  }
}
