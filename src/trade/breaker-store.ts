// PORT: which circuit breakers are tripped, and what they measure.
import type { BreakerFacts, BreakerName, Tripping } from './breakers.ts'

export type Trip = Tripping & { readonly at: Date; readonly by: string }

export type BreakerStore = {
  facts(): Promise<BreakerFacts>
  /** In the order in which they tripped. */
  tripped(): Promise<readonly Trip[]>
  /**
   * Those that were not tripped before are now, and people are told in the same transaction: once,
   * whoever else looks at the same moment. Returns the new ones.
   */
  trip(tripping: readonly Tripping[], by: string): Promise<readonly Tripping[]>
  /** False when it was not tripped. */
  reset(breaker: BreakerName, by: string): Promise<boolean>
}
