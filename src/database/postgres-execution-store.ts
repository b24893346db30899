// The engine's store on PostgreSQL. A claim's epoch fences every write: whoever lost the execution changes
// nothing, and lets nothing leave.
import { sql } from 'kysely'
import type { ControlMode } from '../trade/engine/control.ts'
import type { Claim, ExecutionStore } from '../trade/engine/execution-store.ts'
import { msFromNow, now } from './clock.ts'
import { commitOrUnknown } from './commit-or-unknown.ts'
import { transact, type Database } from './connect.ts'
import { Refused, writeCommit, writeNew } from './execution-commit.ts'
import { engineVersion } from './execution-json.ts'
import { executionOf } from './execution-rows.ts'

export type ExecutionScope = {
  /** A paper desk and a live desk on one database have their own executions and their own money. */
  readonly mode: 'paper' | 'live'
  /** What this process alone knows to stop it: the stricter of that and the settings holds. */
  readonly here?: () => ControlMode
  /** Told after each commit: surfaces may look at once. */
  readonly posted?: () => void
}

const isOver = ['done', 'settled-with-diff', 'aborted'] as const

export function openPostgresExecutionStore(
  db: Database,
  { mode, here = () => 'running', posted = () => {} }: ExecutionScope,
): ExecutionStore {
  const claim = (id: string, worker: string, leaseMs: number): Promise<Claim> =>
    transact(db, async (trx) => {
      const row = await trx
        .updateTable('executions')
        .set((column) => ({
          epoch: sql<number>`${column.ref('epoch')} + 1`,
          worker,
          lease_until: msFromNow(leaseMs),
        }))
        .where('id', '=', id)
        .where('mode', '=', mode)
        // What newer code has written only newer code may carry on.
        .where('engine_version', '<=', engineVersion)
        .where((where) =>
          where.or([where('lease_until', 'is', null), where('lease_until', '<=', now)]),
        )
        .returningAll()
        .returning(now.as('at'))
        .executeTakeFirst()
      if (row === undefined) {
        const known = await trx
          .selectFrom('executions')
          .select('id')
          .where('id', '=', id)
          .where('mode', '=', mode)
          .executeTakeFirst()
        return { outcome: known === undefined ? 'absent' : 'not-yours' }
      }
      const { epoch, at } = row
      return { outcome: 'claimed', execution: await executionOf(trx, row), epoch, at }
    })

  return {
    create: (execution) =>
      transact(db, async (trx) => {
        if (await writeNew(trx, execution)) return { outcome: 'created' }
        const { id } = await trx
          .selectFrom('executions')
          .select('id')
          .where('opportunity', '=', execution.opportunity)
          .executeTakeFirstOrThrow()
        return { outcome: 'exists', id }
      }),
    claim,
    async release(id, epoch) {
      await db
        .updateTable('executions')
        .set({ lease_until: null })
        .where('id', '=', id)
        .where('epoch', '=', epoch)
        .execute()
    },
    async commit(commit) {
      try {
        const ended = await commitOrUnknown(db, (trx) => writeCommit(trx, commit, here))
        if (ended.outcome === 'unknown') return ended
        posted()
        return { outcome: 'committed', at: ended.value }
      } catch (error) {
        if (error instanceof Refused) return error.committed
        throw error
      }
    },
    // The lock waits for a commit under way, also for one whose caller has lost its connection: the
    // answer is what came of it. And it keeps the row and its legs of one moment.
    find: (id) =>
      transact(db, async (trx) => {
        const row = await trx
          .selectFrom('executions')
          .selectAll()
          .select(now.as('at'))
          .where('id', '=', id)
          .where('mode', '=', mode)
          .forShare()
          .executeTakeFirst()
        if (row === undefined) return undefined
        const { epoch, at } = row
        return { execution: await executionOf(trx, row), epoch, at }
      }),
    async listDue() {
      const rows = await db
        .selectFrom('executions')
        .select('id')
        .where('mode', '=', mode)
        .where('state', 'not in', isOver)
        .where('engine_version', '<=', engineVersion)
        // One that says nothing of when was left by whoever drove it; an exposed one waits for a person.
        .where((where) =>
          where.or([
            where('wake_at', '<=', now),
            where.and([where('wake_at', 'is', null), where('state', '<>', 'exposed')]),
          ]),
        )
        .where((where) =>
          where.or([where('lease_until', 'is', null), where('lease_until', '<=', now)]),
        )
        .orderBy('wake_at', (order) => order.asc().nullsFirst())
        .execute()
      return rows.map(({ id }) => id)
    },
    async ordersOfOthers(id, venue, orderIds) {
      if (orderIds.length === 0) return []
      const rows = await db
        .selectFrom('orders')
        .select('order_id')
        .distinct()
        .where('venue', '=', venue)
        .where('order_id', 'in', orderIds)
        .where('execution', '<>', id)
        .execute()
      return rows.flatMap(({ order_id }) => order_id ?? [])
    },
  }
}
