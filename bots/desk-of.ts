// The desk as commands see it: a process's runtime without what commands have no business with.
import type { Desk } from '../src/commands/command.ts'
import type { Runtime } from '../src/runtime.ts'

/** `runs` as in Desk; a process of a running desk, or one that joined it, needs not say it. */
export const deskOf = (
  runtime: Runtime,
  runs = runtime.config.run === undefined ? undefined : true,
): Desk => ({
  labels: { mode: runtime.config.mode, market: runtime.config.market.kind },
  runs,
  approvals: runtime.approvals,
  trades: runtime.trades,
  exposures: runtime.exposures,
  breakers: runtime.breakers,
  transfers: runtime.transfers,
  reconciling: runtime.reconciling,
  accountStreams: runtime.accountStreams,
  markets: runtime.markets,
  shards: runtime.shards,
  history: runtime.history,
  profits: runtime.profits,
  exports: runtime.exports,
  people: runtime.people,
  audit: runtime.audit,
  urgentAlerts: runtime.urgentAlerts,
  alertRules: runtime.alertRules,
  wishes: runtime.wishes,
  killLatch: runtime.killLatch,
  logs: runtime.logs,
  readVitals: runtime.readVitals,
  queue: { backend: runtime.queues.backend, isReady: () => runtime.queues.isReady() },
  chats: runtime.chats,
  settings: runtime.settings,
  settingsHistory: runtime.settingsHistory,
  executeTrade: runtime.executeTrade,
  answerExposure: runtime.answerExposure,
  quoteExposure: runtime.quoteExposure,
  announce: runtime.announce,
})
