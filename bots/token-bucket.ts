// One bucket of tokens an actor: a burst is fine, a flood is not.

export type TokenBuckets = {
  /** 0 when a token was taken, else how many ms until there is one. */
  take(who: string): number
}

// More people than any desk has; the longest silent one is forgotten first.
const bucketsMax = 1000

/** `burst` tokens to begin with, one more every `refillMs`. */
export function createTokenBuckets(wiring: {
  readonly burst: number
  readonly refillMs: number
  readonly nowMs: () => number
}): TokenBuckets {
  const { burst, refillMs, nowMs } = wiring
  const buckets = new Map<string, { tokens: number; atMs: number }>()
  return {
    take(who) {
      const atMs = nowMs()
      const last = buckets.get(who) ?? { tokens: burst, atMs }
      const gained = Math.max(0, atMs - last.atMs) / refillMs
      const tokens = Math.min(burst, last.tokens + gained)
      buckets.delete(who)
      if (buckets.size >= bucketsMax) buckets.delete(buckets.keys().next().value as string)
      buckets.set(who, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs })
      return tokens >= 1 ? 0 : Math.ceil((1 - tokens) * refillMs)
    },
  }
}
