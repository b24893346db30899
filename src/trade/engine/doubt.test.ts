// An order of which nobody knows whether it exists: what is asked, what proves what, and who is told.
import { expect, test } from 'vitest'
import {
  after,
  alertsOf,
  asksOf,
  fillsEvent,
  inDoubt,
  legOf,
  lookEvent,
  printOf,
  where,
} from '../../../test/simulation/engine-facts.ts'
import type { BaseAmount } from '../../money.ts'
import { decide } from './decide.ts'
import type { Event } from './event.ts'
import type { Execution, Leg } from './execution.ts'
import type { VenueFill } from './order-gateway.ts'

test('an order that was proved dead and is found is an alarm at once', async () => {
  const { execution, leg, now } = await inDoubt()
  const dead: Execution = {
    ...execution,
    legs: execution.legs.map((one) =>
      one.clientOrderId === leg.clientOrderId
        ? { ...one, state: 'never-accepted', endedAt: now, readAt: undefined }
        : one,
    ),
  }
  const found = decide(dead, lookEvent(leg, now, {}), now)
  expect(alertsOf(found)).toMatchObject([
    {
      kind: 'found-dead',
      severity: 'P0',
      text: `${where(leg)} has an order that was never-accepted`,
    },
  ])
  expect(legOf(found.execution, leg)).toMatchObject({
    state: 'acked',
    orderId: 'n1',
    endedAt: undefined,
    checkedAt: undefined,
    unknownSince: undefined,
    ackedAt: now,
  })
})

test('an answer about another order or another amount says nothing', async () => {
  const { execution, leg, now } = await inDoubt()
  const amount = (leg.amount - 1n) as BaseAmount
  for (const change of [{ clientOrderId: 'another' }, { amount }])
    expect(legOf(decide(execution, lookEvent(leg, now, change), now).execution, leg)).toMatchObject(
      { state: 'unknown', orderId: undefined, seen: undefined },
    )
  const found = decide(execution, lookEvent(leg, now, {}), now).execution
  // Once it has a name there its amount may have been changed by hand.
  const known = legOf(found, leg)
  const changed = decide(found, lookEvent(known, now, { amount, state: 'closed' }), now)
  expect(legOf(changed.execution, leg).state).toBe('cancelled-zero')
  const other = decide(found, lookEvent(known, now, { orderId: 'n2', state: 'closed' }), now)
  expect(legOf(other.execution, leg).state).toBe('acked')
})

test('an order in doubt is an alarm after half a minute, a person’s after its limit, and known is told too', async () => {
  const { execution, leg } = await inDoubt({ requestLifeMs: null })
  const since = leg.unknownSince as Date
  const tick = (from: Execution, ms: number) => decide(from, { type: 'timer' }, after(since, ms))
  expect(alertsOf(tick(execution, 29_999))).toEqual([])
  const alarmed = tick(execution, 30_000)
  expect(alertsOf(alarmed)).toMatchObject([
    {
      kind: 'unknown',
      severity: 'P0',
      text: `${where(leg)}: for 30 s nobody knows whether the order exists`,
    },
  ])
  const late = execution.terms.resolveMsMax
  expect(legOf(tick(alarmed.execution, late - 1).execution, leg).state).toBe('unknown')
  const lost = tick(alarmed.execution, late)
  expect(legOf(lost.execution, leg)).toMatchObject({
    state: 'escalated',
    reason: 'nobody can say what became of it',
  })
  expect(alertsOf(lost)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        kind: 'escalated',
        severity: 'P0',
        text: `${where(leg)}: nobody can say what became of it; up to all of it may be filled`,
      }),
      expect.objectContaining({ kind: 'exposed', severity: 'P0' }),
    ]),
  )
  const now = after(since, late + 1_000)
  const found = decide(lost.execution, lookEvent(leg, now, { state: 'cancelled' }), now)
  expect(alertsOf(found)).toEqual(
    expect.arrayContaining([expect.objectContaining({ kind: 'known', severity: 'P2' })]),
  )
  expect(alertsOf(found).find(({ kind }) => kind === 'known')?.text).toMatch(
    new RegExp(`^${where(leg)}: it is known now, nothing was filled`),
  )
  expect(found.execution.exposedAt).toBeUndefined()
})

