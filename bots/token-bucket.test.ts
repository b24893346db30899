import { expect, test } from 'vitest'
import { createTokenBuckets } from './token-bucket.ts'

function bucketsAt() {
  const clock = { ms: 0 }
  const buckets = createTokenBuckets({ burst: 3, refillMs: 1000, nowMs: () => clock.ms })
  return { clock, buckets }
}

test('a burst passes, then one a second', () => {
  const { clock, buckets } = bucketsAt()
  expect([1, 2, 3].map(() => buckets.take('ann'))).toEqual([0, 0, 0])
  expect(buckets.take('ann')).toBe(1000)
  clock.ms = 400
  expect(buckets.take('ann')).toBe(600)
  clock.ms = 1000
  expect([buckets.take('ann'), buckets.take('ann')]).toEqual([0, 1000])
})

test('one flood does not hold back another person', () => {
  const { buckets } = bucketsAt()
  for (let i = 0; i < 100; i++) buckets.take('mallory')
  expect(buckets.take('ann')).toBe(0)
})

test('the burst is never more than full, and a clock that goes back gives nothing', () => {
  const { clock, buckets } = bucketsAt()
  clock.ms = 1e9
  expect([1, 2, 3, 4].map(() => buckets.take('ann'))).toEqual([0, 0, 0, 1000])
  clock.ms = 0
  expect(buckets.take('ann')).toBe(1000)
})

test('a thousand and one strangers are remembered as a thousand', () => {
  const { buckets } = bucketsAt()
  for (let i = 0; i < 3; i++) buckets.take('first')
  for (let i = 0; i < 1000; i++) buckets.take(`stranger ${i}`)
  expect(buckets.take('first')).toBe(0)
})
