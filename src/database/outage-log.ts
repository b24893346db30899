// What people hear of a database that goes away, or of its disk when it is full: that is one line a
// minute.
import type { Log } from '../log.ts'
import { createOutageLog, type OutageLog } from '../outage-log.ts'
import { saysDiskIsFull, saysServerIsGone } from './connect.ts'

const sayFullEveryMs = 60_000

/** `say` is how loud an outage's two lines are. */
export function createDatabaseOutageLog(
  inner: Log,
  say: 'warn' | 'debug',
  nowMs: () => number,
): OutageLog {
  let saidFullMs = -Infinity

  function full(to: Log, error: unknown): void {
    if (nowMs() - saidFullMs < sayFullEveryMs) return
    saidFullMs = nowMs()
    const words = error instanceof Error ? error.message : String(error)
    to.warn(`the database's disk is full (${words}); free some space, work goes on then`)
  }

  return createOutageLog(inner, {
    server: 'the database',
    say,
    nowMs,
    hear(to, error) {
      if (saysServerIsGone(error)) return 'gone'
      if (!saysDiskIsFull(error)) return 'other'
      full(to, error)
      return 'heard'
    },
  })
}
