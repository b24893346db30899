import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listTriangles } from './triangles.ts'

test('a square with one diagonal has two triangles', () => {
  expect([...listTriangles(4, [0, 1, 2, 0, 0], [1, 2, 3, 3, 2])]).toEqual([0, 1, 4, 4, 2, 3])
})

test('trees and empty graphs have none', () => {
  expect(listTriangles(0, [], [])).toHaveLength(0)
  expect(listTriangles(4, [0, 0, 0], [1, 2, 3])).toHaveLength(0)
})

test('every triple of nodes that is joined three times is found once', () => {
  const pair = fc.tuple(fc.nat(11), fc.nat(11)).filter(([a, b]) => a < b)
  fc.assert(
    fc.property(fc.uniqueArray(pair, { selector: ([a, b]) => a * 12 + b }), (edges) => {
      const edge = new Map(edges.map(([a, b], e) => [a * 12 + b, e]))
      const expected: string[] = []
      for (let a = 0; a < 12; a++)
        for (let b = a + 1; b < 12; b++)
          for (let c = b + 1; c < 12; c++) {
            const sides = [edge.get(a * 12 + b), edge.get(b * 12 + c), edge.get(a * 12 + c)]
            if (!sides.includes(undefined)) expected.push(sides.join())
          }
      const found = listTriangles(
        12,
        edges.map(([a]) => a),
        edges.map(([, b]) => b),
      )
      const names = Array.from({ length: found.length / 3 }, (_, t) =>
        found.slice(t * 3, t * 3 + 3).join(),
      )
      expect(names.toSorted()).toEqual(expected.toSorted())
    }),
  )
})
