// What a person decides about an open position, and what is done when nobody does.
import { expect, test } from 'vitest'
import { openBench, type BenchOptions } from '../../../test/simulation/engine-bench.ts'
import { rate, type Price } from '../../money.ts'
import { answerDueAt } from './obey.ts'

type Bench = ReturnType<typeof openBench>

const homeward = (bench: Bench) =>
  bench.execution().legs.filter(({ role, sentAt }) => role !== 'primary' && sentAt !== undefined)
const exposedAlerts = (bench: Bench) => bench.alerts().filter((kind) => kind === 'exposed')
const since = (bench: Bench): Date => {
  const { exposedAt } = bench.execution()
  if (exposedAt === undefined) throw new Error('nothing waits for a decision')
  return exposedAt
}

/** One side filled, the other refused, and a person is asked. */
async function asked(options: BenchOptions = {}): Promise<Bench> {
  const bench = openBench({
    ...options,
    faults: { 'rejected funds': [2], ...options.faults },
    terms: { singleLeg: 'hold', ...options.terms },
  })
  bench.drive()
  await bench.run(8_000)
  expect(bench.execution().state).toBe('exposed')
  return bench
}

test.each([
  ['reverse', ['unwind'], 'done'],
  ['proceed', ['hedge'], 'done'],
  ['hedge', [expect.stringMatching(/hedge|unwind/)], 'done'],
  ['accept', [], 'settled-with-diff'],
  ['hold', [], 'exposed'],
] as const)('B1 a person who says %s gets that and nothing else', async (choice, roles, end) => {
  const bench = await asked()
  bench.drive(0, { type: 'operator', choice, by: 'discord:ann', exposedAt: since(bench) })
  await bench.finish()
  expect(homeward(bench).map(({ role }) => role)).toEqual(roles)
  expect(bench.execution()).toMatchObject({ state: end, resolution: { choice, by: 'discord:ann' } })
  expect(bench.breaches()).toEqual([])
})

test('B6 of two people who decide at once one is obeyed, and a later word on the same exposure is not', async () => {
  const bench = await asked()
  const exposedAt = since(bench)
  bench.drive(0, { type: 'operator', choice: 'reverse', by: 'discord:ann', exposedAt })
  bench.drive(1, { type: 'operator', choice: 'proceed', by: 'telegram:bob', exposedAt })
  await bench.run(20_000)
  bench.drive(1, { type: 'operator', choice: 'proceed', by: 'telegram:bob', exposedAt })
  await bench.finish()
  expect(homeward(bench)).toHaveLength(1)
  expect(bench.execution().state).toBe('done')
  expect(bench.breaches()).toEqual([])
})

test('B5 when what a person chose does not fill it is exposed anew and told again, and the old word is void', async () => {
  const bench = await asked({
    faults: { 'rejected funds': [2, 3, 4, 5, 6] },
    terms: { hedgesMax: 2 },
  })
  const exposedAt = since(bench)
  bench.drive(0, { type: 'operator', choice: 'reverse', by: 'ann', exposedAt })
  await bench.run(30_000)
  expect(homeward(bench)).toHaveLength(2)
  expect(bench.execution().state).toBe('exposed')
  expect(since(bench).getTime()).toBeGreaterThan(exposedAt.getTime())
  expect(exposedAlerts(bench)).toHaveLength(2)
  bench.drive(0, { type: 'operator', choice: 'proceed', by: 'bob', exposedAt })
  await bench.run(10_000)
  expect(homeward(bench)).toHaveLength(2)
})

