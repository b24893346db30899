// Says that a desk which worked stands still, where people can hear it: in the chats, and where the
// database is away, on the webhook itself.
import type { Labels } from '../src/notification/labels.ts'
import type { Notification } from '../src/notification/notification.ts'
import { durationText } from '../src/notification/time-text.ts'
import { messageOf, type WebhookMessage } from '../src/notification/webhook-message.ts'
import type { Pulse } from './desk-pulse.ts'

export type StallAlarmWiring = {
  readonly labels: Labels
  readonly announce: (notification: Notification) => Promise<void>
  /** Past the database; false when nobody heard it. Absent without a webhook. */
  readonly call?: (message: WebhookMessage) => Promise<boolean>
  readonly nowMs: () => number
}

export type StallAlarm = {
  /** To be called every few seconds. */
  note(pulse: Pulse): Promise<void>
}

/** Restarts and takeovers are over by then. */
export const stalledMsMin = 3 * 60_000
const subject = 'The desk stands still'

export function createStallAlarm({ labels, announce, call, nowMs }: StallAlarmWiring): StallAlarm {
  /** A desk that has yet to begin its work is no desk that stopped. */
  let hasWorked = false
  let illSinceMs: number | undefined
  let toldInChats = false
  let toldOutside = false

  async function recovered(): Promise<void> {
    hasWorked = true
    const forMs = nowMs() - (illSinceMs ?? nowMs())
    if (toldInChats || toldOutside)
      await announce({
        kind: 'alert',
        severity: 'P2',
        subject,
        text: `It works again, after ${durationText(forMs)}.`,
      })
    illSinceMs = undefined
    toldInChats = false
    toldOutside = false
  }

  return {
    async note(pulse) {
      if (pulse.outcome === 'well') return recovered()
      illSinceMs ??= nowMs()
      const forMs = nowMs() - illSinceMs
      if (!hasWorked || forMs < stalledMsMin) return
      const alert = {
        kind: 'alert',
        severity: 'P0',
        subject,
        text: `For ${durationText(forMs)}: ${pulse.because}.`,
      } as const
      if (pulse.database && !toldInChats) {
        await announce(alert)
        toldInChats = true
      }
      if (!pulse.database && !toldOutside && call !== undefined)
        toldOutside = await call(messageOf(alert, '', new Date(), labels))
    },
  }
}
