import { expect, test } from 'vitest'
import { lastSweepOf, sweepAgeMsMax, venueNow } from './venue-now.ts'

const now = new Date('2025-11-20T12:00:00.000Z')
const before = (ms: number) => new Date(now.getTime() - ms)
const up = { state: 'up', sweptAt: before(1000), checkedAt: before(500) } as const
const is = (changes: Partial<Parameters<typeof venueNow>[0]>) =>
  venueNow({ ...up, ...changes }, now, 15_000)

test('a venue is up while sweeps ask it and it answers them', () => {
  expect(is({})).toBe('up')
  expect(is({ state: 'degraded', sweptAt: undefined })).toBe('degraded')
  expect(is({ state: 'refused' })).toBe('refused')
})

test('a venue whose answers stopped coming is not up, whatever its row says', () => {
  expect(is({ sweptAt: before(15_001) })).toBe('silent')
  expect(is({ sweptAt: undefined })).toBe('not-yet')
})

test('a venue that no sweep asks any more has no state', () => {
  expect(is({ checkedAt: before(15_001) })).toBe('not-asked')
  expect(is({ state: 'degraded', checkedAt: before(15_001) })).toBe('not-asked')
})

test('five periods without a sweep are too many, and less than fifteen seconds never are', () => {
  expect([2000, 3000, 60_000].map(sweepAgeMsMax)).toEqual([15_000, 15_000, 300_000])
})

test('the last sweep is the newest any venue tells of', () => {
  expect(lastSweepOf([])).toBeUndefined()
  expect(lastSweepOf([up, { checkedAt: now }, { checkedAt: before(9) }])).toEqual(now)
})
