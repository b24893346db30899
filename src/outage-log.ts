// A server that goes away fails whatever asks for it, many times a second. One line says that it is
// away and one that it is back; what others complain of meanwhile is kept out of sight.
import type { Facts, Log } from './log.ts'

export type Outage = {
  /** The server does not answer; said once until it is back. */
  readonly lost: (error: unknown) => void
  /** It answers again. */
  readonly back: () => void
}

export type OutageLog = Outage & {
  /** Says everything while the server is there. Errors are said always. */
  readonly log: Log
}

export type OutageLogOptions = {
  /** As the line begins: "the database". */
  readonly server: string
  /** How loud the two lines are: where a supervisor says them for all, nobody else has to. */
  readonly say: 'warn' | 'debug'
  readonly nowMs: () => number
  /**
   * What the error behind a complaint tells. 'gone': of the outage, before its connection does. 'heard':
   * nothing that needs saying again.
   */
  readonly hear: (to: Log, error: unknown) => 'gone' | 'heard' | 'other'
}

const reasonOf = (error: unknown): string => {
  // A name with several addresses fails with one error for each.
  if (error instanceof AggregateError) return reasonOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}

export function createOutageLog(inner: Log, options: OutageLogOptions): OutageLog {
  const { server, say, nowMs, hear } = options
  let awaySinceMs: number | undefined
  let kept = 0

  function lost(error: unknown): void {
    if (awaySinceMs !== undefined) return
    awaySinceMs = nowMs()
    kept = 0
    inner[say](`${server} is away (${reasonOf(error)}); work goes on when it is back`)
  }
  function back(): void {
    if (awaySinceMs === undefined) return
    const seconds = ((nowMs() - awaySinceMs) / 1000).toFixed(1)
    awaySinceMs = undefined
    inner[say](`${server} is back after ${seconds} s`, kept === 0 ? {} : { complaints: kept })
  }

  const listening = (to: Log): Log => ({
    ...to,
    warn(text, facts: Facts = {}) {
      const error = facts['error'] ?? facts['cause']
      const heard = hear(to, error)
      if (heard === 'gone') lost(error)
      if (heard !== 'heard' && awaySinceMs === undefined) return to.warn(text, facts)
      if (awaySinceMs !== undefined) kept++
      to.debug(text, facts)
    },
    named: (part) => listening(to.named(part)),
  })
  return { log: listening(inner), lost, back }
}
