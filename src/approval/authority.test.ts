import { expect, test } from 'vitest'
import { aloneDelayMs, confirm, overLimit, peopleNeeded, unlimited } from './authority.ts'

const now = new Date('2026-03-01T12:00:00Z')
const earlier = (ms: number) => new Date(now.getTime() - ms)

test('a person without limits may approve whatever the desk allows', () => {
  expect(overLimit('ann', 1e9, 1e9, unlimited)).toBeUndefined()
})

test('a limit of one trade and of a day each name their numbers', () => {
  const limits = { tradeUsdtMax: 100, dayUsdtMax: 250 }
  expect(overLimit('ann', 100, 0, limits)).toBeUndefined()
  expect(overLimit('ann', 100.5, 0, limits)).toMatch(/100\.50 USDT is above the 100\.00 USDT/)
  expect(overLimit('ann', 100, 150, limits)).toBeUndefined()
  expect(overLimit('ann', 100, 151, limits)).toMatch(/251|151\.00 USDT today/)
  expect(overLimit('ann', 1, 0, { tradeUsdtMax: 0, dayUsdtMax: undefined })).toBeDefined()
})

test('two people are needed from the threshold on, and never where there is none', () => {
  expect(peopleNeeded(1e9, 0)).toBe(1)
  expect(peopleNeeded(499.99, 500)).toBe(1)
  expect(peopleNeeded(500, 500)).toBe(2)
})

test('the second of two people completes a step, however often the first repeats', () => {
  expect(confirm('ann', [], 2, now)).toEqual({ step: 'second-person' })
  const waiting = [{ person: 'ann', givenAt: earlier(3_600_000) }]
  expect(confirm('ann', waiting, 2, now)).toEqual({ step: 'second-person' })
  expect(confirm('bob', waiting, 2, now)).toEqual({ step: 'done' })
})

test('S15 somebody who is alone waits a quarter of an hour, counted from the first time', () => {
  const until = new Date(now.getTime() + aloneDelayMs)
  expect(confirm('ann', [], 1, now)).toEqual({ step: 'wait', until })
  const early = [{ person: 'ann', givenAt: earlier(aloneDelayMs - 1) }]
  expect(confirm('ann', early, 1, now)).toEqual({
    step: 'wait',
    until: new Date(now.getTime() + 1),
  })
  const due = [{ person: 'ann', givenAt: earlier(aloneDelayMs) }]
  expect(confirm('ann', due, 1, now)).toEqual({ step: 'done' })
})