test('an order is read soon, then with growing gaps of five seconds at most; a person’s every half minute', async () => {
  const { execution, leg } = await inDoubt({ requestLifeMs: null })
  let [now, next] = [leg.readAt as Date, execution]
  const gaps: number[] = []
  for (let n = leg.reads; n < 8; n++) {
    const due = decide(next, { type: 'timer' }, now)
    expect(asksOf(due, leg)).toEqual(
      expect.arrayContaining(['look-up', 'read-fills', 'read-open-orders']),
    )
    const read = legOf(due.execution, leg)
    expect(asksOf(decide(due.execution, { type: 'timer' }, now), leg)).toEqual([])
    gaps.push((read.readAt as Date).getTime() - now.getTime())
    ;[now, next] = [read.readAt as Date, due.execution]
  }
  expect(gaps).toEqual([200, 400, 800, 1600, 3200, 5000, 5000, 5000].slice(leg.reads))
  const late = after(leg.unknownSince as Date, execution.terms.resolveMsMax)
  const lost = decide(next, { type: 'timer' }, late)
  expect(legOf(lost.execution, leg).readAt).toEqual(after(late, 30_000))
})

test('what an order needs is asked for: a balance only when nothing names it and nothing can arrive', async () => {
  const { execution, leg, now } = await inDoubt()
  const due = (from: Execution, change: Partial<Leg>, at: Date) => {
    const legs = from.legs.map((one) =>
      one.clientOrderId === leg.clientOrderId ? { ...one, ...change, readAt: at } : one,
    )
    return asksOf(decide({ ...from, legs }, { type: 'timer' }, at), leg)
  }
  const early = after(leg.proof?.deadAt as Date, -1)
  expect(due(execution, {}, early)).toEqual(['look-up', 'read-fills', 'read-open-orders'])
  const all = ['look-up', 'read-fills', 'read-open-orders', 'read-balances']
  expect(due(execution, {}, now)).toEqual(all)
  const named = { state: 'acked', orderId: 'n1', ackedAt: now } as const
  expect(due(execution, named, now)).toEqual(['look-up', 'read-fills', 'read-open-orders'])
  expect(due(execution, named, early)).toEqual(['look-up', 'read-fills'])
  const open = { ...named, seen: { state: 'open', filled: 0n as BaseAmount } } as const
  const long = after(now, execution.terms.openMsMax)
  expect(due(execution, open, after(long, -1))[0]).toBe('look-up')
  expect(due(execution, open, long)[0]).toBe('cancel')
})

test('a print that could be of an order nobody finds takes its proof back; others do not', async () => {
  const { execution, leg, now } = await inDoubt()
  const noFillAt = (change: Partial<VenueFill>, others: readonly string[] = []) => {
    const event = fillsEvent(leg, now, [printOf(leg, now, change)], others)
    return legOf(decide(execution, event, now).execution, leg).proof?.noFillAt
  }
  expect(noFillAt({})).toBeUndefined()
  const sent = (leg.sentAt as Date).getTime()
  expect(noFillAt({ at: new Date(sent - 60_000) })).toBeUndefined()
  expect(noFillAt({ at: new Date(sent - 60_001) })).toEqual(now)
  expect(noFillAt({ side: 'buy' })).toEqual(now)
  expect(noFillAt({ symbol: 'ETH/USDT' })).toEqual(now)
  expect(noFillAt({ amount: (leg.amount + 1n) as BaseAmount })).toEqual(now)
  expect(noFillAt({}, ['stranger'])).toEqual(now)
  const own = execution.legs.find(({ orderId }) => orderId !== undefined)?.orderId as string
  expect(noFillAt({ orderId: own })).toEqual(now)
})

test('a balance proves something when it is what is booked, to less than a step', async () => {
  const { execution, leg, now } = await inDoubt()
  const { base, amountStep } = leg.market
  const balancedAt = (there: bigint | undefined, ours: bigint | undefined) => {
    const rows = (amount: bigint | undefined) => (amount === undefined ? [] : [amount])
    const event: Event = {
      type: 'balances',
      leg: leg.clientOrderId,
      askedAt: now,
      read: {
        outcome: 'ok',
        value: rows(there).map((total) => ({ asset: base, free: total, total })),
      },
      booked: [
        { asset: 'XRP', amount: 7n },
        ...rows(ours).map((amount) => ({ asset: base, amount })),
      ],
    }
    return legOf(decide(execution, event, now).execution, leg).proof?.balancedAt
  }
  const much = amountStep * 100n
  expect(balancedAt(much, much)).toEqual(now)
  expect(balancedAt(much + amountStep - 1n, much)).toEqual(now)
  expect(balancedAt(much - amountStep + 1n, much)).toEqual(now)
  expect(balancedAt(much + amountStep, much)).toBeUndefined()
  expect(balancedAt(much - amountStep, much)).toBeUndefined()
  expect(balancedAt(undefined, much)).toBeUndefined()
  expect(balancedAt(0n, undefined)).toEqual(now)
})
