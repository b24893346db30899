// The execution store on a fresh PostgreSQL database, with what its tests need around it.
import { openDatabase, type Database } from '../src/database/connect.ts'
import { migrate } from '../src/database/migrate.ts'
import { openPostgresApprovalStore } from '../src/database/postgres-approval-store.ts'
import { openPostgresExecutionStore } from '../src/database/postgres-execution-store.ts'
import { openPostgresOutbox } from '../src/database/postgres-outbox.ts'
import { openPostgresSettingsStore } from '../src/database/postgres-settings-store.ts'
import { format, parseDecimal } from '../src/money.ts'
import type { Notification } from '../src/notification/notification.ts'
import type { Opportunity } from '../src/opportunity/opportunity.ts'
import type { Execution } from '../src/trade/engine/execution.ts'
import type { ExecutionStoreBench } from './execution-store-contract.ts'
import { newExecution } from './executions.ts'
import { freshDatabase } from './fresh-database.ts'
import { crossOpportunity } from './opportunities.ts'

export type PostgresExecutionBench = Omit<ExecutionStoreBench, 'approved'> & {
  readonly url: string
  readonly db: Database
  readonly approved: (opportunity?: Opportunity) => Promise<Execution>
  /** Everything that people were told, in order. */
  readonly posts: () => Promise<readonly Notification[]>
}

export async function openPostgresExecutionBench(): Promise<PostgresExecutionBench> {
  const database = await freshDatabase()
  await migrate({ databaseUrl: database.url })
  const one = openDatabase({ url: database.url, name: 'one' })
  const two = openDatabase({ url: database.url, name: 'two' })
  const { db } = one
  const approvals = openPostgresApprovalStore(db, { mode: 'paper' })
  const settings = openPostgresSettingsStore(two.db)
  let made = 0
  const set = (key: 'desk.killed' | 'desk.paused', to: boolean) =>
    settings.change(key, !to, to, 'terminal:ann')
  const posts = async () =>
    (await openPostgresOutbox(db).read(0, 10_000)).map(({ notification }) => notification)
  return {
    url: database.url,
    db,
    posts,
    stores: [
      openPostgresExecutionStore(db, { mode: 'paper' }),
      openPostgresExecutionStore(two.db, { mode: 'paper' }),
    ],
    async approved(shown) {
      const opportunity =
        shown ?? crossOpportunity({ route: `cross BTC/USDT kucoin>binance ${made++}` })
      const asked = await approvals.ask(opportunity, 60_000)
      if (asked.outcome !== 'asked') throw new Error(asked.outcome)
      const { id: approval } = asked.approval
      const answered = await approvals.answer(approval, { verdict: 'granted', by: 'auto' })
      if (answered.outcome !== 'answered' || answered.approval.state !== 'granted')
        throw new Error(answered.outcome)
      return newExecution(opportunity, { id: answered.approval.trade, approval })
    },
    async fund(venue, asset, amount) {
      const free = format(amount)
      await db
        .insertInto('balances')
        .values({ mode: 'paper', venue, asset, free })
        .onConflict((conflict) =>
          conflict.columns(['mode', 'venue', 'asset']).doUpdateSet({ free }),
        )
        .execute()
    },
    async funds(venue, asset) {
      const row = await db
        .selectFrom('balances')
        .select(['free', 'reserved'])
        .where('venue', '=', venue)
        .where('asset', '=', asset)
        .executeTakeFirst()
      return { free: parseDecimal(row?.free ?? '0'), reserved: parseDecimal(row?.reserved ?? '0') }
    },
    async press(mode) {
      const killed = await set('desk.killed', mode === 'killed')
      const paused = await set('desk.paused', mode === 'paused')
      return (mode === 'paused' ? paused : killed)?.at ?? new Date(0)
    },
    async pass(ms) {
      const sooner = (at: Date | null) => (at === null ? null : new Date(at.getTime() - ms))
      const rows = await db
        .selectFrom('executions')
        .select(['id', 'lease_until', 'wake_at'])
        .execute()
      for (const { id, lease_until, wake_at } of rows)
        await db
          .updateTable('executions')
          .set({ lease_until: sooner(lease_until), wake_at: sooner(wake_at) })
          .where('id', '=', id)
          .execute()
    },
    told: async () => (await posts()).flatMap((post) => (post.kind === 'alert' ? [post.text] : [])),
    async close() {
      await one.close()
      await two.close()
      await database.drop()
    },
  }
}
