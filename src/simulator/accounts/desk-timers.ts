// What a venue does later. Nothing of it keeps a process alive.

export type DeskTimers = {
  after(ms: number, act: () => void): void
  close(): void
}

export function createDeskTimers(): DeskTimers {
  const timers = new Set<NodeJS.Timeout>()
  return {
    after(ms, act) {
      const timer = setTimeout(() => {
        timers.delete(timer)
        act()
      }, ms)
      timers.add(timer.unref())
    },
    close() {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}
