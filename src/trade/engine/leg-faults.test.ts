// What the legs of one execution may do to each other, one combination at a time.
import { expect, test } from 'vitest'
import { openBench } from '../../../test/simulation/engine-bench.ts'
import { baseAmount, rate } from '../../money.ts'
import { changesOf, openRanges } from './balance.ts'
import { decide } from './decide.ts'
import { filledOf } from './execution.ts'

const homeward = (bench: ReturnType<typeof openBench>) =>
  bench.execution().legs.filter(({ role, sentAt }) => role !== 'primary' && sentAt !== undefined)
const openBase = (bench: ReturnType<typeof openBench>) =>
  changesOf(bench.execution()).get('SOL') ?? 0n
const held = (bench: ReturnType<typeof openBench>) =>
  [...bench.floor.store.tables.capital.values()].reduce((sum, one) => sum + one.reserved, 0n)

test('A17 an order that its venue ends because it met our own is like any that filled too little', async () => {
  const nothing = openBench({ faults: { 'zero fill': [2] } })
  nothing.drive()
  await nothing.finish()
  expect(nothing.states()).toEqual(expect.arrayContaining(['x00 filled', 'x01 cancelled-zero']))
  const part = openBench({ faults: { 'partial fill': [2] } })
  part.drive()
  await part.finish()
  expect(part.states()).toEqual(expect.arrayContaining(['x00 filled', 'x01 partial-done']))
  for (const bench of [nothing, part]) {
    expect(homeward(bench).map(({ state }) => state)).toEqual(['filled'])
    expect([bench.wires('x00'), bench.wires('x01')]).toEqual([1, 1])
    expect(bench.execution().state).toMatch(/done|settled/)
    expect(bench.breaches()).toEqual([])
  }
})

test('B1 a partial fill beside a rejected leg is taken back', async () => {
  const bench = openBench({ faults: { 'partial fill': 1, 'rejected funds': [2] } })
  bench.drive()
  await bench.finish()
  expect(bench.states()).toEqual(expect.arrayContaining(['x00 partial-done', 'x01 rejected']))
  expect(homeward(bench).map(({ state }) => state)).toEqual(['filled'])
  expect(bench.breaches()).toEqual([])
})

test('B1 what cannot be closed within the limits is told at once and keeps its money', async () => {
  const bench = openBench({
    faults: { 'rejected funds': [2], 'no quote': 1_000 },
    terms: { hedgeMsMax: 3_000 },
  })
  bench.drive()
  await bench.finish()
  expect(bench.execution().state).toBe('exposed')
  expect(bench.alerts()).toContain('exposed')
  const alert = [...bench.floor.store.tables.alerts.values()].find(({ kind }) => kind === 'exposed')
  expect(alert).toMatchObject({ severity: 'P0' })
  expect(held(bench)).toBeGreaterThan(0n)
})

test('B2 nothing is hedged while the other leg may still be filled', async () => {
  const bench = openBench({ faults: { 'request lost': [1] } })
  bench.drive()
  await bench.run(15_000)
  expect(bench.execution().state).toBe('resolving')
  expect(homeward(bench)).toEqual([])
  await bench.finish()
  expect(bench.states()).toContain('x01 never-accepted')
  expect(homeward(bench)).toHaveLength(1)
  expect(bench.breaches()).toEqual([])
})

test('B2 an exposure to an order nobody can find is told as a range', async () => {
  const bench = openBench({ faults: { 'request lost': [1] }, requestLifeMs: null })
  bench.drive()
  await bench.finish()
  expect(bench.states()).toEqual(expect.arrayContaining(['x00 filled', 'x01 escalated']))
  expect(openRanges(bench.execution())).toEqual([
    { asset: 'SOL', least: openBase(bench) - bench.leg('x01').amount, most: openBase(bench) },
  ])
  const alert = [...bench.floor.store.tables.alerts.values()].find(({ kind }) => kind === 'exposed')
  expect(alert?.text).toMatch(/ to .* SOL open/)
})

test('B3 of two unequal partial fills only the difference is brought home', async () => {
  const bench = openBench({ faults: { 'partial fill': 2 }, amount: '12.3' })
  bench.drive()
  await bench.finish()
  const [bought, sold] = [filledOf(bench.leg('x00')), filledOf(bench.leg('x01'))]
  const apart = bought > sold ? bought - sold : sold - bought
  const moved = homeward(bench).reduce((sum, leg) => sum + filledOf(leg), 0n)
  // Fees in base are of it, too.
  const room = bench.leg('x00').market.amountStep + bought / 250n
  expect(moved).toBeGreaterThan(0n)
  expect(moved > apart ? moved - apart : apart - moved).toBeLessThanOrEqual(room)
  expect(bench.breaches()).toEqual([])
})

