// A database that goes away fails whatever asks for it, many times a second. One line says that it is
// away and one that it is back; what others complain of meanwhile is kept out of sight. A full disk is
// one line a minute.
import type { Facts, Log } from '../log.ts'
import { saysDiskIsFull, saysServerIsGone } from './connect.ts'

const sayFullEveryMs = 60_000

export type OutageLog = {
  /** Says everything while the database is there. Errors are said always. */
  readonly log: Log
  /** A connection broke or could not be had. */
  readonly lost: (error: unknown) => void
  /** Connections can be had. */
  readonly back: () => void
}

const reasonOf = (error: unknown): string => {
  // A name with several addresses fails with one error for each.
  if (error instanceof AggregateError) return reasonOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}

/** `say` is how loud the two lines are: where a supervisor says them for all, nobody else has to. */
export function createOutageLog(inner: Log, say: 'warn' | 'debug', nowMs: () => number): OutageLog {
  let awaySinceMs: number | undefined
  let saidFullMs = -Infinity
  let kept = 0

  function lost(error: unknown): void {
    if (awaySinceMs !== undefined) return
    awaySinceMs = nowMs()
    kept = 0
    inner[say](`the database is away (${reasonOf(error)}); work goes on when it is back`)
  }
  function back(): void {
    if (awaySinceMs === undefined) return
    const seconds = ((nowMs() - awaySinceMs) / 1000).toFixed(1)
    awaySinceMs = undefined
    inner[say](`the database is back after ${seconds} s`, kept === 0 ? {} : { complaints: kept })
  }

  function full(to: Log, error: unknown): void {
    if (nowMs() - saidFullMs < sayFullEveryMs) return
    saidFullMs = nowMs()
    to.warn(`the database's disk is full (${reasonOf(error)}); free some space, work goes on then`)
  }

  const listening = (to: Log): Log => ({
    ...to,
    warn(text, facts: Facts = {}) {
      const error = facts['error'] ?? facts['cause']
      // The query that was under way hears of it before the connection does.
      if (saysServerIsGone(error)) lost(error)
      const isFull = saysDiskIsFull(error)
      if (isFull) full(to, error)
      else if (awaySinceMs === undefined) return to.warn(text, facts)
      else kept++
      to.debug(text, facts)
    },
    named: (part) => listening(to.named(part)),
  })
  return { log: listening(inner), lost, back }
}
