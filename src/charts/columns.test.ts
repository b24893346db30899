import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isDrawable, thinBand, thinLine } from './columns.ts'

const columns = { fromMs: 0, toMs: 10_000, count: 50, silenceMs: 400 }
const columnOf = (atMs: number): number => Math.min(Math.floor(atMs / 200), 49)

const hostile = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }) },
  fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e300, 0, -0),
)
const points = fc.array(
  fc.record({ atMs: fc.integer({ min: -500, max: 10_500 }), value: hostile }),
  { maxLength: 2000 },
)

const inside = <T extends { readonly atMs: number }>(all: readonly T[]): readonly T[] =>
  all.filter(({ atMs }) => atMs >= 0 && atMs <= 10_000)

function byColumn(all: readonly { readonly atMs: number; readonly value: number }[]) {
  const values = new Map<number, number[]>()
  for (const { atMs, value } of all)
    values.set(columnOf(atMs), [...(values.get(columnOf(atMs)) ?? []), value])
  return values
}

test('every column keeps its lowest and highest value and has at most four points', () => {
  fc.assert(
    fc.property(points, (all) => {
      const kept = byColumn(thinLine(all, columns).flat())
      const given = byColumn(inside(all).filter(({ value }) => isDrawable(value)))
      expect(new Set(kept.keys())).toEqual(new Set(given.keys()))
      for (const [column, values] of given) {
        const thin = kept.get(column) as number[]
        expect(thin.length).toBeLessThanOrEqual(4)
        expect(Math.min(...thin)).toBe(Math.min(...values))
        expect(Math.max(...thin)).toBe(Math.max(...values))
      }
    }),
  )
})

test('a line is in order, of points that were given, and never crosses a silence', () => {
  fc.assert(
    fc.property(points, (all) => {
      const given = new Set(all.map(({ atMs, value }) => `${atMs} ${value}`))
      const runs = thinLine(all, columns)
      const flat = runs.flat()
      expect(flat.every(({ atMs, value }) => given.has(`${atMs} ${value}`))).toBe(true)
      expect(flat.map(({ atMs }) => atMs)).toEqual(
        flat.map(({ atMs }) => atMs).toSorted((a, b) => a - b),
      )
      for (const run of runs)
        for (const [n, { atMs }] of run.entries()) {
          const before = run[n - 1]?.atMs ?? atMs
          if (columnOf(before) !== columnOf(atMs)) expect(atMs - before).toBeLessThanOrEqual(400)
        }
    }),
  )
})

test('an outage stays one: a point without a number and a long silence end a run', () => {
  const at = (atMs: number, value = 1) => ({ atMs, value })
  expect(thinLine([at(0), at(300), at(600, Number.NaN), at(900)], columns)).toEqual([
    [at(0), at(300)],
    [at(900)],
  ])
  expect(thinLine([at(0), at(300), at(701)], columns)).toHaveLength(2)
  expect(thinLine([at(0), at(300), at(700)], columns)).toHaveLength(1)
})

test('points out of order are put in order; the window cuts off the others', () => {
  const mixed = [5000, 100, 99_000, 300, -1].map((atMs) => ({ atMs, value: atMs }))
  expect(thinLine(mixed, columns).map((run) => run.map(({ value }) => value))).toEqual([
    [100, 300],
    [5000],
  ])
})

test('a spike of one point among a million stays', () => {
  const many = Array.from({ length: 1_000_000 }, (_, n) => ({
    atMs: n / 100,
    value: n === 654_321 ? 7 : Math.sin(n),
  }))
  const thin = thinLine(many, columns)
  expect(thin).toHaveLength(1)
  expect(thin.flat()).toContainEqual({ atMs: 6543.21, value: 7 })
  expect(thin.flat().length).toBeLessThanOrEqual(200)
})

test('a band has one point a column, from its lowest low to its highest high', () => {
  const all = [
    { atMs: 0, low: -1, mean: 0, high: 1 },
    { atMs: 100, low: -5, mean: 2, high: 3 },
    { atMs: 300, low: Number.NaN, mean: 4, high: 6 },
    { atMs: 500, low: Number.NaN, mean: Number.NaN, high: Number.NaN },
    { atMs: 700, low: 1, mean: Number.NaN, high: 3 },
  ]
  expect(thinBand(all, columns)).toEqual([
    [
      { atMs: 0, low: -5, mean: 1, high: 3 },
      { atMs: 300, low: 4, mean: 4, high: 6 },
    ],
    [{ atMs: 700, low: 1, mean: 2, high: 3 }],
  ])
})
