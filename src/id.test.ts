import { expect, test } from 'vitest'
import { newId } from './id.ts'

const now = Date.UTC(2026, 5, 1)

test('an id has twelve characters that nobody misreads', () => {
  expect(newId(now)).toMatch(/^[0-9a-hjkmnp-tv-z]{12}$/)
})

test('a later id sorts after an earlier one', () => {
  const times = [0, 1, 31, 32, 1000, 86_400_000, 30 * 365 * 86_400_000].map((ms) => now + ms)
  const ids = times.map((ms) => newId(ms))
  expect(ids.toSorted()).toEqual(ids)
})

test('a thousand ids of a second are a thousand different ids', () => {
  const ids = Array.from({ length: 1000 }, (_, ms) => newId(now + ms))
  expect(new Set(ids).size).toBe(1000)
})
