import { expect, test } from 'vitest'
import { restartDelayMs, restartPolicy } from './restart-policy.ts'

test('each restart waits twice as long as the one before, up to a limit', () => {
  const delays = [0, 1, 2, 6, 7, 9].map((restarts) =>
    restartDelayMs(restartPolicy, Array<number>(restarts).fill(0), 1),
  )
  expect(delays).toEqual([250, 500, 1_000, 15_000, 15_000, 15_000])
})

test('the eleventh restart within ten minutes is not made', () => {
  const restartedAt = Array.from({ length: 10 }, (_, i) => i * 1_000)
  expect(restartDelayMs(restartPolicy, restartedAt, 599_999)).toBeUndefined()
})

test('restarts of more than ten minutes ago are forgotten', () => {
  const restartedAt = Array.from({ length: 10 }, (_, i) => i * 1_000)
  expect(restartDelayMs(restartPolicy, restartedAt, 600_000)).toBe(15_000)
  expect(restartDelayMs(restartPolicy, restartedAt, 609_000)).toBe(250)
})
