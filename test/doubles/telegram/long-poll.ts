// One caller who waits for updates; a second one ends the first one's wait.

export type Outcome = 'updates' | 'conflict' | 'webhook' | 'gone' | 'timeout'

export type LongPoll = {
  /** Waits until someone ends it, the time is over or the caller has gone away. */
  wait(timeoutMs: number, caller: AbortSignal): Promise<Outcome>
  /** Ends the wait, if anyone waits. */
  end(outcome: Outcome): void
}

export function createLongPoll(): LongPoll {
  let endWait: ((outcome: Outcome) => void) | undefined
  return {
    wait: (timeoutMs, caller) =>
      new Promise((resolve) => {
        const leave = () => end('gone')
        const timer = setTimeout(() => end('timeout'), timeoutMs)
        const end = (outcome: Outcome) => {
          clearTimeout(timer)
          caller.removeEventListener('abort', leave)
          if (endWait === end) endWait = undefined
          resolve(outcome)
        }
        endWait = end
        if (caller.aborted) leave()
        else caller.addEventListener('abort', leave)
      }),
    end: (outcome) => endWait?.(outcome),
  }
}
