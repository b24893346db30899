import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBest } from './best.ts'

test('the best of many are those that sorting would put first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9, max: 9 })), fc.nat(7), (scores, count) => {
      const best = createBest<[number, number]>(count)
      scores.forEach((score, at) => best.add(score, [score, at]))
      const sorted = scores.map((score, at): [number, number] => [score, at])
      sorted.sort(([a], [b]) => b - a)
      expect(best.entries).toEqual(sorted.slice(0, count))
    }),
  )
})
