import { expect, onTestFinished, test } from 'vitest'
import { createHints } from './hints.ts'

const patient = { timeout: 5_000, interval: 5 }

/** Looks that end when they are told to. */
function openLooks(answers: ('done' | 'again')[] = [], atOnceMax = 4) {
  const begun: string[] = []
  const failures: string[] = []
  const open: (() => void)[] = []
  const hints = createHints({
    delayMs: 0,
    spacingMs: () => 10,
    atOnceMax,
    onError: (key) => void failures.push(key),
    async run(key) {
      begun.push(key)
      if (key === 'bad') throw new Error('the venue is away')
      await new Promise<void>((resolve) => open.push(resolve))
      return answers.shift() ?? 'done'
    },
  })
  const end = () => open.shift()?.()
  onTestFinished(async () => {
    const closing = hints.close()
    while (open.length > 0) end()
    await closing
  })
  return { hints, begun, failures, end }
}

test('ten thousand hints about one thing are one look, and one more for what came meanwhile', async () => {
  const { hints, begun, end } = openLooks()
  hints.hint('a')
  await expect.poll(() => begun, patient).toEqual(['a'])
  for (let n = 0; n < 10_000; n++) hints.hint('a')
  end()
  await expect.poll(() => begun, patient).toEqual(['a', 'a'])
  end()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(begun).toEqual(['a', 'a'])
})

test('a look that came too early is repeated, and not for ever', async () => {
  const { hints, begun, end } = openLooks(Array.from({ length: 20 }, () => 'again' as const))
  hints.hint('a')
  for (let times = 1; times <= 4; times++) {
    await expect.poll(() => begun.length, patient).toBe(times)
    end()
  }
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(begun).toHaveLength(4)
})

test('so many looks run at once, the others wait their turn, and one that fails keeps nobody waiting', async () => {
  const { hints, begun, failures, end } = openLooks([], 2)
  for (const key of ['a', 'b', 'bad', 'c']) hints.hint(key)
  await expect.poll(() => begun, patient).toEqual(['a', 'b'])
  end()
  await expect.poll(() => begun, patient).toEqual(['a', 'b', 'bad', 'c'])
  expect(failures).toEqual(['bad'])
})
