// What a venue tells the private streams of an account, faults included.
import type { DeskFaults } from './desk-faults.ts'
import type { Balance } from './holdings.ts'
import type { Print, SpotOrder } from './spot-order.ts'

export type DeskEvent =
  /** An order came, was printed, amended or ended; `print` is the execution that this is about. */
  | {
      readonly kind: 'order'
      readonly order: SpotOrder
      readonly print?: Print
      readonly isAmended?: true
    }
  | { readonly kind: 'balances'; readonly balances: readonly Balance[]; readonly timeMs: number }

export type DeskListener = (event: DeskEvent) => void

export type DeskEvents = {
  tell(apiKey: string, event: DeskEvent): void
  listen(apiKey: string, listener: DeskListener): () => void
}

export function createDeskEvents(faults: DeskFaults): DeskEvents {
  const listeners = new Map<string, Set<DeskListener>>()
  const before = new Map<string, DeskEvent>()
  const say = (all: ReadonlySet<DeskListener>, events: readonly DeskEvent[]) => {
    for (const event of events) for (const listener of all) listener(event)
  }
  return {
    tell(apiKey, event) {
      const all = listeners.get(apiKey)
      if (all === undefined || all.size === 0 || faults.has('quiet-stream')) return
      if (faults.take('lossy-stream') !== undefined) return
      const last = before.get(apiKey)
      before.set(apiKey, event)
      const again = faults.has('stuttering-stream') ? [event] : []
      const old = last !== undefined && faults.has('replaying-stream') ? [last] : []
      const late = faults.take('late-stream')
      const said = [event, ...again, ...old]
      if (late === undefined) say(all, said)
      else setTimeout(() => say(all, said), late.delayMs).unref()
    },
    listen(apiKey, listener) {
      const all = (listeners.get(apiKey) ?? new Set()).add(listener)
      listeners.set(apiKey, all)
      return () => void all.delete(listener)
    },
  }
}
