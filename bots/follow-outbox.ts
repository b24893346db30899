// How every surface learns what to tell: it reads the outbox from where it stood, woken by the hub.
import { setTimeout as sleep } from 'node:timers/promises'
import { outboxChannel, type Outbox } from '../src/notification/outbox.ts'
import type { Posted } from '../src/notification/notification.ts'
import type { Hub } from '../src/settings/hub.ts'

const batchMax = 100
// A hint can be lost, so the outbox is looked at this often without one.
const lookEveryMs = 1000
const retryMsMax = 10_000

export type OutboxFollower = {
  readonly outbox: Outbox
  readonly hub: Hub
  /** Whose position it is: "terminal". */
  readonly surface: string
  /** Delivered at least once, in order: what threw is delivered again. */
  readonly deliver: (posted: Posted) => Promise<void>
  readonly warn: (message: string) => void
  /** Told that it works again. */
  readonly recovered?: (message: string) => void
}

/** A bell that remembers being rung while nobody listened. */
function createBell(signal: AbortSignal) {
  let rung = false
  let hear: (() => void) | undefined
  const ring = () => {
    rung = true
    hear?.()
  }
  signal.addEventListener('abort', ring)
  return {
    ring,
    /** Returns at once after the signal. */
    async wait(ms: number): Promise<void> {
      if (!rung) {
        const timer = new AbortController()
        const heard = new Promise<void>((resolve) => {
          hear = resolve
        })
        await Promise.race([heard, sleep(ms, undefined, { signal: timer.signal }).catch(() => {})])
        timer.abort()
      }
      hear = undefined
      rung = signal.aborted
    },
  }
}

/**
 * Delivers until the signal, then once more what was posted before it. A database or hub that is away
 * is said once and tried again; nothing is lost meanwhile.
 */
export async function followOutbox(wiring: OutboxFollower, signal: AbortSignal): Promise<void> {
  const { outbox, hub, surface, deliver, warn, recovered } = wiring
  const bell = createBell(signal)
  let at: number | undefined
  let failures = 0
  let unsubscribe: (() => Promise<void>) | undefined

  async function deliverWaiting(): Promise<void> {
    at ??= await outbox.position(surface)
    unsubscribe ??= await hub.subscribe(outboxChannel, bell.ring)
    for (;;) {
      const batch = await outbox.read(at, batchMax)
      for (const posted of batch) {
        await deliver(posted)
        at = posted.seq
      }
      if (batch.length > 0) await outbox.moveTo(surface, at)
      if (batch.length < batchMax) return
    }
  }

  for (;;) {
    const last = signal.aborted
    try {
      await deliverWaiting()
      if (failures > 0) recovered?.(`${surface}: notifications are delivered again`)
      failures = 0
    } catch (error) {
      failures++
      if (failures === 1)
        warn(
          `${surface}: notifications wait, ${error instanceof Error ? error.message : String(error)}`,
        )
    }
    if (last) break
    await bell.wait(failures === 0 ? lookEveryMs : Math.min(retryMsMax, 500 * 2 ** failures))
  }
  await unsubscribe?.().catch(() => {})
}
