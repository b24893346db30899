// Executions stopped where something is awaited, and what a venue may say then.
import { expect } from 'vitest'
import type { BaseAmount } from '../../src/money.ts'
import type { Decision } from '../../src/trade/engine/decide.ts'
import type { Event } from '../../src/trade/engine/event.ts'
import type { Execution, Leg } from '../../src/trade/engine/execution.ts'
import type { VenueFill, VenueOrder } from '../../src/trade/engine/order-gateway.ts'
import { openBench, type BenchOptions } from './engine-bench.ts'

export const after = (at: Date, ms: number) => new Date(at.getTime() + ms)
export const alertsOf = ({ effects }: Decision) =>
  effects.flatMap((effect) => (effect.type === 'alert' ? [effect.alert] : []))
export const asksOf = ({ effects }: Decision, { clientOrderId }: Leg) =>
  effects.flatMap((effect) =>
    'leg' in effect && effect.leg === clientOrderId ? [effect.type] : [],
  )
export const legOf = ({ legs }: Execution, { clientOrderId }: Pick<Leg, 'clientOrderId'>) =>
  legs.find((leg) => leg.clientOrderId === clientOrderId) as Leg
export const where = ({ market }: Leg) => `${market.venue} ${market.symbol}`

async function stopped(ms: number, options: BenchOptions) {
  const bench = openBench(options)
  bench.drive()
  await bench.run(ms)
  return bench
}

/** The first leg is accepted, and its prints are awaited. */
export async function awaiting() {
  const bench = await stopped(3_000, { faults: { 'fills failed': 50 } })
  const leg = bench.leg('x00')
  expect(leg).toMatchObject({ state: 'acked', side: 'buy', fills: [] })
  return { execution: bench.execution(), leg, now: after(leg.ackedAt as Date, 1_000) }
}

/** Nobody knows of the second whether it arrived. */
export async function inDoubt(options: BenchOptions = {}) {
  const bench = await stopped(1_000, { faults: { 'request lost': [1] }, ...options })
  for (let n = 0; n < 60 && bench.leg('x01').state === 'sending'; n++) await bench.run(250)
  const leg = bench.leg('x01')
  expect(leg).toMatchObject({ state: 'unknown', side: 'sell', orderId: undefined })
  const dead = leg.proof?.deadAt ?? after(leg.unknownSince as Date, 10_000)
  return { execution: bench.execution(), leg, now: after(dead, 1) }
}

export async function over() {
  const bench = openBench()
  bench.drive()
  await bench.finish()
  const execution = bench.execution()
  expect(execution.state).toBe('done')
  return { execution, leg: bench.leg('x00'), now: after(bench.leg('x00').endedAt as Date, 60_000) }
}

export const printOf = (leg: Leg, now: Date, change: Partial<VenueFill> = {}): VenueFill => ({
  tradeId: 'late1',
  orderId: leg.orderId ?? 'stranger',
  symbol: leg.market.symbol,
  side: leg.side,
  amount: leg.amount,
  price: leg.limit,
  fee: { asset: leg.market.quote, amount: 1n },
  at: now,
  ...change,
})
export const fillsEvent = (
  leg: Leg,
  askedAt: Date,
  value: readonly VenueFill[],
  others: readonly string[] = [],
): Event => ({
  type: 'fills',
  leg: leg.clientOrderId,
  askedAt,
  read: { outcome: 'ok', value },
  others,
})
export const lookEvent = (leg: Leg, askedAt: Date, change?: Partial<VenueOrder>): Event => ({
  type: 'looked-up',
  leg: leg.clientOrderId,
  askedAt,
  read: {
    outcome: 'ok',
    value: change && {
      orderId: leg.orderId ?? 'n1',
      clientOrderId: leg.clientOrderId,
      state: 'open',
      amount: leg.amount,
      filled: 0n as BaseAmount,
      ...change,
    },
  },
})
