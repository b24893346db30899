import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import type { BudgetRate } from '../market/budget-math.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { migrate } from './migrate.ts'
import { openPostgresRequestBudget } from './postgres-request-budget.ts'

let database: FreshDatabase
let one: OpenDatabase
let two: OpenDatabase
beforeAll(async () => {
  database = await freshDatabase()
  await migrate({ databaseUrl: database.url })
  one = openDatabase({ url: database.url })
  two = openDatabase({ url: database.url })
})
afterAll(async () => {
  await one.close()
  await two.close()
  await database.drop()
})
beforeEach(async () => {
  await sql`truncate request_budgets`.execute(one.db)
})

/** So slow that only what was saved up can be spent during a test. */
const slow: BudgetRate = { weightPerSecond: 0.000_1, burst: 10 }
const budgetOf = ({ db }: OpenDatabase, rate: BudgetRate | undefined = slow) =>
  openPostgresRequestBudget(db, (venue) => (venue === 'unknown' ? undefined : rate))
const row = async () => one.db.selectFrom('request_budgets').selectAll().executeTakeFirstOrThrow()

test('two workers spend one budget between them', async () => {
  const stop = new AbortController()
  let granted = 0
  const taken = Promise.allSettled(
    Array.from({ length: 16 }, async (_, i) => {
      await budgetOf(i % 2 ? one : two).take('kucoin', 1, stop.signal)
      granted++
    }),
  )
  await vi.waitUntil(() => granted >= 10, { timeout: 20_000 })
  await sql`select pg_sleep(0.1)`.execute(one.db)
  stop.abort()
  await taken
  expect(granted).toBe(10)
})

test('a caller who leaves room does not starve one who needs it', async () => {
  const patient = (signal: AbortSignal) => budgetOf(one).take('kucoin', 2, signal, 5)
  const stop = new AbortController()
  await patient(stop.signal)
  await patient(stop.signal)
  const third = patient(stop.signal)
  await budgetOf(two).take('kucoin', 5)
  stop.abort(new Error('enough'))
  await expect(third).rejects.toThrow('enough')
  expect((await row()).tokens).toBeCloseTo(1, 1)
})

test('waiting ends with the reason of the signal, and nothing is spent', async () => {
  await budgetOf(one).take('kucoin', 10)
  const stop = new AbortController()
  const waiting = budgetOf(one).take('kucoin', 5, stop.signal)
  const before = await row()
  stop.abort(new Error('the desk stops'))
  await expect(waiting).rejects.toThrow('the desk stops')
  expect(await row()).toEqual(before)
  await expect(budgetOf(one).take('kucoin', 5, stop.signal)).rejects.toThrow('the desk stops')
})

test('weight comes back with time', async () => {
  const quick = budgetOf(one, { weightPerSecond: 50, burst: 10 })
  const startMs = performance.now()
  await quick.take('kucoin', 10)
  await quick.take('kucoin', 5)
  // 5 at 50 a second; the database rounds its time to a millisecond.
  expect(performance.now() - startMs).toBeGreaterThan(98)
})

test('a penalty halves the budget of everybody and pauses it', async () => {
  await budgetOf(one).penalise('kucoin', '429', 100)
  await budgetOf(two).penalise('kucoin', '418', 300)
  const penalised = await row()
  expect(penalised).toMatchObject({ tokens: 0, reason: '418' })
  expect(penalised.share).toBeCloseTo(0.25, 3)
  await budgetOf(two, { weightPerSecond: 1e6, burst: 10 }).take('kucoin', 1)
  const { counted_at: takenAt } = await row()
  expect(takenAt.getTime()).toBeGreaterThanOrEqual(penalised.paused_until.getTime())
})

test('a venue that nobody knows a limit of is not limited', async () => {
  expect(await budgetOf(one).take('unknown', 1000)).toEqual({ waitedMs: 0 })
  await budgetOf(one).penalise('unknown', '429')
})
