// Who is being driven in this process: news from outside reaches the driver that runs, instead of waiting
// for its next look.
import type { Event } from './event.ts'

export type Bells = {
  /** False: nobody drives it here just now, so nobody has heard. */
  ring(id: string, news: Event): boolean
  /** From now on `hear` is told; the answer takes it down again. */
  hang(id: string, hear: (news: Event) => void): () => void
}

export function createBells(): Bells {
  const drivers = new Map<string, Set<(news: Event) => void>>()
  return {
    ring(id, news) {
      const all = drivers.get(id)
      for (const hear of all ?? []) hear(news)
      return all !== undefined
    },
    hang(id, hear) {
      const all = drivers.get(id) ?? new Set()
      drivers.set(id, all.add(hear))
      return () => {
        all.delete(hear)
        if (all.size === 0 && drivers.get(id) === all) drivers.delete(id)
      }
    },
  }
}
