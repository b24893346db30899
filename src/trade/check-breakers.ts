// Measures everything that breakers guard and trips those whose limit is reached.
import type { BreakerStore } from './breaker-store.ts'
import { judge, type BreakerLimits, type Tripping } from './breakers.ts'

/** Returns what has tripped now and had not before. */
export async function checkBreakers(
  breakers: BreakerStore,
  limits: BreakerLimits,
  by: string,
): Promise<readonly Tripping[]> {
  const tripping = judge(await breakers.facts(), limits)
  return tripping.length === 0 ? [] : breakers.trip(tripping, by)
}
