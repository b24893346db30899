// Orders on their way out: what forbids them, what a new worker makes of them, and what answers make of them.
import { expect, test } from 'vitest'
import { openBench } from '../../../test/simulation/engine-bench.ts'
import { after, alertsOf, inDoubt, legOf, where } from '../../../test/simulation/engine-facts.ts'
import { baseAmount } from '../../money.ts'
import { decide } from './decide.ts'
import type { Event } from './event.ts'
import type { Execution, Leg } from './execution.ts'
import type { Submission } from './order-gateway.ts'

/** An execution as it was committed, with the first state of its primaries that is asked for. */
async function committed(state: Leg['state']) {
  const bench = openBench()
  bench.drive()
  await bench.finish()
  const found = bench.floor.committed.find((one) => {
    const primaries = one.legs.filter(({ role }) => role === 'primary')
    return primaries.length > 0 && primaries.every((leg) => leg.state === state)
  }) as Execution
  const primaries = found.legs.filter(({ role }) => role === 'primary')
  return { execution: found, primaries, now: after(primaries[0]?.createdAt as Date, 10) }
}

const sideOf = ({ side, market }: Leg) => `${side} ${market.symbol} on ${market.venue} was not sent`

test.each([
  ['killed', 'the desk is killed'],
  ['paused', 'the desk is paused'],
  ['late', 'it came too late to leave'],
] as const)('what is forbidden as %s never leaves, and is told order by order', async (by, why) => {
  const { execution, primaries, now } = await committed('intent')
  const stopped = decide(execution, { type: 'forbidden', by }, now)
  expect(stopped.effects.filter(({ type }) => type === 'submit')).toEqual([])
  for (const leg of primaries)
    expect(legOf(stopped.execution, leg)).toMatchObject({ state: 'void', reason: why })
  expect(stopped.execution.reason).toBe(why)
  const told = alertsOf(stopped).find(({ kind }) => kind === 'forbidden')
  expect(told).toMatchObject({ severity: 'P1', text: [why, ...primaries.map(sideOf)].join('; ') })
  for (const leg of primaries) expect(told?.key).toContain(leg.clientOrderId)
})

test('a frozen desk asks a person about what is filled already, and about nothing else', async () => {
  const { execution, now } = await committed('intent')
  const empty = decide(execution, { type: 'forbidden', by: 'frozen' }, now)
  expect(alertsOf(empty).map(({ kind }) => kind)).not.toContain('exposed')
  const [first] = execution.legs as readonly [Leg]
  const fill = {
    tradeId: 't1',
    orderId: 'n1',
    amount: baseAmount('1'),
    price: first.limit,
    fee: { asset: 'USDT', amount: 0n },
    at: now,
  }
  const legs = execution.legs.map((leg) =>
    leg === first ? { ...leg, state: 'partial-done' as const, fills: [fill] } : leg,
  )
  const filled = decide({ ...execution, legs }, { type: 'forbidden', by: 'frozen' }, now)
  expect(alertsOf(filled).map(({ kind }) => kind)).toContain('exposed')
  const killed = decide({ ...execution, legs }, { type: 'forbidden', by: 'killed' }, now)
  expect(alertsOf(killed).map(({ kind }) => kind)).not.toContain('exposed')
})

test('what may leave leaves at once or not at all', async () => {
  const { execution, primaries, now } = await committed('intent')
  const sent = (at: Date) => decide(execution, { type: 'proceed' }, at)
  const inTime = sent(now)
  expect(inTime.effects.filter(({ type }) => type === 'submit')).toEqual(
    primaries.map(({ clientOrderId }) => ({ type: 'submit', leg: clientOrderId })),
  )
  const { sendMsMax } = execution.terms
  for (const leg of primaries)
    expect(legOf(inTime.execution, leg)).toMatchObject({
      state: 'sending',
      sentAt: now,
      notAfter: after(now, sendMsMax),
    })
  const late = sent(after(primaries[0]?.createdAt as Date, sendMsMax))
  expect(late.effects.filter(({ type }) => type === 'submit')).toEqual([])
  for (const leg of primaries)
    expect(legOf(late.execution, leg)).toMatchObject({
      state: 'void',
      reason: 'it had waited too long to leave',
    })
})

