import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestDesk, type TestDesk } from '../test/desk.ts'
import type { Posted } from '../src/notification/notification.ts'
import { followOutbox } from './follow-outbox.ts'

let testDesk: TestDesk
beforeAll(async () => {
  testDesk = await openTestDesk()
})
afterAll(() => testDesk.close())

let surfaces = 0

/** A follower, what it delivered and said, and the way to stop it. */
function follow(deliver: (posted: Posted) => void = () => {}, changes: object = {}) {
  const delivered: string[] = []
  const warnings: string[] = []
  const stopping = new AbortController()
  const surface = `surface ${++surfaces}`
  const start = (signal: AbortSignal) =>
    followOutbox(
      {
        outbox: testDesk.runtime.outbox,
        hub: testDesk.runtime.queues,
        surface,
        warn: (message) => void warnings.push(message),
        recovered: (message) => void warnings.push(message),
        async deliver(posted) {
          deliver(posted)
          if (posted.notification.kind === 'status') delivered.push(posted.notification.subject)
        },
        ...changes,
      },
      signal,
    )
  const running = start(stopping.signal)
  const stop = async () => {
    stopping.abort()
    await running
  }
  return { delivered, warnings, stop, start, surface }
}

const say = (subject: string) => testDesk.desk.announce({ kind: 'status', subject, text: '' })
/** Until the follower has taken its place in the outbox. */
const settled = async (surface: string) => {
  await expect.poll(() => testDesk.runtime.outbox.position(surface)).toBeGreaterThanOrEqual(0)
}

test('what is posted is delivered in order, soon, and once', async () => {
  const { delivered, stop, surface } = follow()
  await settled(surface)
  for (const subject of ['a', 'b', 'c']) await say(subject)
  await expect.poll(() => delivered, { timeout: 5000 }).toEqual(['a', 'b', 'c'])
  await stop()
  expect(delivered).toEqual(['a', 'b', 'c'])
})

test('what was posted before the stop is still delivered', async () => {
  const { delivered, stop, surface } = follow()
  await settled(surface)
  await say('last words')
  await stop()
  expect(delivered).toEqual(['last words'])
})

test('a restart goes on where the last one stood', async () => {
  const { delivered, stop, start, surface } = follow()
  await settled(surface)
  await say('before')
  await stop()
  await say('meanwhile')
  const again = new AbortController()
  again.abort()
  await start(again.signal)
  expect(delivered).toEqual(['before', 'meanwhile'])
})

test('what could not be delivered is said once and delivered again', async () => {
  let faults = 2
  const { delivered, warnings, stop, surface } = follow(() => {
    if (faults-- > 0) throw new Error('the chat is away')
  })
  await settled(surface)
  await say('stubborn')
  await expect.poll(() => delivered, { timeout: 10_000 }).toEqual(['stubborn'])
  await expect.poll(() => warnings.length).toBe(2)
  expect(warnings[0]).toContain('the chat is away')
  expect(warnings[1]).toContain('delivered again')
  await stop()
})

test('a lost wake-up delays, it does not lose', async () => {
  const deaf = { hub: { publish: async () => {}, subscribe: async () => async () => {} } }
  const { delivered, stop, surface } = follow(undefined, deaf)
  await settled(surface)
  await say('unheard')
  await expect.poll(() => delivered, { timeout: 5000 }).toEqual(['unheard'])
  await stop()
})
