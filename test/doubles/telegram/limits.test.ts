import { expect, test } from 'vitest'
import { createLimits, telegramLimits } from './limits.ts'

function limitsAt(enforced: boolean) {
  const clock = { ms: 0 }
  const limits = createLimits({ ...telegramLimits, enforced }, () => clock.ms)
  const take = (chatId: number, messages = 1) =>
    limits.take({ chatId, isGroup: chatId < 0, method: 'sendMessage', messages })
  return { clock, limits, take }
}

test('a chat takes a short burst and then one message a second', () => {
  const { clock, limits, take } = limitsAt(true)
  expect([take(1), take(1), take(1), take(1)]).toEqual([undefined, undefined, undefined, 1])
  clock.ms = 1_000
  expect([take(1), take(1)]).toEqual([undefined, 1])
  expect(take(2)).toBeUndefined()
  expect(limits.taken(1)).toBe(4)
})

test('a group takes twenty in a minute, and says when there is room again', () => {
  const { clock, take } = limitsAt(true)
  for (let count = 0; count < 20; count++) {
    expect(take(-1)).toBeUndefined()
    clock.ms += 1_000
  }
  expect(take(-1)).toBe(40)
  clock.ms = 60_001
  expect(take(-1)).toBeUndefined()
})

test('an album counts as all its pictures', () => {
  const { clock, limits, take } = limitsAt(true)
  expect(take(-1, 10)).toBeUndefined()
  expect(take(-1)).toBe(1)
  clock.ms = 3_000
  expect(take(-1, 10)).toBeUndefined()
  clock.ms = 6_000
  expect(take(-1)).toBe(54)
  expect(limits.taken(-1)).toBe(20)
})

test('unless enforced, what is too much passes and is only counted', () => {
  const { limits, take } = limitsAt(false)
  for (let count = 0; count < 5; count++) expect(take(1)).toBeUndefined()
  expect(limits.excesses).toHaveLength(2)
  expect(limits.excesses[0]).toMatchObject({ chatId: 1, limit: 'second', retryAfterSeconds: 1 })
  limits.enforce(true)
  expect(take(1)).toBe(1)
})
