// Opens what one process of the desk needs and hands it out. Nothing here decides anything.
import type { ApprovalStore } from './approval/approval-store.ts'
import type { PeopleStore } from './approval/people-store.ts'
import type { Config } from './config.ts'
import { openDatabase } from './database/connect.ts'
import { checkDeskMode } from './database/desk-mode.ts'
import { createDatabaseOutageLog } from './database/outage-log.ts'
import { openPostgresAlertCallStore } from './database/postgres-alert-call-store.ts'
import { openPostgresAlertRuleStore } from './database/postgres-alert-rule-store.ts'
import { openPostgresApprovalStore } from './database/postgres-approval-store.ts'
import { openPostgresAudit } from './database/postgres-audit.ts'
import { openPostgresBreakerStore } from './database/postgres-breaker-store.ts'
import { openPostgresButtonStore } from './database/postgres-button-store.ts'
import { openPostgresChatStore } from './database/postgres-chat-store.ts'
import { openPostgresGatewayStore } from './database/postgres-gateway-store.ts'
import { openPostgresExecutionStore } from './database/postgres-execution-store.ts'
import { openPostgresExposureStore } from './database/postgres-exposure-store.ts'
import { openPostgresExportStore } from './database/postgres-export-store.ts'
import { openPostgresDayReportStore } from './database/postgres-day-report-store.ts'
import { openPostgresHistoryStore } from './database/postgres-history-store.ts'
import { openPostgresLogStore } from './database/postgres-log-store.ts'
import { openPostgresMarketStore } from './database/postgres-market-store.ts'
import { openPostgresMessageStore } from './database/postgres-message-store.ts'
import { openPostgresOutbox } from './database/postgres-outbox.ts'
import { openPostgresPeopleStore } from './database/postgres-people-store.ts'
import { openPostgresProfitStore } from './database/postgres-profit-store.ts'
import { openPostgresReconcileStore } from './database/postgres-reconcile-store.ts'
import { openPostgresRequestBudget } from './database/postgres-request-budget.ts'
import { openPostgresSettingsStore } from './database/postgres-settings-store.ts'
import { openPostgresShardStore } from './database/postgres-shard-store.ts'
import { openPostgresStreamStore } from './database/postgres-stream-store.ts'
import { openPostgresTransferStore } from './database/postgres-transfer-store.ts'
import { openPostgresTradeStore } from './database/postgres-trade-store.ts'
import { connectionName, openPostgresVitals } from './database/postgres-vitals.ts'
import { openPostgresUrgentAlertStore } from './database/postgres-urgent-alert-store.ts'
import { openPostgresWatchWishStore } from './database/postgres-watch-wish-store.ts'
import {
  openPostgresSurfaceLease,
  openPostgresUpdateStore,
} from './database/postgres-update-store.ts'
import { signedOrders, type SignedBefore } from './database/signed-orders.ts'
import { openSignerLease, type SignerLease } from './database/signer-lease.ts'
import { knownExchange } from './exchanges/known-exchanges.ts'
import type { Audit } from './history/audit.ts'
import type { ExportStore } from './history/export-store.ts'
import type { HistoryStore } from './history/history-store.ts'
import type { LogStore } from './history/log-store.ts'
import type { ProfitStore } from './history/profit-store.ts'
import type { ReadVitals } from './history/vitals.ts'
import type { Facts, Log } from './log.ts'
import type { MarketStore } from './market/market-store.ts'
import type { RequestBudget } from './market/request-budget.ts'
import type { ShardStore } from './market/shard-store.ts'
import type { AlertRuleStore } from './notification/alert-rule.ts'
import type { ButtonStore } from './notification/button-store.ts'
import type { ChatStore } from './notification/chat-store.ts'
import type { DayReportStore } from './notification/day-report.ts'
import type { GatewayStore } from './notification/gateway-store.ts'
import type { MessageStore } from './notification/message-store.ts'
import type { Notification } from './notification/notification.ts'
import { outboxChannel, type Outbox } from './notification/outbox.ts'
import type { SurfaceLease, UpdateStore } from './notification/update-store.ts'
import type { AlertCallStore, UrgentAlertStore } from './notification/urgent-alert.ts'
import type { WatchWishStore } from './opportunity/watch-wish.ts'
import { createRedisOutageLog } from './queues/outage-log.ts'
import { openQueues, type Queues } from './queues/queues.ts'
import { createKillLatch, type KillLatch } from './settings/kill-latch.ts'
import { openLiveSettings, type LiveSettings } from './settings/live-settings.ts'
import { defaultSettings, parseSetting, type SettingKey } from './settings/settings.ts'
import type { SettingsStore } from './settings/settings-store.ts'
import type { ControlMode } from './trade/engine/control.ts'
import type { ExecutionStore } from './trade/engine/execution-store.ts'
import type { BreakerStore } from './trade/breaker-store.ts'
import type { ReconcileStore } from './trade/reconcile/reconcile-store.ts'
import type { ExposureStore } from './trade/exposure-store.ts'
import type { StreamStore } from './trade/stream-store.ts'
import type { TradeStore } from './trade/trade-store.ts'
import type { TransferStore } from './trade/transfer/transfer-store.ts'

