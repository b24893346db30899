import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createWhyNot, otherRoutes } from './why-not.ts'

const start = 1_700_000_040_000

test('refusals are counted by route, minute and reason, with the newest detail', () => {
  const whyNot = createWhyNot()
  whyNot.add('r', { reason: 'book age', detail: 'is 2 s old' }, start)
  whyNot.add('r', { reason: 'book age', detail: 'is 3 s old' }, start + 59_999)
  whyNot.add('r', { reason: 'no depth', detail: 'thin' }, start + 1)
  whyNot.add('r', { reason: 'book age', detail: 'is 4 s old' }, start + 60_000)
  expect(whyNot.drain(start + 60_000)).toEqual([
    { route: 'r', minute: new Date(start), reason: 'book age', count: 2, detail: 'is 3 s old' },
    { route: 'r', minute: new Date(start), reason: 'no depth', count: 1, detail: 'thin' },
  ])
  expect(whyNot.drain(start + 60_000)).toEqual([])
  expect(whyNot.drain(start + 60_000, 'all')).toHaveLength(1)
  expect([...whyNot.totals()]).toEqual([
    ['book age', 3],
    ['no depth', 1],
  ])
})

test('the most refused routes keep their rows and nothing is lost from the totals', () => {
  const route = fc.oneof(
    fc.constantFrom('busy', 'busier'),
    fc.string({ minLength: 1, maxLength: 3 }),
  )
  fc.assert(
    fc.property(fc.array(route, { minLength: 50, maxLength: 200 }), (routes) => {
      const whyNot = createWhyNot(4)
      const all = [...routes, ...Array.from({ length: 300 }, () => 'busiest')]
      for (const name of all) whyNot.add(name, { reason: 'leg skew', detail: 'd' }, start)
      const rows = whyNot.drain(start, 'all')
      expect(rows.length).toBeLessThanOrEqual(5)
      expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(all.length)
      // It came last, so a few may have been summed before it had a row to itself.
      expect(rows.find((row) => row.route === 'busiest')?.count).toBeGreaterThan(280)
      expect(rows.filter((row) => row.route === otherRoutes).length).toBeLessThanOrEqual(1)
    }),
  )
})
