import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Level } from '../notification/chart.ts'
import { capped, overlapOf, priceRange, sizeWorthShowing, stairs } from './ladders.ts'

const ladder = (levels: readonly Level[]): readonly Level[] => {
  let sum = 0
  return levels.map(([price, size]): Level => [price, (sum += size)])
}

/** What crossing both books level by level would earn. */
function earned(asks: readonly Level[], bids: readonly Level[]): number {
  const askLeft = asks.map(([, size]) => size)
  const bidLeft = bids.map(([, size]) => size)
  let gain = 0
  for (let a = 0, b = 0; a < asks.length && b < bids.length;) {
    const margin = (bids[b] as Level)[0] - (asks[a] as Level)[0]
    if (margin <= 0) break
    const size = Math.min(askLeft[a] as number, bidLeft[b] as number)
    gain += size * margin
    askLeft[a] = (askLeft[a] as number) - size
    bidLeft[b] = (bidLeft[b] as number) - size
    if (askLeft[a] === 0) a++
    else b++
  }
  return gain
}

const areaOf = (corners: readonly Level[]): number =>
  corners.reduce(
    (area, [price, size], n) => area + (price - (corners[n - 1]?.[0] ?? price)) * size,
    0,
  )

test('the area below both ladders is what a trade through both books would earn', () => {
  const side = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 12 })
  const size = fc.integer({ min: 1, max: 9 })
  fc.assert(
    fc.property(side, side, fc.array(size, { minLength: 24, maxLength: 24 }), (up, down, sizes) => {
      const asks = up.toSorted((a, b) => a - b).map((p, n): Level => [p, sizes[n] as number])
      const bids = down.toSorted((a, b) => b - a).map((p, n): Level => [p, sizes[12 + n] as number])
      const area = areaOf(overlapOf(ladder(asks), ladder(bids)))
      expect(area).toBeCloseTo(earned(asks, bids), 6)
    }),
    { numRuns: 2000 },
  )
})

test('books that do not cross have no overlap', () => {
  expect(overlapOf([[101, 1]], [[100, 1]])).toEqual([])
  expect(overlapOf([[100, 1]], [[100, 1]])).toEqual([])
  expect(overlapOf([], [[100, 1]])).toEqual([])
})

test('a ladder climbs a step at each level', () => {
  expect(
    stairs([
      [100, 1],
      [101, 3],
    ]),
  ).toEqual([
    [100, 0],
    [100, 1],
    [101, 1],
    [101, 3],
  ])
})

test('the prices around both best are shown; all there are when a side is missing', () => {
  expect(priceRange([[100, 1]], [[102, 1]])).toEqual([98, 104])
  expect(priceRange([[100, 1]], [[100, 1]])[0]).toBeLessThan(100)
  expect(
    priceRange(
      [
        [100, 1],
        [109, 2],
      ],
      [],
    ),
  ).toEqual([100, 109])
})

test('the plan fits into the plot, depth far above it does not', () => {
  expect(sizeWorthShowing([1, 500], 2, 1)).toBe(5)
  expect(sizeWorthShowing([1, 2], 0, 10)).toBe(11.5)
  expect(sizeWorthShowing([1, 3], 0, 0)).toBe(3)
  expect(capped([[100, 500]], 5)).toEqual([[100, 5]])
})