/** What every process has: the truth, the wake-ups, the settings. */
export type Runtime = {
  readonly config: Config
  /** Falls silent while the database or Redis is away, which is said once. */
  readonly log: Log
  readonly approvals: ApprovalStore
  readonly trades: TradeStore
  readonly executions: ExecutionStore
  readonly exposures: ExposureStore
  readonly transfers: TransferStore
  readonly breakers: BreakerStore
  readonly reconciling: ReconcileStore
  readonly accountStreams: StreamStore
  readonly signerLease: SignerLease
  /** Of the last 24 hours. */
  readonly signedOrders: () => Promise<readonly SignedBefore[]>
  readonly markets: MarketStore
  readonly shards: ShardStore
  readonly history: HistoryStore
  readonly profits: ProfitStore
  readonly exports: ExportStore
  readonly people: PeopleStore
  readonly audit: Audit
  readonly logs: LogStore
  readonly readVitals: ReadVitals
  readonly outbox: Outbox
  readonly chats: ChatStore
  readonly messages: MessageStore
  readonly buttons: ButtonStore
  readonly updates: UpdateStore
  readonly urgentAlerts: UrgentAlertStore
  readonly alertCalls: AlertCallStore
  readonly alertRules: AlertRuleStore
  readonly wishes: WatchWishStore
  readonly dayReports: DayReportStore
  readonly killLatch: KillLatch
  readonly surfaceLease: SurfaceLease
  readonly gateways: GatewayStore
  readonly settings: LiveSettings
  readonly settingsHistory: SettingsStore['history']
  readonly budget: RequestBudget
  readonly queues: Queues
  /** Writes to the outbox and wakes the surfaces. */
  readonly announce: (notification: Notification) => Promise<void>
  readonly executeTrade: (tradeId: string) => Promise<void>
  readonly answerExposure: (answerId: string) => Promise<void>
  readonly quoteExposure: (tradeId: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** `--set` pairs of this run; the supervisor has checked them already. */
const overridesOf = (config: Config): ReadonlyMap<SettingKey, unknown> =>
  new Map(
    Object.entries(config.run?.overrides ?? {}).flatMap(([key, text]) => {
      const read = parseSetting(key, text)
      return read.outcome === 'ok' ? [[read.key, read.value] as const] : []
    }),
  )

/** What this process alone knows to stop it: its folder's latch, an override of this run. */
const stoppedHere = (settings: LiveSettings, latch: KillLatch): ControlMode => {
  const { 'desk.killed': isKilled, 'desk.paused': isPaused } = settings.current()
  if (isKilled || latch.isPressed()) return 'killed'
  return isPaused ? 'paused' : 'running'
}

/** `name` shows in the database's own list of connections. Throws with one line when a server is away. */
export async function openRuntime(config: Config, inner: Log, name: string): Promise<Runtime> {
  const databaseUrl = config.databaseUrl?.reveal()
  if (databaseUrl === undefined) throw new Error('no database is known to this process')
  // Whoever is closing knows that servers go away.
  let isClosing = false
  const say = config.run === undefined ? 'warn' : 'debug'
  const nowMs = () => performance.now()
  const ofDatabase = createDatabaseOutageLog(inner, say, nowMs)
  const ofRedis = createRedisOutageLog(ofDatabase.log, say, nowMs)
  const { log } = ofRedis
  const ofQueue = config.redisUrl === undefined ? ofDatabase : ofRedis
  const warn = (line: string, facts: Facts = {}) => void (isClosing || log.warn(line, facts))
  const database = openDatabase({
    url: databaseUrl,
    name: connectionName(name, process.pid),
    onLost: (error) => void (isClosing || ofDatabase.lost(error)),
    onConnected: ofDatabase.back,
  })
  const { db } = database
  /** What cannot be opened whole is closed again: a command that fails must still be able to end. */
  const giveUp = (parts: readonly { close(): Promise<void> }[]) => async (error: unknown) => {
    isClosing = true
    for (const part of parts) await part.close()
    throw error
  }
  await checkDeskMode(db, config.mode).catch(giveUp([database]))
  const queues = await openQueues({
    databaseUrl,
    // A Redis may be shared by mistake; the jobs of real money are no others' then either.
    ...(config.mode === 'live' && { prefix: 'arbdesk-live' }),
    redisUrl: config.redisUrl?.reveal(),
    log: (line, cause) => warn(line, cause === undefined ? {} : { cause }),
    outage: {
      lost: (error) => void (isClosing || ofQueue.lost(error)),
      back: ofQueue.back,
    },
  }).catch(giveUp([database]))
  const settingsStore = openPostgresSettingsStore(db)
  const killLatch = createKillLatch(config.home)
  const settings = await openLiveSettings({
    store: settingsStore,
    hub: queues,
    defaults: defaultSettings(config.market.kind === 'live' ? 'other' : 'simulator', config.mode),
    overrides: overridesOf(config),
    since: new Date(config.run?.overridesSince ?? 0),
    warn,
    latch: killLatch,
  }).catch(giveUp([queues, database]))
  const outbox = openPostgresOutbox(db)
  const scope = { mode: config.mode }
  // It is posted: a surface that misses the message looks by itself a moment later.
  const wake = () =>
    queues
      .publish(outboxChannel, '')
      .catch((error: unknown) => warn('surfaces were not woken', { error }))
  return {
    config,
    log,
    approvals: openPostgresApprovalStore(db, { ...scope, posted: () => void wake() }),
    trades: openPostgresTradeStore(db, scope),
    executions: openPostgresExecutionStore(db, {
      ...scope,
      here: () => stoppedHere(settings, killLatch),
      posted: () => void wake(),
    }),
    exposures: openPostgresExposureStore(db, { ...scope, posted: () => void wake() }),
    transfers: openPostgresTransferStore(db, {
      ...scope,
      here: () => stoppedHere(settings, killLatch),
      posted: () => void wake(),
    }),
    breakers: openPostgresBreakerStore(db, { ...scope, posted: () => void wake() }),
    reconciling: openPostgresReconcileStore(db, { ...scope, posted: () => void wake() }),
    accountStreams: openPostgresStreamStore(db, scope),
    signerLease: openSignerLease(db),
    signedOrders: () => signedOrders(db, config.mode),
    markets: openPostgresMarketStore(db),
    shards: openPostgresShardStore(db),
    history: openPostgresHistoryStore(db),
    profits: openPostgresProfitStore(db, scope),
    exports: openPostgresExportStore(db, scope),
    people: openPostgresPeopleStore(db, { ...scope, configured: config.operators }),
    audit: openPostgresAudit(db),
    logs: openPostgresLogStore(db),
    readVitals: openPostgresVitals(db),
    outbox,
    chats: openPostgresChatStore(db),
    messages: openPostgresMessageStore(db),
    buttons: openPostgresButtonStore(db),
    updates: openPostgresUpdateStore(db),
    urgentAlerts: openPostgresUrgentAlertStore(db, { posted: () => void wake() }),
    alertCalls: openPostgresAlertCallStore(db),
    alertRules: openPostgresAlertRuleStore(db, { posted: () => void wake() }),
    wishes: openPostgresWatchWishStore(db),
    dayReports: openPostgresDayReportStore(db, { ...scope, posted: () => void wake() }),
    killLatch,
    surfaceLease: openPostgresSurfaceLease(db),
    gateways: openPostgresGatewayStore(db),
    settings,
    settingsHistory: (...asked) => settingsStore.history(...asked),
    budget: openPostgresRequestBudget(db, (venue) => knownExchange(venue)?.requestRate),
    queues,
    async announce(notification) {
      await outbox.post(notification)
      await wake()
    },
    executeTrade: (trade) => queues.enqueue('execute-trade', { trade }, { id: trade }),
    answerExposure: (answer) => queues.enqueue('answer-exposure', { answer }, { id: answer }),
    quoteExposure: (trade) => queues.enqueue('quote-exposures', { trade }, { id: trade }),
    async close() {
      isClosing = true
      await settings.close()
      await queues.close()
      await database.close()
    },
  }
}
