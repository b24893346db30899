// Opens what one process of the desk needs and hands it out. Nothing here decides anything.
import type { ApprovalStore } from './approval/approval-store.ts'
import type { Config } from './config.ts'
import { openDatabase } from './database/connect.ts'
import { createOutageLog } from './database/outage-log.ts'
import { openPostgresApprovalStore } from './database/postgres-approval-store.ts'
import { openPostgresHistoryStore } from './database/postgres-history-store.ts'
import { openPostgresMarketStore } from './database/postgres-market-store.ts'
import { openPostgresOutbox } from './database/postgres-outbox.ts'
import { openPostgresRequestBudget } from './database/postgres-request-budget.ts'
import { openPostgresSettingsStore } from './database/postgres-settings-store.ts'
import { openPostgresShardStore } from './database/postgres-shard-store.ts'
import { openPostgresTradeStore } from './database/postgres-trade-store.ts'
import { knownExchange } from './exchanges/known-exchanges.ts'
import type { HistoryStore } from './history/history-store.ts'
import type { Facts, Log } from './log.ts'
import type { MarketStore } from './market/market-store.ts'
import type { RequestBudget } from './market/request-budget.ts'
import type { ShardStore } from './market/shard-store.ts'
import type { Notification } from './notification/notification.ts'
import { outboxChannel, type Outbox } from './notification/outbox.ts'
import { openQueues, type Queues } from './queues/queues.ts'
import { openLiveSettings, type LiveSettings } from './settings/live-settings.ts'
import { defaultSettings, parseSetting, type SettingKey } from './settings/settings.ts'
import type { SettingsStore } from './settings/settings-store.ts'
import type { TradeStore } from './trade/trade-store.ts'

/** What every process has: the truth, the wake-ups, the settings. */
export type Runtime = {
  readonly config: Config
  /** Falls silent while the database is away, which is said once. */
  readonly log: Log
  readonly approvals: ApprovalStore
  readonly trades: TradeStore
  readonly markets: MarketStore
  readonly shards: ShardStore
  readonly history: HistoryStore
  readonly outbox: Outbox
  readonly settings: LiveSettings
  readonly settingsHistory: SettingsStore['history']
  readonly budget: RequestBudget
  readonly queues: Queues
  /** Writes to the outbox and wakes the surfaces. */
  readonly announce: (notification: Notification) => Promise<void>
  readonly executeTrade: (tradeId: string) => Promise<void>
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

/** `name` shows in the database's own list of connections. Throws with one line when a server is away. */
export async function openRuntime(config: Config, inner: Log, name: string): Promise<Runtime> {
  const databaseUrl = config.databaseUrl?.reveal()
  if (databaseUrl === undefined) throw new Error('no database is known to this process')
  // Whoever is closing knows that servers go away.
  let isClosing = false
  const say = config.run === undefined ? 'warn' : 'debug'
  const outage = createOutageLog(inner, say, () => performance.now())
  const { log } = outage
  const warn = (line: string, facts: Facts = {}) => void (isClosing || log.warn(line, facts))
  const database = openDatabase({
    url: databaseUrl,
    name: `arbdesk ${name}`,
    onLost: (error) => void (isClosing || outage.lost(error)),
    onConnected: outage.back,
  })
  const { db } = database
  /** What cannot be opened whole is closed again: a command that fails must still be able to end. */
  const giveUp = (parts: readonly { close(): Promise<void> }[]) => async (error: unknown) => {
    isClosing = true
    for (const part of parts) await part.close()
    throw error
  }
  const queues = await openQueues({
    databaseUrl,
    redisUrl: config.redisUrl?.reveal(),
    log: (line, cause) => warn(line, cause === undefined ? {} : { cause }),
  }).catch(giveUp([database]))
  const settingsStore = openPostgresSettingsStore(db)
  const settings = await openLiveSettings({
    store: settingsStore,
    hub: queues,
    defaults: defaultSettings(config.market.kind === 'live' ? 'other' : 'simulator'),
    overrides: overridesOf(config),
    warn,
  }).catch(giveUp([queues, database]))
  const outbox = openPostgresOutbox(db)
  const scope = { mode: config.mode }
  return {
    config,
    log,
    approvals: openPostgresApprovalStore(db, scope),
    trades: openPostgresTradeStore(db, scope),
    markets: openPostgresMarketStore(db),
    shards: openPostgresShardStore(db),
    history: openPostgresHistoryStore(db),
    outbox,
    settings,
    settingsHistory: (...asked) => settingsStore.history(...asked),
    budget: openPostgresRequestBudget(db, (venue) => knownExchange(venue)?.requestRate),
    queues,
    async announce(notification) {
      await outbox.post(notification)
      // It is posted: a surface that misses the message looks by itself a moment later.
      await queues
        .publish(outboxChannel, '')
        .catch((error: unknown) => warn('surfaces were not woken', { error }))
    },
    executeTrade: (trade) => queues.enqueue('execute-trade', { trade }, { id: trade }),
    async close() {
      isClosing = true
      await settings.close()
      await queues.close()
      await database.close()
    },
  }
}
