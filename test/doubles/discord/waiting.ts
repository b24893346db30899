// Waiting for something to be seen: checked whenever anything has happened, never by sleeping.

/** Some things happen where the double cannot see them, in the bot under test: a slow second look. */
const lookAgainMs = 50

export type Waiting = {
  /** Wakes everyone who waits. */
  readonly changed: () => void
  /**
   * The first value of `look` that is neither undefined nor false.
   * Rejects with `what` after `withinMs` (10 s unless told).
   */
  readonly until: <Value>(
    what: string,
    look: () => Value | undefined | false,
    withinMs?: number,
  ) => Promise<Value>
  /** Ends every wait. */
  readonly stop: () => void
}

const patienceMs = 10_000

export function createWaiting(): Waiting {
  const waiters = new Set<() => void>()
  const enders = new Set<(reason: string) => void>()
  return {
    changed() {
      for (const wake of waiters) wake()
    },
    until(what, look, withinMs = patienceMs) {
      return new Promise((resolve, reject) => {
        const finish = () => {
          waiters.delete(check)
          enders.delete(end)
          clearTimeout(patience)
          clearInterval(looking)
        }
        const end = (reason: string) => {
          finish()
          reject(new Error(`${reason}: ${what}`))
        }
        const check = () => {
          try {
            const value = look()
            if (value === undefined || value === false) return
            finish()
            resolve(value)
          } catch (error) {
            finish()
            reject(error instanceof Error ? error : new Error(String(error)))
          }
        }
        const patience = setTimeout(() => end(`not seen within ${withinMs} ms`), withinMs)
        const looking = setInterval(check, lookAgainMs)
        waiters.add(check)
        enders.add(end)
        check()
      })
    },
    stop() {
      for (const end of enders) end('Discord was closed')
    },
  }
}
