// A short look at every reader of what comes from outside; `npm run -s fuzz -- --seconds 60` takes longer.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fuzzTargets } from './fuzz-targets.ts'

const budgetMs = Number(process.env['FUZZ_MS'] ?? 300)

test.each(fuzzTargets)('$name: whatever comes is read or refused', ({ property }) => {
  const told = fc.check(property, {
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: budgetMs,
    skipAllAfterTimeLimit: budgetMs * 10,
  })
  if (told.failed) throw new Error(fc.defaultReportMessage(told) ?? 'it failed')
  expect(told.numRuns).toBeGreaterThan(0)
})
