// Writes down for the whole desk that somebody pressed the file latch of this folder, and tells people.
import { hostname } from 'node:os'
import type { Runtime } from '../src/runtime.ts'
import { killAlertSubject } from '../src/settings/kill-latch.ts'

type LatchWiring = Pick<Runtime, 'killLatch' | 'settings' | 'announce' | 'log'>

const lookEveryMs = 500

async function adopt({ killLatch, settings, announce }: LatchWiring): Promise<void> {
  const host = hostname()
  const changed = await settings.change('desk.killed', 'true', `latch:${host}`)
  // Whoever pressed the switch itself has been told about already.
  if (changed.outcome !== 'changed') return
  await announce({
    kind: 'alert',
    severity: 'P0',
    subject: killAlertSubject,
    text: `Somebody made ${killLatch.file} on ${host}: nothing new is sent on any venue. Trades under way finish or are unwound. Only "kill release" takes it away.`,
  })
}

/** Looks until the returned function is called. A database that is away is waited for. */
export function adoptLatch(wiring: LatchWiring): () => void {
  const { killLatch, log } = wiring
  let adopted = false
  let busy = false
  const look = async () => {
    if (!killLatch.isPressed()) adopted = false
    if (busy || adopted || !killLatch.isPressed()) return
    busy = true
    try {
      await adopt(wiring)
      adopted = true
    } catch (error) {
      log.warn('the pressed latch is not written down yet', { error })
    } finally {
      busy = false
    }
  }
  const timer = setInterval(() => void look(), lookEveryMs)
  void look()
  return () => clearInterval(timer)
}