test('a new worker looks for what may have left, and lets nothing leave that was written down before', async () => {
  const written = await committed('intent')
  const over = decide(written.execution, { type: 'boot' }, written.now)
  for (const leg of written.primaries)
    expect(legOf(over.execution, leg)).toMatchObject({
      state: 'void',
      reason: 'written down by a worker that is gone',
    })
  const left = await committed('sending')
  const taken = decide(left.execution, { type: 'boot' }, left.now)
  for (const leg of left.primaries)
    expect(legOf(taken.execution, leg)).toMatchObject({
      state: 'unknown',
      reason: 'the worker that sent it is gone',
      unknownSince: left.now,
    })
  const { execution, leg } = await inDoubt()
  const at = after(leg.unknownSince as Date, 1)
  const again = decide(execution, { type: 'boot' }, at)
  expect(again.effects).toContainEqual({ type: 'look-up', leg: leg.clientOrderId })
})

test('what a venue answers to an order decides it once', async () => {
  const { execution, primaries, now } = await committed('sending')
  const leg = primaries[0] as Leg
  const answered = (submission: Submission, from = execution) =>
    decide(from, { type: 'submission', leg: leg.clientOrderId, submission }, now)
  const become = (submission: Submission) => legOf(answered(submission).execution, leg)
  const accepted = answered({ outcome: 'accepted', orderId: 'n1' })
  expect(legOf(accepted.execution, leg)).toMatchObject({
    state: 'acked',
    orderId: 'n1',
    ackedAt: now,
    unknownSince: undefined,
    reads: 1,
    proof: { deadAt: after(now, 15_000), absentAt: [] },
  })
  expect(become({ outcome: 'duplicate', reason: 'known' })).toMatchObject({
    state: 'unknown',
    reason: 'known',
  })
  expect(become({ outcome: 'unknown', reason: 'timeout' })).toMatchObject({
    state: 'unknown',
    reason: 'timeout',
    unknownSince: now,
  })
  expect(become({ outcome: 'void', reason: 'no route' })).toMatchObject({
    state: 'void',
    reason: 'never left: no route',
  })
  const no = answered({ outcome: 'rejected', code: '-2010', reason: 'no funds' })
  expect(legOf(no.execution, leg)).toMatchObject({ state: 'rejected', reason: 'no funds (-2010)' })
  expect(alertsOf(no)).toMatchObject([
    {
      kind: 'leg-rejected',
      severity: 'P1',
      text: `${where(leg)} was rejected: no funds (-2010)`,
    },
  ])
  expect(become({ outcome: 'rejected', code: '-2010', reason: 'no funds, -2010' }).reason).toBe(
    'no funds, -2010',
  )
  const late = answered({ outcome: 'rejected', code: 'x', reason: 'y' }, accepted.execution)
  expect(legOf(late.execution, leg).state).toBe('acked')
})

test('an open order that is ours is found; a list without it is a proof, and a failed look is nothing', async () => {
  const { execution, leg, now } = await inDoubt()
  const told = (read: Extract<Event, { type: 'open-orders' }>['read']) => {
    const event: Event = { type: 'open-orders', leg: leg.clientOrderId, askedAt: now, read }
    return legOf(decide(execution, event, now).execution, leg)
  }
  const order = {
    orderId: 'n1',
    clientOrderId: leg.clientOrderId,
    state: 'open',
    amount: leg.amount,
    filled: baseAmount('0'),
  } as const
  const other = { ...order, orderId: 'n2', clientOrderId: 'theirs' }
  expect(told({ outcome: 'ok', value: [other, order] })).toMatchObject({
    state: 'acked',
    orderId: 'n1',
  })
  for (const value of [[], [other]])
    expect(told({ outcome: 'ok', value })).toMatchObject({
      state: 'unknown',
      orderId: undefined,
      proof: { notOpenAt: now },
    })
  const failed = { outcome: 'failed', reason: '502' } as const
  expect(told(failed).proof).toEqual(leg.proof)
  const reads: readonly Event[] = [
    { type: 'looked-up', leg: leg.clientOrderId, askedAt: now, read: failed },
    { type: 'fills', leg: leg.clientOrderId, askedAt: now, read: failed, others: [] },
    { type: 'balances', leg: leg.clientOrderId, askedAt: now, read: failed, booked: [] },
  ]
  for (const event of reads)
    expect(legOf(decide(execution, event, now).execution, leg).proof).toEqual(leg.proof)
})
