// What may go wrong on the way to a venue, one fault at a time, on simulated venues with real books.
import { expect, test } from 'vitest'
import { openBench, type Script } from '../../../test/simulation/engine-bench.ts'
import type { Moment } from '../../../test/simulation/worker-process.ts'
import type { ExecutionDesk } from './execution-desk.ts'
import { runEffect } from './run-effect.ts'

/** Dies once, at the n-th call of that name. */
function dyingAt(moment: Moment, call: string, count: number) {
  let left = count
  return (when: Moment, name: string) => when === moment && name === call && --left === 0
}

const reserved = (bench: ReturnType<typeof openBench>) =>
  [...bench.floor.store.tables.capital.values()].reduce((sum, one) => sum + one.reserved, 0n)
const orders = (bench: ReturnType<typeof openBench>) =>
  [...bench.floor.venues.values()].flatMap((venue) => venue.orders)

test('a cross without faults is sent to both venues once and ends even', async () => {
  const bench = openBench()
  bench.drive()
  await bench.finish()
  expect(bench.execution().state).toBe('done')
  expect(bench.states()).toEqual(['x00 filled', 'x01 filled', 'u00 void', 'u01 void'])
  expect([bench.wires('x00'), bench.wires('x01')]).toEqual([1, 1])
  expect(bench.alerts()).toEqual(['settled'])
  expect(reserved(bench)).toBe(0n)
  expect(bench.breaches()).toEqual([])
})

test('A1 a crash before the intents are committed leaves nothing at the venue and nothing set aside', async () => {
  const bench = openBench({ diesAt: dyingAt('before', 'commit', 2) })
  bench.drive()
  await bench.run(250)
  expect(bench.execution()).toMatchObject({ state: 'preflight', legs: [], held: [] })
  expect(orders(bench)).toEqual([])
  expect(reserved(bench)).toBe(0n)
  await bench.finish()
  expect(bench.breaches()).toEqual([])
})

test('A2 a crash between the intents and the sending voids them, frees the money and is told', async () => {
  const bench = openBench({ diesAt: dyingAt('answered', 'commit', 2) })
  bench.drive()
  await bench.run(250)
  expect(bench.states().slice(0, 2)).toEqual(['x00 intent', 'x01 intent'])
  expect(reserved(bench)).toBeGreaterThan(0n)
  await bench.finish()
  expect(bench.execution().state).toBe('aborted')
  expect(bench.states()).toEqual(['x00 void', 'x01 void', 'u00 void', 'u01 void'])
  expect(orders(bench)).toEqual([])
  expect(reserved(bench)).toBe(0n)
  expect(bench.alerts()).toEqual(['aborted'])
})

test('A3 a crash between the commit and the wire is proved never to have arrived, and not sent again', async () => {
  const bench = openBench({ diesAt: dyingAt('before', 'submit', 1) })
  bench.drive()
  await bench.finish()
  expect(bench.states().slice(0, 2)).toEqual(['x00 never-accepted', 'x01 never-accepted'])
  const { proof } = bench.leg('x00')
  expect(proof?.absentAt.length).toBeGreaterThanOrEqual(2)
  for (const at of [
    ...(proof?.absentAt ?? []),
    proof?.notOpenAt,
    proof?.noFillAt,
    proof?.balancedAt,
  ])
    expect(at?.getTime()).toBeGreaterThanOrEqual(proof?.deadAt.getTime() ?? Infinity)
  expect(bench.floor.sent.size).toBe(0)
  expect(bench.execution().state).toBe('aborted')
  expect(bench.breaches()).toEqual([])
})

const silences: readonly Script[] = [
  { 'answer lost': 2 },
  { 'answer 5xx': 2 },
  { 'reset after arrival': 2 },
  { 'answer of another order': 2 },
]
test.each(silences)('A4 a lost answer is looked up, never sent again: %o', async (faults) => {
  const bench = openBench({ faults })
  bench.drive()
  await bench.finish()
  expect(bench.states().slice(0, 2)).toEqual(['x00 filled', 'x01 filled'])
  expect([bench.wires('x00'), bench.wires('x01')]).toEqual([1, 1])
  expect(bench.execution().state).toBe('done')
  expect(bench.breaches()).toEqual([])
})

test('A5 an answer that cannot be read is no rejection: the order is found and its fills are taken', async () => {
  const bench = openBench({ faults: { 'answer unreadable': 2 } })
  bench.drive()
  await bench.finish()
  expect(bench.alerts()).not.toContain('leg-rejected')
  expect(bench.execution().state).toBe('done')
  expect([bench.wires('x00'), bench.wires('x01')]).toEqual([1, 1])
})

