// Says once that the queue server is gone and once that it is back, whatever number of errors its
// connections report meanwhile.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Outage } from '../outage-log.ts'
import type { Log } from './transport.ts'
import { reasonOf } from './unreachable.ts'

export type OutageWatch = {
  /** Any error of any connection. Cheap, and safe to call a thousand times a second. */
  report(error: Error): void
  close(): void
}

const probeEveryMs = 250
/** Held back for a minute when the very same thing goes wrong again. */
const repeatMs = 60_000

/** Connections report these while the server answers again already, or for a lock that is lost. */
const expected =
  /ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|Connection (is closed|terminated|ended)|terminating connection|starting up|shutting down|Command timed out|isn't writeable|Stream connection|client was closed|could not (?:renew lock|be prolonged)|[Mm]issing lock|[Ll]ock mismatch|did not take|not in the active state|Missing key for job/

/** True for an error that comes with an outage and says nothing more. */
export const comesWithOutage = (error: unknown): boolean =>
  error instanceof Error && expected.test(error.message)

/** The two lines of an outage, for whoever has no quieter way. */
export function outageLines(server: string, log: Log): Outage {
  let sinceMs = 0
  return {
    lost(error) {
      sinceMs = performance.now()
      log(`${server} is gone (${reasonOf(error)}); work goes on when it is back`)
    },
    back() {
      const seconds = ((performance.now() - sinceMs) / 1_000).toFixed(1)
      log(`${server} is back after ${seconds} s`)
    },
  }
}

/** `outage` is told; `log` says what goes wrong while the server answers. */
export function watchOutages(
  server: string,
  probe: () => Promise<void>,
  log: Log,
  outage: Outage,
): OutageWatch {
  const lastSaid = new Map<string, number>()
  const state = { checking: false, closed: false }

  async function check(error: Error) {
    try {
      await probe()
      sayOnce(error)
    } catch (cause) {
      if (state.closed) return
      outage.lost(cause)
      while (!state.closed && !(await answers())) await sleep(probeEveryMs)
      if (!state.closed) outage.back()
    } finally {
      state.checking = false
    }
  }

  const answers = () =>
    probe().then(
      () => true,
      () => false,
    )

  function sayOnce(error: Error) {
    if (state.closed || comesWithOutage(error)) return
    const now = performance.now()
    if (now - (lastSaid.get(error.message) ?? -repeatMs) < repeatMs) return
    if (lastSaid.size > 100) lastSaid.clear()
    lastSaid.set(error.message, now)
    log(`${server}: ${error.message}`, error)
  }

  return {
    report(error) {
      if (state.closed || state.checking) return
      state.checking = true
      void check(error)
    },
    close() {
      state.closed = true
    },
  }
}
