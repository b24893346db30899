import { expect, onTestFinished, test, vi } from 'vitest'
import { createUpdateQueue } from './updates.ts'

const nobodyLeaves = new AbortController().signal
const queueAt = (now: () => number) => createUpdateQueue({ now, onDelivered: () => undefined })

test('of pollers that keep quarrelling the next ones wait three seconds for their 409', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const queue = queueAt(() => Date.now())
  const poll = () => queue.poll({ timeout: 50 }, nobodyLeaves)
  const first = poll()
  const second = poll()
  expect(await first).toMatchObject({ ok: false, error_code: 409 })
  const third = poll()
  const nothingYet = Promise.withResolvers<string>()
  setTimeout(() => nothingYet.resolve('nothing yet'), 2_900)
  const race = Promise.race([second, nothingYet.promise])
  await vi.advanceTimersByTimeAsync(2_950)
  expect(await race).toBe('nothing yet')
  await vi.advanceTimersByTimeAsync(100)
  expect(await second).toMatchObject({ error_code: 409 })
  await vi.advanceTimersByTimeAsync(50_000)
  expect(await third).toEqual({ ok: true, result: [] })
})

test('a poller that goes away takes nothing with it', async () => {
  const queue = queueAt(() => 0)
  const caller = new AbortController()
  const polling = queue.poll({ timeout: 50 }, caller.signal)
  caller.abort()
  expect(await polling).toBeUndefined()
  queue.push({ chat_member: {} as never })
  expect(queue.pending()).toBe(0)
})

test('a webhook ends the poll that waits', async () => {
  const queue = queueAt(() => 0)
  const polling = queue.poll({ timeout: 50 }, nobodyLeaves)
  queue.setWebhook('https://desk.example')
  expect(await polling).toMatchObject({ description: 'Conflict: terminated by setWebhook request' })
})
