import fc from 'fast-check'
import { expect, test } from 'vitest'
import { priceAt, withMost, type Model, type Node } from './rebalance-model.ts'
import { cheapestMoves, priceOf } from './rebalance-search.ts'
import { link } from './sample-rebalance.ts'

// Everything is a multiple of 100 USDT, so that every plan there is can be tried.
const unit = 100
const unitsMax = 4

/** Like the nodes of a real model: within its band a coin wants to stay where it is. */
function node(held: number, low: number, target: number, high: number): Node {
  const isOut = held < low || held > high
  const centre = isOut ? target : held
  return {
    venue: 'a',
    asset: 'BTC',
    held: held * unit,
    amiss: isOut ? Math.abs(held - target) * unit : 0,
    corners: [Math.min(held, low), low, centre, high, Math.max(held, high)].map((at) => at * unit),
    slopes: [-1000, -0.05, -1e-5, 1e-5, 0.05, 1000],
  }
}

const way = (from: number, to: number, terms: { cost: number; fixed: number; min: number }) => ({
  from,
  to,
  ...terms,
  min: terms.min * unit,
})

type Sketch = { readonly nodes: readonly Node[]; readonly ways: readonly ReturnType<typeof way>[] }

function modelFrom({ nodes, ways }: Sketch): Model {
  const by = { kind: 'transfer', link: link('BTC', 'a', 'b', '0') } as const
  return {
    nodes,
    ways: withMost(
      nodes,
      ways.map((one) => ({ ...one, by })),
    ),
  }
}

/** Every combination of whole units on every way. */
function bruteForce(model: Model): number {
  const flows = new Float64Array(model.ways.length)
  let best = Number.POSITIVE_INFINITY
  for (let k = 0; k < (unitsMax + 1) ** flows.length; k++) {
    for (let i = 0, rest = k; i < flows.length; i++, rest = Math.floor(rest / (unitsMax + 1)))
      flows[i] = (rest % (unitsMax + 1)) * unit
    best = Math.min(best, priceOf(model, flows))
  }
  return best
}

const anyNode = fc
  .tuple(
    fc.integer({ min: 0, max: 5 }),
    fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 3, maxLength: 3 }),
  )
  .map(([held, corners]) => {
    const [low = 0, target = 0, high = 0] = corners.toSorted((a, b) => a - b)
    return node(held, low, target, high)
  })
const anyWay = (nodes: number) =>
  fc
    .tuple(
      fc.integer({ min: 0, max: nodes - 1 }),
      fc.integer({ min: 1, max: nodes - 1 }),
      fc.record({
        cost: fc.constantFrom(0, 0.001, 0.004),
        fixed: fc.constantFrom(0, 1, 3, 8),
        min: fc.constantFrom(0, 0, 1, 2),
      }),
    )
    .map(([from, step, terms]) => way(from, (from + step) % nodes, terms))
const anyModel = fc
  .integer({ min: 2, max: 4 })
  .chain((count) =>
    fc.record({
      nodes: fc.array(anyNode, { minLength: count, maxLength: count }),
      ways: fc.array(anyWay(count), { minLength: 1, maxLength: 5 }),
    }),
  )
  .map(modelFrom)

test('no plan that brute force finds is cheaper, and the one found costs what it says', () => {
  fc.assert(
    fc.property(anyModel, (model) => {
      const { flows, price, isProved } = cheapestMoves(model)
      expect(isProved).toBe(true)
      expect(priceOf(model, flows)).toBeCloseTo(price, 9)
      expect(price).toBeLessThanOrEqual(bruteForce(model) + 1e-4)
    }),
    { numRuns: 500 },
  )
})

test('one fee is paid for two needs where a coin can carry both', () => {
  const model = modelFrom({
    nodes: [node(4, 0, 1, 1), node(0, 0, 0, 9), node(0, 0, 0, 9), node(0, 2, 2, 9)],
    ways: [
      way(0, 3, { cost: 0, fixed: 20, min: 0 }),
      way(0, 1, { cost: 0.001, fixed: 0, min: 0 }),
      way(1, 2, { cost: 0, fixed: 1, min: 0 }),
      way(2, 3, { cost: 0.001, fixed: 0, min: 0 }),
    ],
  })
  const { flows } = cheapestMoves(model)
  expect(flows[0]).toBe(0)
  expect(flows[2]).toBeGreaterThanOrEqual(200)
})

test('a least amount is filled up from further away than what is lacking', () => {
  const model = modelFrom({
    nodes: [node(3, 0, 3, 3), node(0, 1, 1, 2), node(0, 0, 0, 1)],
    ways: [
      way(2, 1, { cost: 0, fixed: 0, min: 2 }),
      way(0, 2, { cost: 0, fixed: 0, min: 0 }),
      way(0, 1, { cost: 0, fixed: 3, min: 0 }),
    ],
  })
  expect([...cheapestMoves(model).flows]).toEqual([200, 200, 0])
})

test('what costs more than it mends is left alone', () => {
  const nodes = [node(2, 0, 1, 1), node(0, 1, 1, 2)]
  const moved = (fixed: number) =>
    cheapestMoves(modelFrom({ nodes, ways: [way(0, 1, { cost: 0, fixed, min: 0 })] })).flows[0]
  // A hundred too many here and too few there, at 5 % each.
  expect(moved(9.9)).toBe(100)
  expect(moved(10.1)).toBe(0)
})

test('the price of a node is nothing at its target and grows with every step away from it', () => {
  const prices = [1, 2, 3, 5].map((held) => priceAt(node(5, 1, 2, 3), held * unit))
  for (const [i, price] of [0.001, 0, 0.001, 10.001].entries()) expect(prices[i]).toBeCloseTo(price)
  // Less than its lower end, where it was not before, is forbidden.
  expect(priceAt(node(5, 1, 2, 3), 0)).toBeGreaterThan(10_000)
  expect(priceAt(node(0, 1, 2, 3), 0)).toBeCloseTo(5.001)
})
