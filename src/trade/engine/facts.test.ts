// What one answer of a venue changes about an order, and what is told of it.
import { expect, test } from 'vitest'
import {
  alertsOf,
  asksOf,
  awaiting,
  fillsEvent,
  legOf,
  lookEvent,
  over,
  printOf,
  where,
} from '../../../test/simulation/engine-facts.ts'
import type { BaseAmount, Price } from '../../money.ts'
import { decide } from './decide.ts'

test('a print at the limit for all of it is what was asked for; one worse is an alarm', async () => {
  const { execution, leg, now } = await awaiting()
  const good = decide(execution, fillsEvent(leg, now, [printOf(leg, now)]), now)
  expect(alertsOf(good)).toEqual([])
  expect(legOf(good.execution, leg)).toMatchObject({ state: 'filled', endedAt: now })
  const price = (leg.limit + 1n) as Price
  const bad = decide(execution, fillsEvent(leg, now, [printOf(leg, now, { price })]), now)
  expect(alertsOf(bad)).toMatchObject([{ kind: 'worse-than-limit', severity: 'P0' }])
  expect(alertsOf(bad)[0]?.text).toMatch(/filled at .+, worse than /)
  const better = (leg.limit - 1n) as Price
  const fine = decide(execution, fillsEvent(leg, now, [printOf(leg, now, { price: better })]), now)
  expect(alertsOf(fine)).toEqual([])
})

test('a print of more than the order is an alarm, and each such print is one of its own', async () => {
  const { execution, leg, now } = await awaiting()
  const amount = (leg.amount + 1n) as BaseAmount
  const first = decide(execution, fillsEvent(leg, now, [printOf(leg, now, { amount })]), now)
  expect(alertsOf(first)).toMatchObject([{ kind: 'overfill', severity: 'P0' }])
  expect(alertsOf(first)[0]?.text).toMatch(/filled .+ of an order of /)
  const again = printOf(leg, now, { tradeId: 'late2', amount: 1n as BaseAmount })
  const second = decide(first.execution, fillsEvent(leg, now, [again]), now)
  expect(alertsOf(second).map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['overfill', 'late-fill']),
  )
})

test('B7 a print after the end is told, opens the trade again and is looked at once more', async () => {
  const { execution, leg, now } = await over()
  const amount = leg.market.amountStep
  const told = decide(execution, fillsEvent(leg, now, [printOf(leg, now, { amount })]), now)
  expect(alertsOf(told)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        kind: 'late-fill',
        severity: 'P1',
        text: `${where(leg)} filled after its order had ended as filled`,
      }),
    ]),
  )
  expect(told.execution.state).not.toBe('done')
  expect(legOf(told.execution, leg)).toMatchObject({ endedAt: now, checkedAt: undefined })
})

test('prints of another order, side or market are none of ours', async () => {
  const { execution, leg, now } = await awaiting()
  for (const change of [
    { orderId: 'another' },
    { side: 'sell' as const },
    { symbol: 'ETH/USDT' },
  ]) {
    const told = decide(execution, fillsEvent(leg, now, [printOf(leg, now, change)]), now)
    expect(legOf(told.execution, leg).fills).toEqual([])
  }
})

test('a sum of fills that a venue takes back is an alarm and is not taken back here', async () => {
  const { execution: looked, leg, now } = await awaiting()
  const legs = looked.legs.map((one) =>
    one.clientOrderId === leg.clientOrderId ? { ...one, seen: undefined } : one,
  )
  const execution = { ...looked, legs }
  const half = (leg.amount / 2n) as BaseAmount
  const first = decide(execution, lookEvent(leg, now, { filled: half }), now)
  expect(legOf(first.execution, leg).seen).toEqual({ state: 'open', filled: half })
  expect(alertsOf(first)).toEqual([])
  const same = decide(first.execution, lookEvent(leg, now, { filled: half }), now)
  expect(alertsOf(same)).toEqual([])
  const less = (half - 1n) as BaseAmount
  const back = decide(first.execution, lookEvent(leg, now, { filled: less }), now)
  expect(legOf(back.execution, leg).seen).toEqual({ state: 'open', filled: half })
  expect(alertsOf(back)).toMatchObject([
    {
      kind: 'backwards',
      severity: 'P1',
      text: `${where(leg)} says that less is filled than before`,
    },
  ])
})

test('a look besides those that are due asks for what has left, and for nothing else', async () => {
  const { execution, leg, now } = await over()
  const never = execution.legs.find(({ state }) => state === 'void')
  const looked = decide(execution, { type: 'told', leg: leg.clientOrderId }, now)
  expect(asksOf(looked, leg)).toEqual(['look-up', 'read-fills'])
  expect(looked.execution).toEqual(execution)
  const all = decide(execution, { type: 'recheck' }, now)
  const left = execution.legs.filter(({ sentAt }) => sentAt !== undefined)
  expect(left.map((one) => asksOf(all, one))).toEqual(left.map(() => ['look-up', 'read-fills']))
  expect(all.effects).toHaveLength(left.length * 2)
  if (never !== undefined)
    expect(decide(execution, { type: 'told', leg: never.clientOrderId }, now).effects).toEqual([])
})
