// Executions driven by hand on a database of their own, and the money that they move there.
import { openPostgresTradeStore } from '../src/database/postgres-trade-store.ts'
import { format, parseDecimal } from '../src/money.ts'
import type { Opportunity } from '../src/opportunity/opportunity.ts'
import type { Execution } from '../src/trade/engine/execution.ts'
import type { ExecutionStore } from '../src/trade/engine/execution-store.ts'
import type { TradeStore } from '../src/trade/trade-store.ts'
import { driveByHand, intentsOf, plannedFill, type DrivenExecution } from './driven-execution.ts'
import { forgetTrades } from './forget-ledger.ts'
import {
  openPostgresExecutionBench,
  type PostgresExecutionBench,
} from './postgres-execution-bench.ts'
import { declare } from './stores.ts'

type How = readonly [
  opportunity: Opportunity,
  store?: ExecutionStore | undefined,
  change?: Partial<Execution>,
]

export type MoneyBench = Pick<PostgresExecutionBench, 'db' | 'stores' | 'posts' | 'close'> & {
  readonly trades: TradeStore
  readonly forget: () => Promise<void>
  readonly declare: (balances: Readonly<Record<string, string>>) => Promise<unknown>
  /** `{ 'kucoin USDT': [free, reserved] }` */
  readonly balances: () => Promise<Readonly<Record<string, readonly [string, string]>>>
  /** True when what is reserved is what trades hold, place by place. */
  readonly isHeldBySomebody: () => Promise<boolean>
  /** Nothing of it is written down as an order yet. */
  readonly planned: (...how: How) => Promise<DrivenExecution>
  /** Its orders are at their venues. */
  readonly begun: (...how: How) => Promise<DrivenExecution>
}

const at = new Date()

/** This step, as it was planned. */
export const fillStep = (driven: DrivenExecution, step: number): Promise<void> =>
  driven.print({ [step]: [plannedFill(driven.current(), step, at)] }, at)

export async function sendAll(driven: DrivenExecution): Promise<void> {
  await driven.send(intentsOf(driven.current(), at), at)
}

export async function openMoneyBench(): Promise<MoneyBench> {
  const { db, stores, posts, approved, close } = await openPostgresExecutionBench()
  const trades = openPostgresTradeStore(db, { mode: 'paper' })
  async function planned(...[opportunity, store = stores[0], change = {}]: How) {
    const driven = await driveByHand(store, await approved(opportunity))
    await driven.go({ state: 'preflight', ...change })
    await driven.enter('legs')
    return driven
  }
  return {
    db,
    stores,
    posts,
    close,
    trades,
    forget: () => forgetTrades(db),
    declare: (balances) => declare({ trades }, balances),
    async balances() {
      const rows = await trades.balances()
      return Object.fromEntries(
        rows.map(({ venue, asset, free, reserved }) => [
          `${venue} ${asset}`,
          [format(free), format(reserved)] as const,
        ]),
      )
    },
    async isHeldBySomebody() {
      const holdings = await db.selectFrom('reservations').selectAll().execute()
      return (await trades.balances()).every(({ venue, asset, reserved }) => {
        const own = holdings.filter((one) => one.venue === venue && one.asset === asset)
        return reserved === own.reduce((sum, { held }) => sum + parseDecimal(held), 0n)
      })
    },
    planned,
    async begun(...how) {
      const driven = await planned(...how)
      await sendAll(driven)
      await driven.acknowledge()
      return driven
    },
  }
}