test('B3 what is too small to be traded goes to the inventory, with a report', async () => {
  const bench = openBench({ faults: { overfill: 1 }, amount: '3.2' })
  bench.drive()
  await bench.finish()
  expect(bench.execution().state).toBe('settled-with-diff')
  expect(openBase(bench)).not.toBe(0n)
  expect(homeward(bench).length === 0 ? bench.alerts() : ['leftover']).toContain('leftover')
})

test('B3 what is worth no more than agreed stays where it is, however small a lot is', async () => {
  const over = { faults: { overfill: 1 }, amount: '3.2' }
  const strict = openBench({ ...over, terms: { dustMax: 0n } })
  strict.drive()
  await strict.finish()
  const lax = openBench({ ...over, terms: { dustMax: 10n ** 30n } })
  lax.drive()
  await lax.finish()
  expect(homeward(lax)).toEqual([])
  expect(lax.execution().state).toBe('settled-with-diff')
  expect(lax.alerts()).toContain('leftover')
  expect(strict.breaches()).toEqual([])
})

test('B4 one send that throws leaves the other leg its own way to its end', async () => {
  const bench = openBench({ faults: { 'gateway throws': [1] } })
  bench.drive()
  await bench.finish()
  expect(bench.states()).toEqual(expect.arrayContaining(['x00 filled', 'x01 never-accepted']))
  expect(bench.execution().state).toBe('done')
  expect(bench.breaches()).toEqual([])
})

test('B5 hedges are tried as often as agreed, then it is a person’s, whose word gives new tries', async () => {
  const bench = openBench({ faults: { 'rejected funds': [2, 3, 4] }, terms: { hedgesMax: 2 } })
  bench.drive()
  await bench.finish()
  expect(bench.execution().state).toBe('exposed')
  expect(homeward(bench)).toHaveLength(2)
  expect(held(bench)).toBeGreaterThan(0n)
  bench.drive(0, { type: 'operator', choice: 'retry', by: 'ann' })
  await bench.finish()
  expect(bench.execution().state).toBe('done')
  expect(held(bench)).toBe(0n)
  expect(bench.breaches()).toEqual([])
})

test('B5 a price beyond what may slip is not taken', async () => {
  const terms = { slipMax: rate('0'), singleLeg: 'reverse' } as const
  const bench = openBench({ faults: { 'rejected funds': [2] }, terms })
  bench.drive()
  await bench.finish()
  expect(homeward(bench)).toEqual([])
  expect(bench.execution().state).toBe('exposed')
})

test('B5 an exposure that a person takes as it is ends with what is left over', async () => {
  const bench = openBench({ faults: { 'rejected funds': [2] }, terms: { singleLeg: 'hold' } })
  bench.drive()
  await bench.finish()
  expect(bench.execution().state).toBe('exposed')
  bench.drive(1, { type: 'operator', choice: 'accept', by: 'ann' })
  await bench.finish()
  expect(bench.execution().state).toBe('settled-with-diff')
  expect(bench.alerts()).toContain('leftover')
  expect(held(bench)).toBe(0n)
})

test.each([
  ['reverse', 'unwind'],
  ['proceed', 'hedge'],
] as const)('a route whose policy is to %s sends an %s', async (singleLeg, role) => {
  const bench = openBench({ faults: { 'rejected funds': [2] }, terms: { singleLeg } })
  bench.drive()
  await bench.finish()
  expect(homeward(bench).map((leg) => leg.role)).toEqual([role])
})

test('B6 two drivers and a person at once send one order home', async () => {
  const bench = openBench({ faults: { 'rejected funds': [2], 'no quote': 1 } })
  for (let n = 0; n < 20; n++) {
    bench.drive(0)
    bench.drive(1, { type: 'operator', choice: 'retry', by: 'ann' })
    await bench.run(100)
  }
  await bench.finish()
  expect(homeward(bench)).toHaveLength(1)
  expect(Math.max(...bench.floor.sent.values())).toBe(1)
  expect(bench.breaches()).toEqual([])
})

test('B10 an order that somebody made smaller at the venue ends as the venue has it', async () => {
  const bench = openBench({ faults: { 'stays open': 2 } })
  bench.drive()
  await bench.finish()
  const execution = bench.floor.committed.find(({ legs }) =>
    legs.some(({ state, orderId }) => state === 'acked' && orderId !== undefined),
  )
  const leg = execution?.legs.find(({ state }) => state === 'acked')
  if (execution === undefined || leg?.orderId === undefined) throw new Error('nothing was open')
  const now = leg.ackedAt ?? execution.createdAt
  const { orderId, clientOrderId } = leg
  const shown = (id: string) => {
    const amount = baseAmount('0.5')
    const value = { orderId: id, clientOrderId, amount, filled: baseAmount('0') }
    const read = { outcome: 'ok', value: { ...value, state: 'cancelled' } } as const
    const event = { type: 'looked-up', leg: clientOrderId, askedAt: now, read } as const
    const next = decide(execution, event, now).execution
    return next.legs.find((one) => one.clientOrderId === clientOrderId)?.state
  }
  expect(shown(orderId)).toBe('cancelled-zero')
  expect(shown('another')).toBe('acked')
})

