import { expect, test } from 'vitest'
import { countOf, createTally, percentileOf, readTally, tallySince } from './tally.ts'

function tallyOf(times: readonly number[]) {
  const tally = createTally()
  for (const ms of times) tally.note(ms)
  return readTally(tally.text())
}

test('a percentile is right to a few hundredths, from microseconds to a minute', () => {
  for (const unit of [0.02, 1, 50]) {
    const buckets = tallyOf(Array.from({ length: 1000 }, (_, k) => (k + 1) * unit))
    expect(countOf(buckets)).toBe(1000)
    for (const percent of [1, 50, 90, 99]) {
      const error = percentileOf(buckets, percent) / (percent * 10 * unit) - 1
      expect(Math.abs(error)).toBeLessThan(0.045)
    }
  }
})

test('nothing has no percentile, and what is too short or too long is counted at the ends', () => {
  expect(percentileOf([], 99)).toBeNaN()
  const buckets = tallyOf([0, -1, 1e9])
  expect(countOf(buckets)).toBe(3)
  expect(percentileOf(buckets, 50)).toBeLessThanOrEqual(0.01)
  expect(percentileOf(buckets, 100)).toBeGreaterThan(60_000)
})

test('what was told before is taken off, and a count that began anew stands by itself', () => {
  const earlier = tallyOf([1, 1, 5])
  const later = tallyOf([1, 1, 5, 5, 9])
  expect(countOf(tallySince(later, earlier))).toBe(2)
  expect(percentileOf(tallySince(later, earlier), 10)).toBeGreaterThan(4)
  expect(tallySince(earlier, later)).toEqual(earlier)
})
