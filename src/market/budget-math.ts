// The arithmetic of a request budget: a token bucket whose rate halves on a penalty and recovers slowly.
// Pure, so that one row in a database can be the bucket of all workers.

export type BudgetRate = { readonly weightPerSecond: number; readonly burst: number }

export type BudgetState = {
  readonly tokens: number
  /** 1 is the whole rate; every penalty halves it. */
  readonly share: number
  /** When `tokens` and `share` were true, and until when nothing may be sent, ms. */
  readonly atMs: number
  readonly pausedUntilMs: number
}

const shareMin = 1 / 32
/** From nothing to the whole rate; half of it comes back in half the time. */
const recoveryMs = 20 * 60 * 1000
const pauseMsDefault = 5_000
// A ban of days is no reason to sleep for days: the caller's own limit gives up long before.
const pauseMsMax = 60 * 60 * 1000

export const fullBudget = (rate: BudgetRate, nowMs: number): BudgetState => ({
  tokens: rate.burst,
  share: 1,
  atMs: nowMs,
  pausedUntilMs: 0,
})

/** The same bucket at a later moment. A clock that went back adds nothing. */
export function budgetAt(state: BudgetState, rate: BudgetRate, nowMs: number): BudgetState {
  const elapsedMs = Math.max(0, nowMs - state.atMs)
  const refill = (elapsedMs / 1000) * rate.weightPerSecond * state.share
  const share = Math.min(1, state.share + elapsedMs / recoveryMs)
  return {
    tokens: Math.min(rate.burst, state.tokens + refill),
    share,
    atMs: nowMs,
    pausedUntilMs: state.pausedUntilMs,
  }
}

/**
 * `waitMs` 0: taken, with at least `leave` remaining. Else nothing is taken and it is worth asking
 * again after that long.
 */
export function takeWeight(
  state: BudgetState,
  rate: BudgetRate,
  weight: number,
  nowMs: number,
  leave = 0,
): { readonly state: BudgetState; readonly waitMs: number } {
  const now = budgetAt(state, rate, nowMs)
  if (now.pausedUntilMs > nowMs) return { state: now, waitMs: now.pausedUntilMs - nowMs }
  // A call heavier than the bucket is let through on a full bucket and paid off afterwards.
  const missing = Math.min(weight + leave, rate.burst) - now.tokens
  if (missing <= 0) return { state: { ...now, tokens: now.tokens - weight }, waitMs: 0 }
  return { state: now, waitMs: Math.ceil((missing / (rate.weightPerSecond * now.share)) * 1000) }
}

/** After a 429 or 418. What was saved up is gone too: it was the burst that hurt. */
export function penalisedBudget(
  state: BudgetState,
  rate: BudgetRate,
  nowMs: number,
  retryAfterMs: number = pauseMsDefault,
): BudgetState {
  const now = budgetAt(state, rate, nowMs)
  const pauseMs = Math.min(pauseMsMax, Math.max(0, retryAfterMs))
  return {
    tokens: Math.min(now.tokens, 0),
    share: Math.max(shareMin, now.share / 2),
    atMs: nowMs,
    pausedUntilMs: Math.max(now.pausedUntilMs, nowMs + pauseMs),
  }
}
