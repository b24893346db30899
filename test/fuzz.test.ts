// A short look at every reader of what comes from outside; `npm run -s fuzz -- --seconds 60` takes longer.
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { checkTarget } from './fuzz-inputs.ts'
import { brokenTargets, fuzzTargets } from './fuzz-targets.ts'

const budgetMs = Number(process.env['FUZZ_MS'] ?? 300)

afterAll(async () => {
  for (const { close } of fuzzTargets) await close?.()
})

test.each(fuzzTargets)('$name: whatever comes is read or refused', async (target) => {
  const told = await checkTarget(target, {
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: budgetMs,
    skipAllAfterTimeLimit: budgetMs * 10,
  })
  if (told.failed) throw new Error(fc.defaultReportMessage(told) ?? 'it failed')
  expect(told.numRuns).toBeGreaterThan(0)
})

test.each(brokenTargets)('$name is caught', async (target) => {
  expect((await checkTarget(target, { numRuns: 5_000, endOnFailure: true })).failed).toBe(true)
})