test('B5 beyond the agreed slippage nothing is sent until a person agrees to a price, and none worse than that', async () => {
  const strict = { slipMax: rate('0') }
  const bench = await asked({ terms: strict })
  const exposedAt = since(bench)
  bench.drive(0, { type: 'operator', choice: 'reverse', by: 'ann', exposedAt })
  await bench.run(150_000)
  expect(homeward(bench)).toEqual([])
  expect(bench.execution().state).toBe('exposed')
  const leg = bench.leg('x00')
  const limit = ((leg.limit * 9n) / 10n / leg.market.priceStep) * leg.market.priceStep
  const agreed = { role: 'unwind', step: 0, side: 'sell', limit: limit as Price } as const
  const again = { type: 'operator', choice: 'reverse', by: 'ann', limits: [agreed] } as const
  bench.drive(0, { ...again, exposedAt: since(bench) })
  await bench.finish()
  expect(homeward(bench)).toMatchObject([{ role: 'unwind', state: 'filled', limit }])
  expect(bench.execution().state).toBe('done')
})

test('B2 while nobody knows what became of an order, only holding and taking it as it is are obeyed', async () => {
  const bench = openBench({
    faults: { 'request lost': [1] },
    requestLifeMs: null,
    terms: { unanswered: 'hedge', answerMsMax: 5_000 },
  })
  bench.drive()
  await bench.finish()
  expect(bench.states()).toContain('x01 escalated')
  for (const choice of ['hedge', 'reverse', 'proceed', 'retry'] as const) {
    bench.drive(0, { type: 'operator', choice, by: 'ann' })
    await bench.run(10_000)
    expect(bench.execution()).toMatchObject({ state: 'exposed', resolution: undefined })
  }
  // Nor does the desk decide by itself.
  expect(answerDueAt(bench.execution())).toBeUndefined()
  expect(homeward(bench)).toEqual([])
  bench.drive(0, { type: 'operator', choice: 'accept', by: 'ann' })
  await bench.run(30_000)
  expect(bench.execution().state).toBe('settled-with-diff')
})

test('B5 when nobody answers in time what was agreed for that is done, once, by the desk', async () => {
  const terms = { unanswered: 'reverse', answerMsMax: 30_000 } as const
  const bench = await asked({ terms })
  const dueAt = new Date(since(bench).getTime() + 30_000)
  expect(bench.execution().wakeAt).toEqual(dueAt)
  bench.drive(1)
  await bench.run(5_000)
  expect(homeward(bench)).toEqual([])
  await bench.run(30_000)
  bench.drive(1)
  await bench.finish()
  expect(homeward(bench).map(({ role }) => role)).toEqual(['unwind'])
  expect(bench.execution()).toMatchObject({
    state: 'done',
    resolution: { choice: 'reverse', by: 'desk' },
  })
  expect(bench.breaches()).toEqual([])
})

test('B5 what the desk tries for want of an answer and cannot do is a person’s again, for good', async () => {
  const terms = { unanswered: 'reverse', answerMsMax: 10_000, hedgesMax: 1 } as const
  const bench = await asked({ terms, faults: { 'rejected funds': [2, 3, 4, 5] } })
  await bench.run(12_000)
  bench.drive(1)
  await bench.run(30_000)
  expect(homeward(bench)).toHaveLength(1)
  expect(bench.execution()).toMatchObject({ state: 'exposed', wakeAt: undefined })
  expect(exposedAlerts(bench)).toHaveLength(2)
})

test('after a person said hold the desk does nothing by itself', async () => {
  const bench = await asked({ terms: { unanswered: 'hedge', answerMsMax: 20_000 } })
  bench.drive(0, { type: 'operator', choice: 'hold', by: 'ann', exposedAt: since(bench) })
  await bench.run(5_000)
  expect(bench.execution().wakeAt).toBeUndefined()
  await bench.run(60_000)
  bench.drive(1)
  await bench.run(5_000)
  expect(homeward(bench)).toEqual([])
  bench.drive(1, { type: 'operator', choice: 'reverse', by: 'bob', exposedAt: since(bench) })
  await bench.finish()
  expect(homeward(bench)).toHaveLength(1)
})

test('an exposure that the policy left to a person cannot be tried again as agreed', async () => {
  const bench = await asked()
  const before = bench.execution()
  bench.drive(0, { type: 'operator', choice: 'retry', by: 'ann' })
  await bench.run(5_000)
  expect(bench.execution()).toMatchObject({ exposedAt: before.exposedAt, resolution: undefined })
})
