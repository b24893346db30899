// The desk as commands see it: a process's runtime without what commands have no business with.
import type { Desk } from '../src/commands/command.ts'
import type { Runtime } from '../src/runtime.ts'

export const deskOf = (runtime: Runtime): Desk => ({
  labels: { mode: runtime.config.mode, market: runtime.config.market.kind },
  approvals: runtime.approvals,
  trades: runtime.trades,
  markets: runtime.markets,
  shards: runtime.shards,
  history: runtime.history,
  settings: runtime.settings,
  settingsHistory: runtime.settingsHistory,
  executeTrade: runtime.executeTrade,
  announce: runtime.announce,
})
