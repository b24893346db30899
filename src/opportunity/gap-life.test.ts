import { expect, test } from 'vitest'
import { createGapTracker } from './gap-life.ts'

const start = 1_700_000_040_000
const minute = (n: number) => new Date(start + n * 60_000)

test('a gap lives from when it is first seen until it is gone', () => {
  const gaps = createGapTracker()
  gaps.seen('r', 0.01, start)
  gaps.seen('r', 0.03, start + 400)
  expect(gaps.seen('r', 0.02, start + 1000)).toEqual({
    route: 'r',
    firstSeenMs: start,
    lastSeenMs: start + 1000,
    net: 0.02,
    netBest: 0.03,
    samples: 3,
  })
  expect(gaps.ended('r', start + 1500, 3000)).toMatchObject({ livedMs: 1500, tooShortToAsk: true })
  expect(gaps.ended('r', start + 1600, 3000)).toBeUndefined()
  expect([gaps.openCount(), gaps.tooShortCount()]).toEqual([0, 1])
})

test('a gap that outlived the wait is not too short', () => {
  const gaps = createGapTracker()
  gaps.seen('r', 0.01, start)
  expect(gaps.ended('r', start + 3000, 3000)).toMatchObject({ livedMs: 3000, tooShortToAsk: false })
  expect(gaps.tooShortCount()).toBe(0)
})

test('gaps nobody sees any more end when they were last seen', () => {
  const gaps = createGapTracker()
  gaps.seen('old', 0.01, start)
  gaps.seen('old', 0.01, start + 2000)
  gaps.seen('new', 0.01, start + 9000)
  expect(gaps.endSilent(start + 10_000, 5000, 1000)).toMatchObject([
    { route: 'old', livedMs: 2000, tooShortToAsk: false },
  ])
  expect(gaps.of('new')).toBeDefined()
})

test('each minute tells how often, how wide and how long', () => {
  const gaps = createGapTracker()
  gaps.seen('r', 0.01, start + 50_000)
  gaps.seen('r', 0.03, start + 55_000)
  gaps.seen('s', 0.05, start + 59_000)
  expect(gaps.drain(start + 59_999)).toEqual([])
  gaps.ended('r', start + 190_000, 0)
  expect(gaps.drain(start + 61_000)).toEqual([
    { route: 'r', minute: minute(0), samples: 2, netMax: 0.03, netMean: 0.02, openMs: 10_000 },
    { route: 's', minute: minute(0), samples: 1, netMax: 0.05, netMean: 0.05, openMs: 0 },
  ])
  expect(gaps.drain(start + 190_000, 'all')).toEqual([
    { route: 'r', minute: minute(1), samples: 0, netMax: 0.03, netMean: 0.03, openMs: 60_000 },
    { route: 'r', minute: minute(2), samples: 0, netMax: 0.03, netMean: 0.03, openMs: 60_000 },
    { route: 'r', minute: minute(3), samples: 0, netMax: 0.03, netMean: 0.03, openMs: 10_000 },
  ])
  expect(gaps.drain(start + 190_000, 'all')).toEqual([])
})

test('memory is bounded however many routes open', () => {
  const gaps = createGapTracker(10)
  for (let n = 0; n < 1000; n++) gaps.seen(`r${n}`, 0.01, start)
  expect(gaps.openCount()).toBe(10)
  expect(gaps.drain(start, 'all').length).toBeLessThanOrEqual(20)
})
