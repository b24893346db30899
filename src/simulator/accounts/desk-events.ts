// What a venue tells the private streams of an account, faults included.
import type { DeskFaults } from './desk-faults.ts'
import type { Balance } from './holdings.ts'
import type { Print, SpotOrder } from './spot-order.ts'

export type DeskEvent =
  /** An order came, was printed or ended; `print` is the execution that this is about. */
  | { readonly kind: 'order'; readonly order: SpotOrder; readonly print?: Print }
  | { readonly kind: 'balances'; readonly balances: readonly Balance[]; readonly timeMs: number }

export type DeskListener = (event: DeskEvent) => void

export type DeskEvents = {
  tell(apiKey: string, event: DeskEvent): void
  listen(apiKey: string, listener: DeskListener): () => void
}

export function createDeskEvents(faults: DeskFaults): DeskEvents {
  const listeners = new Map<string, Set<DeskListener>>()
  return {
    tell(apiKey, event) {
      const all = listeners.get(apiKey)
      if (all === undefined || all.size === 0 || faults.has('quiet-stream')) return
      if (faults.take('lossy-stream') !== undefined) return
      const count = faults.has('stuttering-stream') ? 2 : 1
      for (let i = 0; i < count; i++) for (const listener of all) listener(event)
    },
    listen(apiKey, listener) {
      const all = (listeners.get(apiKey) ?? new Set()).add(listener)
      listeners.set(apiKey, all)
      return () => void all.delete(listener)
    },
  }
}
