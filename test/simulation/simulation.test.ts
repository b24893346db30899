// The gate's share of the simulation; longer runs are `npm run simulate`.
import { expect, test } from 'vitest'
import { canaries, runCanary } from './canaries.ts'
import { faultKinds, type FaultKind } from './faults.ts'
import { runSeed, traceHash } from './run-seed.ts'
import { readSimulateOptions } from './simulate-options.ts'

const seeds = 300
/** Another part of all seeds than people usually begin with. */
const from = 1_000_000
const traceEvery = 50

test(`${seeds} seeds of at least ten executions each break nothing, and all come to their end`, async () => {
  const fired = new Set<FaultKind>()
  for (let seed = from; seed < from + seeds; seed++) {
    const result = await runSeed(seed)
    expect([seed, ...result.breaches]).toEqual([seed])
    expect([seed, result.unresolved]).toEqual([seed, 0])
    expect(result.executions).toBeGreaterThanOrEqual(10)
    for (const kind of result.fired.keys()) fired.add(kind)
  }
  expect(fired.size).toBeGreaterThanOrEqual(40)
}, 180_000)

/** Each has broken something once: what it was stands in the history of the engine. */
const regressions = [3, 31, 91, 5116, 10382, 10628, 10681, 10901, 11370, 12199, 12872, 21419]

test.each(regressions)('seed %i, which broke something once, breaks nothing', async (seed) => {
  expect((await runSeed(seed, { streams: false, transfers: false })).breaches).toEqual([])
  expect((await runSeed(seed)).breaches).toEqual([])
})

test('the same seed has the same history, to the last line', async () => {
  for (let seed = from; seed < from + seeds; seed += traceEvery) {
    const once = await runSeed(seed, { isTracing: true })
    const again = await runSeed(seed, { isTracing: true })
    expect(once.trace.length).toBeGreaterThan(50)
    expect(traceHash(again.trace)).toBe(traceHash(once.trace))
  }
  const other = await runSeed(from + 1, { isTracing: true })
  const first = await runSeed(from, { isTracing: true })
  expect(traceHash(other.trace)).not.toBe(traceHash(first.trace))
})

test.each(canaries)('the planted mistake "$name" is found', async (canary) => {
  const { survived, caughtBy } = await runCanary(canary, 500)
  expect(survived).toBeLessThan(500)
  expect(caughtBy).toBeDefined()
})

test('each kind of fault has one name', () => {
  expect(new Set(faultKinds).size).toBe(faultKinds.length)
})

test('options are read, and a bad one is one line', () => {
  expect(readSimulateOptions(['--seeds', '5', '--from=7', '--json'])).toEqual({
    outcome: 'ok',
    options: { run: 'seeds', seeds: 5, from: 7, json: true },
  })
  expect(readSimulateOptions(['--seed', '2147483648', '--trace'])).toEqual({
    outcome: 'ok',
    options: { run: 'trace', seed: 2 ** 31 },
  })
  for (const bad of [
    '--seeds 0',
    '--seeds x',
    '--from',
    '--trace',
    '--what',
    '--canary --json',
    '--seeds 1 --seeds 2',
  ])
    expect(readSimulateOptions(bad.split(' '))).toMatchObject({
      outcome: 'bad-usage',
      fault: expect.not.stringContaining('\n') as string,
    })
})
