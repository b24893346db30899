// What our database says after a chaos run, for the audit.
import type { Database } from '../../src/database/connect.ts'
import { parseDecimal } from '../../src/money.ts'
import type { Execution } from '../../src/trade/engine/execution.ts'
import type { ExecutionStore } from '../../src/trade/engine/execution-store.ts'

export type Balance = {
  readonly venue: string
  readonly asset: string
  readonly free: bigint
  readonly reserved: bigint
}

export type Entry = {
  readonly transaction: string
  /** Undefined: the execution's own account. */
  readonly venue: string | undefined
  readonly asset: string
  readonly amount: bigint
}

export type OurBooks = {
  readonly executions: readonly Execution[]
  readonly balances: readonly Balance[]
  readonly entries: readonly Entry[]
  readonly alerts: readonly {
    readonly execution: string
    readonly kind: string
    readonly text: string
  }[]
}

export async function readOurBooks(db: Database, store: ExecutionStore): Promise<OurBooks> {
  const ids = await db.selectFrom('executions').select('id').orderBy('id').execute()
  const executions: Execution[] = []
  for (const { id } of ids) {
    const found = await store.find(id)
    if (found !== undefined) executions.push(found.execution)
  }
  const balances = await db
    .selectFrom('balances')
    .select(['venue', 'asset', 'free', 'reserved'])
    .execute()
  const entries = await db
    .selectFrom('entries')
    .select(['transaction', 'venue', 'asset', 'amount'])
    .execute()
  const alerts = await db
    .selectFrom('execution_alerts')
    .select(['execution', 'kind', 'text'])
    .orderBy('told_at')
    .execute()
  return {
    executions,
    balances: balances.map(({ free, reserved, ...place }) => ({
      ...place,
      free: parseDecimal(free),
      reserved: parseDecimal(reserved),
    })),
    entries: entries.map(({ venue, amount, ...entry }) => ({
      ...entry,
      venue: venue ?? undefined,
      amount: parseDecimal(amount),
    })),
    alerts,
  }
}
