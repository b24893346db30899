// Takes urgent alerts to the webhook, each until it was heard, and says in the chats when that fails.
import type { AlertCall, AlertCallStore } from '../src/notification/urgent-alert.ts'
import type { Labels } from '../src/notification/labels.ts'
import type { Notification } from '../src/notification/notification.ts'
import { webhookMessage } from '../src/notification/webhook-message.ts'
import type { Secret } from '../src/secret.ts'
import { request, type Heard } from './post-webhook.ts'

export type AlertCallerWiring = {
  readonly url: Secret
  readonly calls: AlertCallStore
  readonly labels: Labels
  readonly announce: (notification: Notification) => Promise<void>
  readonly warn: (message: string, facts?: Readonly<Record<string, unknown>>) => void
}

export type AlertCaller = {
  /** Starts whatever may be posted now. */
  pump(): Promise<void>
  /** How the webhook stands, for whoever asks after the desk. */
  readonly state: () => 'unknown' | 'works' | 'fails'
  /** Waits for what is under way, for about a second. */
  close(): Promise<void>
}

/** Longer than any request takes: nobody else posts an alert that this process is posting. */
const leaseMs = 30_000
const underWayMax = 4
const firstRetryMs = 1000
const retryMsMax = 60_000
/** One failure is nobody's business; these in a row are. */
const failuresTold = 3
const closeMsMax = 1000

export const retryMs = (tries: number, afterMs = 0): number =>
  Math.max(afterMs, Math.min(retryMsMax, firstRetryMs * 2 ** Math.min(tries - 1, 10)))

const subject = 'alert webhook'

export function createAlertCaller(wiring: AlertCallerWiring): AlertCaller {
  const { url, calls, labels, announce, warn } = wiring
  const underWay = new Set<Promise<void>>()
  const closing = new AbortController()
  let failures = 0
  let isTold = false
  let state: 'unknown' | 'works' | 'fails' = 'unknown'

  /** Several requests end at once, and one of them tells; what could not be told is told by the next. */
  async function tell(fails: boolean, text: string): Promise<void> {
    if (isTold === fails) return
    isTold = fails
    try {
      await announce({ kind: 'alert', severity: fails ? 'P1' : 'P2', subject, text })
    } catch (error) {
      isTold = !fails
      throw error
    }
  }

  async function note(heard: Heard): Promise<void> {
    state = heard.outcome === 'heard' ? 'works' : 'fails'
    if (heard.outcome === 'heard') {
      failures = 0
      return tell(false, 'The alert webhook takes alerts again.')
    }
    failures++
    if (failures < failuresTold) return
    await tell(
      true,
      `The alert webhook takes no alerts: ${heard.detail}. They are posted again and again; chats have them too.`,
    )
  }

  async function post({ seq, tries, posted }: AlertCall): Promise<void> {
    const heard = await request(url, webhookMessage(posted, labels), closing.signal)
    if (closing.signal.aborted) return
    if (heard.outcome === 'heard') await calls.heard(seq)
    else await calls.failed(seq, retryMs(tries, heard.afterMs))
    await note(heard)
  }

  async function pump(): Promise<void> {
    while (underWay.size < underWayMax && !closing.signal.aborted) {
      const call = await calls.next(leaseMs)
      if (call === undefined) return
      const posting = post(call).catch((error: unknown) =>
        warn('an alert on its way to the webhook is tried again', { error }),
      )
      underWay.add(posting)
      void posting.finally(() => underWay.delete(posting))
    }
  }

  return {
    pump,
    state: () => state,
    async close() {
      const timer = setTimeout(() => closing.abort(), closeMsMax)
      await Promise.all(underWay)
      clearTimeout(timer)
      closing.abort()
    },
  }
}