test('A6 an order that arrives after lookups have not found it is adopted', async () => {
  const bench = openBench({ faults: { 'request late': 2, 'lookup lies absent': 6 } })
  bench.drive()
  await bench.run(2_000)
  expect(bench.execution().state).toBe('resolving')
  await bench.finish()
  expect(bench.states().slice(0, 2)).toEqual(['x00 filled', 'x01 filled'])
  expect([bench.wires('x00'), bench.wires('x01')]).toEqual([1, 1])
  expect(bench.breaches()).toEqual([])
})

test('A6 a venue that takes requests however old they are is left to a person', async () => {
  const bench = openBench({ faults: { 'request lost': 2 }, requestLifeMs: null })
  bench.drive()
  await bench.finish()
  expect(bench.states().slice(0, 2)).toEqual(['x00 escalated', 'x01 escalated'])
  expect(bench.execution().state).toBe('exposed')
  expect(bench.alerts()).toEqual(expect.arrayContaining(['unknown', 'escalated', 'exposed']))
  expect(reserved(bench)).toBeGreaterThan(0n)
})

test('A7 where lookups name other orders, the open orders tell of ours', async () => {
  const bench = openBench({
    faults: { 'answer lost': 2, 'stays open': 2, 'lookup of another order': 8 },
  })
  bench.drive()
  await bench.finish()
  expect(bench.leg('x00').orderId).toBeDefined()
  expect(bench.leg('x01').orderId).toBeDefined()
  expect(bench.breaches()).toEqual([])
})

test('A7 a venue that cannot be asked for our orders is not traded on', async () => {
  const bench = openBench()
  const card = () => ({ mayTrade: false }) as ReturnType<ExecutionDesk['gateway']['card']>
  const desk = { gateway: { card } } as unknown as ExecutionDesk
  const now = { earliest: () => new Date(0), latest: () => new Date(0) }
  const event = await runEffect(desk, bench.execution(), { type: 'preflight' }, now)
  expect(event).toMatchObject({ preflight: { outcome: 'failed' } })
})

test('A8 a duplicate client id is looked up, never taken for a rejection', async () => {
  const bench = openBench({ faults: { 'request doubled': 2 } })
  bench.drive()
  await bench.finish()
  expect(bench.states().slice(0, 2)).toEqual(['x00 filled', 'x01 filled'])
  expect([bench.wires('x00'), bench.wires('x01')]).toEqual([1, 1])
  expect(bench.alerts()).not.toContain('leg-rejected')
})

test('A13 a rejected leg is definite, is told, and the other leg is taken back', async () => {
  const bench = openBench({ faults: { 'rejected funds': [2] } })
  bench.drive()
  await bench.finish()
  expect(bench.states()).toEqual(
    expect.arrayContaining(['x00 filled', 'x01 rejected', 'u00 filled']),
  )
  expect(bench.wires('x01')).toBe(1)
  expect(bench.alerts()).toContain('leg-rejected')
  expect(bench.execution().state).toBe('done')
  expect(bench.breaches()).toEqual([])
})

test('A13 a second try is made only after a definite no, and only as often as was agreed', async () => {
  const faults = { 'rejected funds': 20 }
  const once = openBench({ faults })
  once.drive()
  await once.finish()
  expect(once.floor.sent.size).toBe(2)
  const twice = openBench({ faults, terms: { attemptsMax: 2 } })
  twice.drive()
  await twice.finish()
  expect([...twice.floor.sent.keys()].toSorted()).toEqual([
    'ape001x0001',
    'ape001x0002',
    'ape001x0101',
    'ape001x0102',
  ])
  const lost = openBench({ faults: { 'request lost': 20 }, terms: { attemptsMax: 2 } })
  lost.drive()
  await lost.finish()
  expect(lost.floor.sent.size).toBe(2)
})

test('A15 an order that waits too long before it leaves is not sent at all', async () => {
  const bench = openBench({ faults: { 'throttle past not-after': 2 } })
  bench.drive()
  await bench.finish()
  expect(bench.states().slice(0, 2)).toEqual(['x00 void', 'x01 void'])
  expect(bench.floor.sent.size).toBe(0)
  expect(bench.execution().state).toBe('aborted')
})

test('what people were alarmed about ends when the last such order is known again', async () => {
  const bench = openBench({ faults: { 'answer lost': 2, 'lookup failed': 30 } })
  bench.drive()
  await bench.finish()
  expect(bench.states().slice(0, 2)).toEqual(['x00 filled', 'x01 filled'])
  expect(bench.alerts()).toEqual(['unknown', 'unknown', 'known', 'settled'])
})
