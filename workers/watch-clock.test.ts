import { expect, onTestFinished, test } from 'vitest'
import { watchClock } from './watch-clock.ts'

test('F12 a clock that jumps either way is told by how much, and one that runs a little off is not', async () => {
  let [wall, elapsed] = [1_000_000, 0]
  const jumps: number[] = []
  let looks = 0
  const stop = watchClock({
    wallMs: () => wall,
    elapsedMs() {
      looks++
      return elapsed
    },
    onJump: (jumpMs) => void jumps.push(jumpMs),
    everyMs: 1,
  })
  onTestFinished(stop)
  const looked = async () => {
    const before = looks
    await expect.poll(() => looks, { interval: 1 }).toBeGreaterThan(before + 1)
  }
  elapsed += 60_000
  wall += 60_400
  await looked()
  expect(jumps).toEqual([])
  wall += 5000
  await looked()
  expect(jumps).toEqual([5000])
  wall -= 90_000
  await looked()
  expect(jumps).toEqual([5000, -90_000])
})
