// Tells somebody outside each minute that the desk lives. When it does not, or when this process is gone,
// there is silence, and whoever watches the address raises the alarm.
import type { Log } from '../src/log.ts'
import type { Secret } from '../src/secret.ts'
import type { Pulse } from './desk-pulse.ts'
import { request } from './post-webhook.ts'

export type Heartbeat = {
  /** To be called every few seconds: pings when it is time and the desk is well. */
  beat(pulse: Pulse): Promise<void>
}

export const beatEveryMs = 60_000
/** A ping that was lost is sent again after this. */
const retryMs = 10_000

export function createHeartbeat(
  url: Secret,
  { log, nowMs }: { readonly log: Pick<Log, 'warn' | 'info'>; readonly nowMs: () => number },
): Heartbeat {
  let nextMs = -Infinity
  let isFailing = false
  return {
    async beat(pulse) {
      if (pulse.outcome === 'ill' || nowMs() < nextMs) return
      // By the minute, however late this look comes.
      const isLate = nowMs() - nextMs >= beatEveryMs
      nextMs = (isLate ? nowMs() : nextMs) + beatEveryMs
      const heard = await request(url, undefined)
      if (heard.outcome === 'heard') {
        if (isFailing) log.info('the heartbeat is heard again')
        isFailing = false
        return
      }
      nextMs = nowMs() + Math.max(retryMs, heard.afterMs ?? 0)
      if (!isFailing) log.warn('the heartbeat is not heard', { detail: heard.detail })
      isFailing = true
    },
  }
}
