// Says once that the queue server is gone and once that it is back, whatever number of errors its
// connections report meanwhile.
import { setTimeout as sleep } from 'node:timers/promises'
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
  /ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|Connection (is closed|terminated|ended)|terminating connection|starting up|shutting down|Command timed out|isn't writeable|Stream connection|client was closed|could not renew lock|[Mm]issing lock|[Ll]ock mismatch|did not take|not in the active state|Missing key for job/

export function watchOutages(server: string, probe: () => Promise<void>, log: Log): OutageWatch {
  const lastSaid = new Map<string, number>()
  const state = { checking: false, closed: false }

  async function check(error: Error) {
    try {
      await probe()
      sayOnce(error)
    } catch (cause) {
      if (state.closed) return
      const since = performance.now()
      log(`${server} is gone (${reasonOf(cause)}); work goes on when it is back`)
      while (!state.closed && !(await answers())) await sleep(probeEveryMs)
      const seconds = ((performance.now() - since) / 1_000).toFixed(1)
      if (!state.closed) log(`${server} is back after ${seconds} s`)
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
    if (state.closed || expected.test(error.message)) return
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
