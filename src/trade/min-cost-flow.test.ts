import { expect, test } from 'vitest'
import { cheapestFlow } from './min-cost-flow.ts'

const [source, sink] = [0, 1]

test('what pays flows by the cheapest path first, and what does not pay stays', () => {
  const arcs = [
    { from: source, to: 2, capacity: 10, cost: -1 },
    { from: 2, to: sink, capacity: 4, cost: 0.2 },
    { from: 2, to: 3, capacity: 4, cost: 0.3 },
    { from: 3, to: sink, capacity: 9, cost: 0.3 },
    { from: 2, to: sink, capacity: 9, cost: 1.1 },
  ]
  expect([...cheapestFlow(4, arcs, source, sink)]).toEqual([8, 4, 4, 4, 0])
})

test('a path taken too early is taken back', () => {
  // The middle arc is on the shortest path and must not be used in the end.
  const arcs = [
    { from: source, to: 2, capacity: 1, cost: -5 },
    { from: source, to: 3, capacity: 1, cost: -3 },
    { from: 2, to: 3, capacity: 1, cost: 0 },
    { from: 2, to: sink, capacity: 1, cost: 1 },
    { from: 3, to: sink, capacity: 1, cost: 0 },
  ]
  expect([...cheapestFlow(4, arcs, source, sink)]).toEqual([1, 1, 0, 1, 1])
})

test('with nothing to gain nothing flows', () => {
  const arcs = [{ from: source, to: sink, capacity: 5, cost: 0 }]
  expect([...cheapestFlow(2, arcs, source, sink)]).toEqual([0])
})
