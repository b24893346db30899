// One process at a time listens for a bot: whoever holds the lease in the database. It is asked for
// again and again, and whoever loses it stops.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChatSurface } from '../../src/notification/chat.ts'
import type { SurfaceLease } from '../../src/notification/update-store.ts'

export type ListeningWiring = {
  readonly lease: SurfaceLease
  readonly surface: ChatSurface
  readonly warn: (message: string) => void
  /**
   * Processes of which there is only one at a time may share a name: the next one then listens at once
   * where the last one was killed. One of its own when left out.
   */
  readonly owner?: string | undefined
  /** How long the lease lives unless it is prolonged: what a killed process leaves behind. */
  readonly leaseMs?: number
}

const leaseMsUsual = 9000

/** Runs `work` whenever this process is the one that listens, until the signal; its errors end it. */
export async function whileListening(
  wiring: ListeningWiring,
  work: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { lease, surface, warn, leaseMs = leaseMsUsual } = wiring
  const owner = wiring.owner ?? randomUUID()
  const renewMs = leaseMs / 3
  const pause = () => sleep(renewMs, undefined, { signal }).catch(() => {})
  let isWaiting = false

  /** Undefined: nobody could be asked. */
  const hold = () => lease.hold(surface, owner, leaseMs).catch((): undefined => undefined)

  /** Aborts when the lease is lost, or could not be prolonged for as long as it lives. */
  async function keep(held: AbortController, sinceMs: number): Promise<void> {
    let heldMs = sinceMs
    while (!held.signal.aborted) {
      await sleep(renewMs, undefined, { signal: held.signal }).catch(() => {})
      if (held.signal.aborted) return
      const askedMs = performance.now()
      const isOurs = await hold()
      if (isOurs === true) heldMs = askedMs
      else if (isOurs === false || performance.now() - heldMs > leaseMs - renewMs) held.abort()
    }
  }

  async function listen(sinceMs: number): Promise<void> {
    const held = new AbortController()
    const keeping = keep(held, sinceMs)
    try {
      await work(AbortSignal.any([signal, held.signal]))
    } finally {
      const isLost = held.signal.aborted
      held.abort()
      await keeping
      if (isLost && !signal.aborted)
        warn(`${surface}: the right to listen was lost; it is asked for again`)
      await lease.release(surface, owner).catch(() => {})
    }
  }

  while (!signal.aborted) {
    const askedMs = performance.now()
    if ((await hold()) === true) {
      isWaiting = false
      await listen(askedMs)
      continue
    }
    if (!isWaiting) warn(`${surface}: another process listens; this one waits for its turn`)
    isWaiting = true
    await pause()
  }
}
