// All stores on a fresh database, for tests that need what a process of the desk has and no queue.
import type { ApprovalStore } from '../src/approval/approval-store.ts'
import { openDatabase } from '../src/database/connect.ts'
import { migrate } from '../src/database/migrate.ts'
import { openPostgresApprovalStore } from '../src/database/postgres-approval-store.ts'
import { openPostgresExecutionStore } from '../src/database/postgres-execution-store.ts'
import { openPostgresHistoryStore } from '../src/database/postgres-history-store.ts'
import { openPostgresMarketStore } from '../src/database/postgres-market-store.ts'
import { openPostgresOutbox } from '../src/database/postgres-outbox.ts'
import { openPostgresShardStore } from '../src/database/postgres-shard-store.ts'
import { openPostgresTradeStore } from '../src/database/postgres-trade-store.ts'
import type { HistoryStore } from '../src/history/history-store.ts'
import type { MarketStore } from '../src/market/market-store.ts'
import type { ShardStore } from '../src/market/shard-store.ts'
import { parseDecimal } from '../src/money.ts'
import type { Notification } from '../src/notification/notification.ts'
import type { Opportunity } from '../src/opportunity/opportunity.ts'
import type { ExecutionStore } from '../src/trade/engine/execution-store.ts'
import type { TradeStore } from '../src/trade/trade-store.ts'
import { forgetExecutions, forgetLedger } from './forget-ledger.ts'
import { freshDatabase } from './fresh-database.ts'

export type TestStores = {
  readonly url: string
  readonly approvals: ApprovalStore
  readonly trades: TradeStore
  readonly executions: ExecutionStore
  readonly markets: MarketStore
  readonly shards: ShardStore
  readonly history: HistoryStore
  /** Everything that people were told, in order. */
  readonly told: () => Promise<readonly Notification[]>
  /** Forgets everything. */
  readonly empty: () => Promise<void>
  /** As when the database goes away: whatever is asked from now on fails. */
  readonly cutOff: () => Promise<void>
  readonly close: () => Promise<void>
}

const scope = { mode: 'paper' } as const
/** Whoever refers to another comes before it. */
const tables = [
  'outbox',
  'reservations',
  'residuals',
  'fills',
  'legs',
  'trades',
  'votes',
  'approvals',
  'mandates',
  'opportunity_legs',
  'opportunities',
  'balances',
  'deposits',
  'markets',
  'assets',
  'watchlist',
  'shards',
  'asset_values',
  'venue_statuses',
  'gaps',
  'refusals',
  'prices',
  'books',
] as const

/** Another process on the same database. */
export function openStores(url: string): Omit<TestStores, 'close'> {
  const { db, close } = openDatabase({ url, name: 'test' })
  const outbox = openPostgresOutbox(db)
  return {
    url,
    told: async () => (await outbox.read(0, 1000)).map(({ notification }) => notification),
    approvals: openPostgresApprovalStore(db, scope),
    trades: openPostgresTradeStore(db, scope),
    executions: openPostgresExecutionStore(db, scope),
    markets: openPostgresMarketStore(db),
    shards: openPostgresShardStore(db),
    history: openPostgresHistoryStore(db),
    empty: () =>
      db.transaction().execute(async (trx) => {
        await forgetLedger(trx)
        await forgetExecutions(trx)
        for (const table of tables) await trx.deleteFrom(table).execute()
      }),
    cutOff: close,
  }
}

export async function openTestStores(): Promise<TestStores> {
  const database = await freshDatabase()
  await migrate({ databaseUrl: database.url })
  const stores = openStores(database.url)
  return {
    ...stores,
    async close() {
      await stores.cutOff()
      await database.drop()
    },
  }
}

/** Asks and grants as the desk itself does; returns the trade's id. */
export async function grantTrade(
  { approvals }: Pick<TestStores, 'approvals'>,
  opportunity: Opportunity,
): Promise<string> {
  const asked = await approvals.ask(opportunity, 60_000)
  if (asked.outcome !== 'asked') throw new Error(`${opportunity.route} is open already`)
  const { outcome, ...answer } = await approvals.answer(asked.approval.id, {
    verdict: 'granted',
    by: 'auto',
  })
  if (outcome !== 'answered' || !('approval' in answer) || answer.approval.state !== 'granted')
    throw new Error(`${opportunity.route} was not granted`)
  return answer.approval.trade
}

/** `{ 'kucoin USDT': '1000' }` as paper balances. */
export const declare = (
  { trades }: Pick<TestStores, 'trades'>,
  balances: Readonly<Record<string, string>>,
) =>
  trades.declareBalances(
    Object.entries(balances).map(([place, free]) => {
      const [venue = '', asset = ''] = place.split(' ')
      return { venue, asset, free: parseDecimal(free) }
    }),
  )

/** Free and reserved money of each asset over all venues, exactly. */
export async function totals({
  trades,
}: Pick<TestStores, 'trades'>): Promise<ReadonlyMap<string, bigint>> {
  const sums = new Map<string, bigint>()
  for (const { asset, free, reserved } of await trades.balances())
    sums.set(asset, (sums.get(asset) ?? 0n) + free + reserved)
  return sums
}
