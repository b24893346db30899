// What the parent of a chaos run does on the database: it makes executions, presses the switches, and looks
// at how far everything has come. The database may be away at any moment, so everything is tried again.
import { setTimeout as sleep } from 'node:timers/promises'
import { now } from '../../src/database/clock.ts'
import { openDatabase } from '../../src/database/connect.ts'
import { openPostgresApprovalStore } from '../../src/database/postgres-approval-store.ts'
import { openPostgresExecutionStore } from '../../src/database/postgres-execution-store.ts'
import { openPostgresSettingsStore } from '../../src/database/postgres-settings-store.ts'
import type { Opportunity } from '../../src/opportunity/opportunity.ts'
import { isOver, type Execution } from '../../src/trade/engine/execution.ts'
import { answerDueAt } from '../../src/trade/engine/obey.ts'
import { readOurBooks, type OurBooks } from './our-books.ts'

export type Floor = {
  /** @throws Error when the database stays away. */
  create(opportunity: Opportunity, executionOf: (ids: Ids) => Execution): Promise<string>
  fund(venue: string, asset: string, amount: string): Promise<void>
  press(key: 'desk.killed' | 'desk.paused', to: boolean): Promise<void>
  /** As if so much time had passed for the leases of these workers. */
  endLeases(workers: readonly string[]): Promise<void>
  /** How many a worker has just now, dead or alive. */
  heldBy(worker: string): Promise<number>
  /** Where everything stands. */
  progress(): Promise<Progress>
  books(): Promise<OurBooks>
  close(): Promise<void>
}

export type Progress = {
  /** Made, and taken up by nobody yet. */
  readonly waiting: number
  /** On their way; an exposed one too, for as long as the desk will do something about it by itself. */
  readonly underWay: readonly string[]
  /** A person's now. */
  readonly exposed: readonly string[]
  readonly over: readonly string[]
}

export type Ids = { readonly trade: string; readonly approval: string }

const awayMsMax = 60_000
const againMs = 250
const approvalMs = 600_000

async function untilDone<T>(work: () => Promise<T>): Promise<T> {
  const until = performance.now() + awayMsMax
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (performance.now() > until) throw error
      await sleep(againMs)
    }
  }
}

export function openFloor(databaseUrl: string): Floor {
  const { db, close } = openDatabase({ url: databaseUrl, name: 'chaos' })
  const approvals = openPostgresApprovalStore(db, { mode: 'paper' })
  const settings = openPostgresSettingsStore(db)
  const store = openPostgresExecutionStore(db, { mode: 'paper' })

  /** Asking twice finds what the first asking left, should its answer have been lost. */
  async function approve(opportunity: Opportunity): Promise<Ids> {
    const asked = await untilDone(() => approvals.ask(opportunity, approvalMs))
    const open = asked.outcome === 'not-ours' ? undefined : asked.approval
    if (open === undefined) throw new Error(`${opportunity.id} could not be asked for`)
    const granting = { verdict: 'granted', by: 'auto' } as const
    await untilDone(() => approvals.answer(open.id, granting))
    const granted = await untilDone(() => approvals.find(open.id))
    if (granted?.state !== 'granted') throw new Error(`${open.id} was not granted`)
    return { trade: granted.trade, approval: open.id }
  }

  return {
    close,
    async create(opportunity, executionOf) {
      const execution = executionOf(await approve(opportunity))
      const created = await untilDone(() => store.create(execution))
      return created.outcome === 'exists' ? created.id : execution.id
    },
    fund: (venue, asset, amount) =>
      untilDone(async () => {
        await db
          .insertInto('balances')
          .values({ mode: 'paper', venue, asset, free: amount })
          .onConflict((known) => known.doNothing())
          .execute()
      }),
    press: (key, to) =>
      untilDone(async () => void (await settings.change(key, !to, to, 'terminal:chaos'))),
    endLeases: (workers) =>
      untilDone(async () => {
        await db
          .updateTable('executions')
          .set({ lease_until: now })
          .where('worker', 'in', workers.length === 0 ? [''] : workers)
          .where('lease_until', 'is not', null)
          .execute()
      }),
    heldBy: async (worker) => {
      const { held } = await db
        .selectFrom('executions')
        .select((column) => column.fn.countAll<number>().as('held'))
        .where('worker', '=', worker)
        .where('lease_until', '>', now)
        .executeTakeFirstOrThrow()
      return held
    },
    async progress() {
      const rows = await untilDone(() =>
        db.selectFrom('executions').select(['id', 'state', 'epoch']).execute(),
      )
      const ids = (fits: (row: (typeof rows)[number]) => boolean) =>
        rows.filter(fits).map(({ id }) => id)
      const exposed = ids(({ state }) => state === 'exposed')
      const persons = new Set<string>()
      for (const id of exposed) {
        const found = await untilDone(() => store.find(id))
        if (found !== undefined && answerDueAt(found.execution) === undefined) persons.add(id)
      }
      return {
        waiting: ids(({ epoch }) => epoch === 0).length,
        underWay: ids(({ id, state }) => !isOver(state) && !persons.has(id)),
        exposed: [...persons],
        over: ids(({ state }) => isOver(state)),
      }
    },
    books: () => untilDone(() => readOurBooks(db, store)),
  }
}
