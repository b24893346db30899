// Every call a worker makes in a few known stories, and its death at each: before it, unheard, and after.
import { expect, test } from 'vitest'
import { openBench, type BenchOptions } from './engine-bench.ts'
import type { Moment } from './worker-process.ts'

const stories: readonly (readonly [name: string, options: BenchOptions])[] = [
  ['a cross', {}],
  ['a cross, the flakier leg first', { terms: { sending: 'flakier-first' } }],
  ['a cycle', { kind: 'cycle' }],
  ['a rejected leg', { faults: { 'rejected funds': [2] } }],
  ['a lost answer', { faults: { 'answer lost': 1 } }],
  ['a lost request', { faults: { 'request lost': [1] } }],
  ['partial fills', { faults: { 'partial fill': 2 }, amount: '12.3' }],
  ['an order that stays open', { faults: { 'stays open': 1 } }],
  ['a cycle that fails in the middle', { kind: 'cycle', faults: { 'rejected funds': [2] } }],
  ['a transfer trade', { kind: 'transfer' }],
  ['a coin that is refused its way', { kind: 'transfer', faults: { 'transfer refused': [1] } }],
  ['a late fill', { faults: { 'late fill': [1] }, terms: { settleMs: 100 } }],
]
const moments: readonly Moment[] = ['before', 'after', 'answered']
/** Reads repeat: beyond this many calls of one life there is nothing new to die at. */
const callsMax = 60

/** Dies once, at the n-th call of the first life. */
async function dieAt(options: BenchOptions, moment: Moment, call: number): Promise<boolean> {
  let calls = 0
  let isDead = false
  const bench = openBench({
    ...options,
    diesAt(when) {
      if (isDead || when !== moment || ++calls !== call) return false
      isDead = true
      return true
    },
  })
  bench.drive()
  await bench.finish()
  const place = `${moment} call ${call}`
  expect([place, ...bench.breaches()]).toEqual([place])
  expect([place, Math.max(0, ...bench.floor.sent.values())]).toEqual([
    place,
    Math.min(1, bench.floor.sent.size),
  ])
  expect([place, bench.execution().state]).toEqual([
    place,
    expect.stringMatching(/done|settled-with-diff|aborted|exposed/),
  ])
  return isDead
}

test.each(stories)('%s survives the death of its worker at every call', async (_, options) => {
  let points = 0
  for (const moment of moments)
    for (let call = 1; call <= callsMax; call++) {
      if (!(await dieAt(options, moment, call))) break
      points++
    }
  expect(points).toBeGreaterThan(30)
})
