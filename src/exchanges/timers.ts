// Timers that can all be stopped at once, so that closing leaves none behind.

export type Timers = {
  after(ms: number, run: () => void): void
  /** Resolves after `ms`; never once stopped. */
  pause(ms: number): Promise<void>
  stop(): void
}

export function createTimers(): Timers {
  const waiting = new Set<NodeJS.Timeout>()
  let stopped = false
  const after = (ms: number, run: () => void) => {
    if (stopped) return
    const timer = setTimeout(() => {
      waiting.delete(timer)
      run()
    }, ms)
    waiting.add(timer)
  }
  return {
    after,
    pause: (ms) => new Promise((resolve) => after(ms, resolve)),
    stop() {
      stopped = true
      for (const timer of waiting) clearTimeout(timer)
      waiting.clear()
    },
  }
}
