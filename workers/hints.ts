// From a burst of hints to few looks: the first is followed at once, those that come meanwhile by one more
// look after it. Whoever sends ten thousand gets no more than that.
import { createTimers } from '../src/exchanges/timers.ts'

export type Hints = {
  /** Never throws and never waits. */
  hint(key: string): void
  /** Starts nothing more, and waits for what runs. */
  close(): Promise<void>
}

export type HintsOptions = {
  /** 'again': it came too early, so it is asked for once more, a few times at most. */
  readonly run: (key: string) => Promise<'done' | 'again'>
  readonly onError: (key: string, error: unknown) => void
  /** From the first hint until it is followed. */
  readonly delayMs: number
  /** From the end of one look until the next for the same key. */
  readonly spacingMs: () => number
  readonly atOnceMax: number
}

/** What nobody has time for is dropped: it is found out by REST. */
const keysMax = 1_000
const triesMax = 4

type Key = { isHinted: boolean; tries: number }

export function createHints(options: HintsOptions): Hints {
  const { run, onError, delayMs, spacingMs, atOnceMax } = options
  const timers = createTimers()
  const keys = new Map<string, Key>()
  const due: string[] = []
  const running = new Set<Promise<void>>()
  let isClosed = false

  function start(): void {
    if (isClosed || running.size >= atOnceMax) return
    const name = due.shift()
    const key = name === undefined ? undefined : keys.get(name)
    if (name === undefined || key === undefined) return
    const look = follow(name, key).finally(() => {
      running.delete(look)
      start()
    })
    running.add(look)
  }

  function queue(name: string, afterMs: number): void {
    timers.after(afterMs, () => {
      due.push(name)
      start()
    })
  }

  async function follow(name: string, key: Key): Promise<void> {
    key.isHinted = false
    const end = await run(name).catch((error: unknown) => {
      onError(name, error)
      return 'done' as const
    })
    key.tries = end === 'again' ? key.tries + 1 : 0
    const isToRepeat = end === 'again' && key.tries < triesMax
    timers.after(spacingMs(), () => {
      if (isToRepeat || key.isHinted) queue(name, 0)
      else keys.delete(name)
    })
  }

  return {
    hint(name) {
      const key = keys.get(name)
      if (key !== undefined) key.isHinted = true
      else if (!isClosed && keys.size < keysMax) {
        keys.set(name, { isHinted: true, tries: 0 })
        queue(name, delayMs)
      }
    },
    async close() {
      isClosed = true
      timers.stop()
      await Promise.all(running)
    },
  }
}
