import { expect, test } from 'vitest'
import { budgetAt, fullBudget, penalisedBudget, takeWeight } from './budget-math.ts'
import { createMemoryRequestBudget } from './memory-request-budget.ts'

const rate = { weightPerSecond: 10, burst: 20 }

test('a full bucket gives its burst at once and then its rate', () => {
  const first = takeWeight(fullBudget(rate, 0), rate, 20, 0)
  expect(first.waitMs).toBe(0)
  const second = takeWeight(first.state, rate, 5, 0)
  expect(second.waitMs).toBe(500)
  expect(second.state.tokens).toBe(0)
  expect(takeWeight(second.state, rate, 5, 500).waitMs).toBe(0)
})

test('a call heavier than the bucket goes through and is paid off afterwards', () => {
  const heavy = takeWeight(fullBudget(rate, 0), rate, 50, 0)
  expect(heavy.waitMs).toBe(0)
  expect(heavy.state.tokens).toBe(-30)
  expect(takeWeight(heavy.state, rate, 1, 0).waitMs).toBe(3100)
})

test('whoever leaves something for others waits sooner, but never for more than a full bucket', () => {
  const full = fullBudget(rate, 0)
  expect(takeWeight(full, rate, 5, 0, 15).waitMs).toBe(0)
  expect(takeWeight(full, rate, 6, 0, 15).waitMs).toBe(0)
  const spent = takeWeight(full, rate, 5, 0).state
  expect(takeWeight(spent, rate, 5, 0, 15).waitMs).toBe(500)
  expect(takeWeight(spent, rate, 15, 0).waitMs).toBe(0)
})

test('a penalty pauses, halves and is forgiven slowly', () => {
  const hit = penalisedBudget(fullBudget(rate, 0), rate, 0, 2000)
  expect(takeWeight(hit, rate, 1, 1000).waitMs).toBe(1000)
  // Half the rate: a weight of 10 needs two seconds.
  expect(takeWeight({ ...hit, pausedUntilMs: 0 }, rate, 10, 0).waitMs).toBe(2000)
  expect(penalisedBudget(hit, rate, 0).share).toBe(0.25)
  expect(budgetAt(hit, rate, 5 * 60_000).share).toBe(0.75)
  expect(budgetAt(hit, rate, 60 * 60_000).share).toBe(1)
})

test('a clock that goes back gives nothing away', () => {
  const spent = takeWeight(fullBudget(rate, 1000), rate, 20, 1000).state
  expect(budgetAt(spent, rate, 0).tokens).toBe(0)
})

test('an aborted wait spends nothing', async () => {
  const budget = createMemoryRequestBudget(() => ({ weightPerSecond: 0.001, burst: 10 }))
  await budget.take('x', 5)
  await expect(budget.take('x', 6, AbortSignal.timeout(20))).rejects.toThrow(/abort|timeout/i)
  expect((await budget.take('x', 5)).waitedMs).toBeLessThan(1000)
})

test('a penalty on one venue leaves the others alone', async () => {
  const budget = createMemoryRequestBudget(() => rate)
  await budget.penalise('x', '429', 60_000)
  await budget.take('y', 1)
  await expect(budget.take('x', 1, AbortSignal.timeout(20))).rejects.toThrow(/abort|timeout/i)
})
