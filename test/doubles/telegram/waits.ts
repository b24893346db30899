// Waiting for something to be seen, without polling: whoever changes the world wakes those who wait.

export type Waits = {
  /** Looks again for everyone who waits. */
  changed(): void
  /** Returns what `look` finds first; rejects with `what` when it finds nothing in time. */
  until<T>(what: string, look: () => T | undefined | false, timeoutMs?: number): Promise<T>
  close(): void
}

const defaultTimeoutMs = 10_000

export function createWaits(): Waits {
  const waiting = new Set<{ readonly look: () => void; readonly stop: () => void }>()
  return {
    changed: () => {
      for (const { look } of waiting) look()
    },
    until: (what, look, timeoutMs = defaultTimeoutMs) =>
      new Promise((resolve, reject) => {
        const leave = (end: () => void) => {
          clearTimeout(timer)
          waiting.delete(own)
          end()
        }
        const timeout = () => leave(() => reject(new Error(`Waited ${timeoutMs} ms for ${what}.`)))
        const timer = setTimeout(timeout, timeoutMs)
        const own = {
          look: () => {
            try {
              const found = look()
              if (found !== undefined && found !== false) leave(() => resolve(found))
            } catch (error) {
              leave(() => reject(error instanceof Error ? error : new Error(String(error))))
            }
          },
          stop: () => leave(() => reject(new Error(`The double closed before ${what}.`))),
        }
        waiting.add(own)
        own.look()
      }),
    close: () => {
      for (const { stop } of waiting) stop()
    },
  }
}
