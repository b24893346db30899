import { expect, test } from 'vitest'
import type { RestFailure } from './market-rest.ts'
import { afterFailure, healthy, isNews } from './venue-health.ts'

const failure = (reason: RestFailure['reason'], retryAfterMs?: number): RestFailure => ({
  outcome: 'failed',
  reason,
  detail: reason,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
})

test('C9 a failing venue is tried later and later, up to two minutes, with jitter', () => {
  let health = healthy
  const waits: number[] = []
  for (let i = 0; i < 9; i++) {
    health = afterFailure(health, failure('unreachable'), 0, 0.5)
    waits.push(health.nextTryMs)
  }
  expect(waits.slice(0, 4)).toEqual([2000, 4000, 8000, 16_000])
  expect(waits.at(-1)).toBe(120_000)
  expect(afterFailure(healthy, failure('unreachable'), 0, 0).nextTryMs).toBe(1500)
})

test("the venue's own wish counts when it is longer", () => {
  expect(afterFailure(healthy, failure('rate-limited', 60_000), 0, 0.5).nextTryMs).toBe(60_000)
})

test('refused from here is said once and hardly retried', () => {
  const refused = afterFailure(healthy, failure('refused'), 0, 0.5)
  expect(refused.state).toBe('refused')
  expect(refused.reason).toContain('not available from here')
  expect(isNews(healthy, refused)).toBe(true)
  expect(isNews(refused, afterFailure(refused, failure('refused'), 0, 0.5))).toBe(false)
})