test('B7 a fill after the end is taken, opens the execution again and is brought home', async () => {
  const bench = openBench({ faults: { 'late fill': [2] }, terms: { settleMs: 100 } })
  bench.drive()
  await bench.finish()
  expect(bench.alerts()).toContain('late-fill')
  expect(bench.execution().state).toMatch(/done|settled/)
  expect(bench.breaches()).toEqual([])
})

test('B7 a fill after the cancel was acknowledged is taken', async () => {
  const bench = openBench({
    faults: { 'stays open': 2, 'fill after cancel': 2 },
    terms: { settleMs: 100 },
    seed: 15,
  })
  bench.drive()
  await bench.finish()
  expect(bench.alerts()).toContain('late-fill')
  expect(bench.breaches()).toEqual([])
})

test('B8 fills that come doubled, in any order, or late change nothing', async () => {
  const plain = openBench({ faults: { 'many prints': 2 } })
  const odd = openBench({
    faults: {
      'many prints': 2,
      'fills doubled': 50,
      'fills reordered': 50,
      'fills failed': [1, 3],
    },
  })
  for (const bench of [plain, odd]) {
    bench.drive()
    await bench.finish()
    expect(bench.breaches()).toEqual([])
  }
  expect(changesOf(odd.execution())).toEqual(changesOf(plain.execution()))
})

test('B9 a sum that goes backwards is told and not believed', async () => {
  const bench = openBench({ faults: { 'fills lag': 2, 'lookup goes backwards': [2, 3, 4] } })
  bench.drive()
  await bench.finish()
  expect(bench.alerts()).toContain('backwards')
  expect(bench.execution().state).toBe('done')
  expect(bench.breaches()).toEqual([])
})

test('B9 an overfill is an alarm, and what it opened counts', async () => {
  const bench = openBench({ faults: { overfill: 1 } })
  bench.drive()
  await bench.finish()
  expect(bench.alerts()).toContain('overfill')
  expect(filledOf(bench.leg('x00'))).toBeGreaterThan(bench.leg('x00').amount)
  expect(bench.execution().state).toBe('settled-with-diff')
  expect(bench.breaches()).toEqual([])
})

test('B12 a fee in another coin is a coin spent, to the last digit', async () => {
  const bench = openBench({ faults: { 'fee in a token': 2 } })
  bench.drive()
  await bench.finish()
  expect(changesOf(bench.execution()).get('BNX')).toBeLessThan(0n)
  expect(bench.execution().state).toMatch(/done|settled/)
  expect(bench.breaches()).toEqual([])
})

test('B12 the second leg of a cycle sells what the first delivered net of its fee', async () => {
  const bench = openBench({ kind: 'cycle' })
  bench.drive()
  await bench.finish()
  const [first, second] = [bench.leg('x00'), bench.leg('x01')]
  const fee = first.fills.reduce(
    (sum, fill) => sum + (fill.fee.asset === 'ETH' ? fill.fee.amount : 0n),
    0n,
  )
  expect(second.amount).toBeLessThanOrEqual(filledOf(first) - fee)
  expect(bench.execution().state).toBe('done')
  expect(bench.breaches()).toEqual([])
})

test('B13 a fill worse than the limit is an alarm, a better one is booked', async () => {
  const worse = openBench({ faults: { 'worse than limit': 1 } })
  worse.drive()
  await worse.finish()
  expect(worse.alerts()).toContain('worse-than-limit')
  const better = openBench({ faults: { 'better than limit': 2 } })
  better.drive()
  await better.finish()
  expect(better.alerts()).toEqual(['settled'])
  expect(better.breaches()).toEqual([])
})

test.each([2, 3])(
  'B14 a cycle whose leg %i fails comes back to the asset it began with',
  async (leg) => {
    const bench = openBench({ kind: 'cycle', faults: { 'rejected funds': [leg] } })
    bench.drive()
    await bench.finish()
    const changes = changesOf(bench.execution())
    const markets = bench.execution().legs.map(({ market }) => market)
    for (const asset of ['ETH', 'BTC']) {
      const step = markets.find(({ base }) => base === asset)?.amountStep ?? 0n
      const change = changes.get(asset) ?? 0n
      expect(change < 0n ? -change : change).toBeLessThan(step * 20n)
    }
    expect(bench.execution().state).toMatch(/done|settled/)
    expect(bench.breaches()).toEqual([])
  },
)
