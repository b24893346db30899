import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fillShare } from './fill-share.ts'

test('C15 a market whose book is not there when we come is counted on for less, and for more again later', () => {
  expect(fillShare([])).toBe(1)
  expect(fillShare([1, 1, 1])).toBe(1)
  expect(fillShare([0])).toBe(0.8)
  expect(fillShare([0, 0, 0, 0])).toBe(0.5)
  expect(fillShare([0.5, 0.5, 0.5, 0.5])).toBe(0.75)
  expect(fillShare(Array.from({ length: 100 }, () => 0))).toBe(0.1)
})

test('C15 whatever orders got, some of the book is counted on, never more than all, and a worse fill never for more', () => {
  const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 })
  fc.assert(
    fc.property(shares, (list) => {
      const counted = fillShare(list)
      expect(counted).toBeGreaterThanOrEqual(0.1)
      expect(counted).toBeLessThanOrEqual(1)
      expect(fillShare([...list, 0])).toBeLessThanOrEqual(counted)
    }),
  )
})
