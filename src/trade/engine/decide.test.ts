// The reducer against everything it may ever be told, in every state it can be in; and whatever order the
// same facts come in.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openBench, type Script } from '../../../test/simulation/engine-bench.ts'
import { baseAmount, type BaseAmount, type Price } from '../../money.ts'
import { changesOf } from './balance.ts'
import { decide } from './decide.ts'
import type { Event } from './event.ts'
import { isActive, isOver, type Execution, type Leg, type Send } from './execution.ts'
import type { Submission, VenueFill, VenueOrder } from './order-gateway.ts'
import { transferStates } from '../transfer/transfer.ts'
import { isOnItsWay } from './sends.ts'
import { mayExecutionGo, mayLegGo } from './transitions.ts'

const scripts: readonly Script[] = [
  {},
  { 'rejected funds': [2] },
  { 'request lost': [1] },
  { 'partial fill': 2 },
  { 'rejected funds': [2], 'no quote': 1_000 },
  { 'stays open': 2 },
  { 'preflight failed': 1 },
]

/** Between its orders; those end as others do. */
const sendScripts: readonly Script[] = [
  { 'transfer refused': 2 },
  { 'transfer answer lost': 1 },
  { 'transfer returned': [1] },
]

/** Executions as they were committed on their way through several stories. */
async function committed(): Promise<readonly Execution[]> {
  const all: Execution[] = []
  for (const kind of ['cross', 'cycle', 'transfer'] as const)
    for (const faults of kind === 'transfer' ? sendScripts : scripts) {
      const bench = openBench({ kind, faults, terms: { hedgeMsMax: 3_000 } })
      all.push(bench.execution())
      bench.drive()
      await bench.finish()
      all.push(...bench.floor.committed)
    }
  return all
}

const submissions: readonly Submission[] = [
  { outcome: 'accepted', orderId: 'n1' },
  { outcome: 'rejected', code: '-2010', reason: 'no funds' },
  { outcome: 'duplicate', reason: 'known' },
  { outcome: 'void', reason: 'refused here' },
  { outcome: 'unknown', reason: 'timeout' },
]

function eventsFor(
  { clientOrderId, amount, market, side, limit }: Leg,
  at: Date,
): readonly Event[] {
  const leg = clientOrderId
  const order = (state: VenueOrder['state'], filled: bigint): VenueOrder => ({
    orderId: 'n1',
    clientOrderId,
    state,
    amount,
    filled: filled as BaseAmount,
  })
  const fill: VenueFill = {
    tradeId: 't1',
    orderId: 'n1',
    symbol: market.symbol,
    side,
    amount,
    price: limit,
    fee: { asset: market.quote, amount: 1n },
    at,
  }
  const read = <T>(value: T) => ({ outcome: 'ok', value }) as const
  const failed = { outcome: 'failed', reason: '502' } as const
  const base = { leg, askedAt: at }
  const looks = [undefined, order('open', 0n), order('closed', amount), order('cancelled', 0n)]
  return [
    ...submissions.map((submission): Event => ({ type: 'submission', leg, submission })),
    ...looks.map((value): Event => ({ type: 'looked-up', ...base, read: read(value) })),
    { type: 'looked-up', ...base, read: failed },
    { type: 'open-orders', ...base, read: read([]) },
    { type: 'open-orders', ...base, read: read([order('open', 0n)]) },
    { type: 'fills', ...base, read: read([]), others: [] },
    { type: 'fills', ...base, read: read([fill]), others: [] },
    { type: 'balances', ...base, read: read([]), booked: [] },
    { type: 'cancelled', leg, read: failed },
    { type: 'told', leg },
  ]
}

/** Whatever may be read of a transfer. */
const sendEvents = ({ id, amount, fee }: Send): readonly Event[] => [
  { type: 'send', send: id, seen: undefined },
  ...transferStates.map((state): Event => {
    const isGone = state !== 'rejected' && state !== 'returned'
    const seen = { state, reason: undefined, gone: isGone ? amount + fee : 0n, arrived: 0n }
    const arrived = state === 'credited' ? amount : 0n
    return { type: 'send', send: id, seen: { ...seen, arrived } }
  }),
]

const general: readonly Event[] = [
  { type: 'boot' },
  { type: 'proceed' },
  { type: 'timer' },
  { type: 'recheck' },
  { type: 'preflight', preflight: { outcome: 'failed', reason: 'gone' }, requestLifeMs: {} },
  { type: 'quotes', quotes: [] },
  { type: 'forbidden', by: 'killed' },
  { type: 'forbidden', by: 'frozen' },
  { type: 'forbidden', by: 'late' },
  { type: 'short', venue: 'v1', asset: 'USDT' },
  { type: 'operator', choice: 'retry', by: 'ann' },
  { type: 'operator', choice: 'accept', by: 'ann' },
  ...(['hedge', 'reverse', 'proceed', 'hold'] as const).map((choice): Event => ({
    type: 'operator',
    choice,
    by: 'ann',
    exposedAt: new Date(0),
  })),
  ...(['hedge', 'reverse', 'proceed', 'hold'] as const).map((choice): Event => ({
    type: 'operator',
    choice,
    by: 'ann',
  })),
]

function faultsOf(before: Execution, event: Event, now: Date): readonly string[] {
  const { execution, effects } = decide(before, event, now)
  const name = `${before.state} on ${event.type}`
  const faults: string[] = []
  if (!mayExecutionGo(before.state, execution.state)) faults.push(`${name}: ${execution.state}`)
  for (const leg of execution.legs) {
    const was = before.legs.find(({ clientOrderId }) => clientOrderId === leg.clientOrderId)
    if (was !== undefined && !mayLegGo(was.state, leg.state))
      faults.push(`${name}: ${was.state} to ${leg.state}`)
    if (was === undefined && leg.state !== 'intent') faults.push(`${name}: begins ${leg.state}`)
  }
  const leaving = effects.flatMap((effect) => (effect.type === 'submit' ? [effect.leg] : []))
  for (const id of leaving) {
    const was = before.legs.find((leg) => leg.clientOrderId === id)?.state
    if (was !== 'intent') faults.push(`${name}: sends what is ${was}`)
  }
  const asked = effects.flatMap((effect) => (effect.type === 'request' ? [effect.order.id] : []))
  if (asked.some((id) => before.sends.some((send) => send.id === id)))
    faults.push(`${name}: asks for a transfer twice`)
  const isUnderWay = (send: Send): boolean =>
    isOnItsWay(send.state) && before.sends.some(({ id }) => id === send.id)
  if (asked.length > 0 && execution.sends.some(isUnderWay))
    faults.push(`${name}: sends while something is on its way`)
  if (new Set(leaving).size !== leaving.length) faults.push(`${name}: sends twice`)
  if (isOver(execution.state) && execution.held.length > 0) faults.push(`${name}: holds money`)
  if (isOver(execution.state) && execution.legs.some((leg) => isActive(leg.state)))
    faults.push(`${name}: over with an order on its way`)
  return faults
}

test('whatever an execution is told in whatever state, it keeps to the tables and sends nothing twice', async () => {
  const all = await committed()
  expect(new Set(all.map(({ state }) => state)).size).toBeGreaterThanOrEqual(9)
  let tried = 0
  for (const execution of all)
    for (const laterMs of [0, 3_000, 60_000, 3_600_000]) {
      const last = Math.max(
        execution.createdAt.getTime(),
        ...execution.legs.map((leg) => (leg.endedAt ?? leg.sentAt ?? leg.createdAt).getTime()),
      )
      const now = new Date(last + laterMs)
      const events = [
        ...general,
        ...execution.legs.flatMap((leg) => eventsFor(leg, now)),
        ...execution.sends.flatMap(sendEvents),
      ]
      for (const event of events) {
        expect(faultsOf(execution, event, now)).toEqual([])
        tried++
      }
    }
  expect(tried).toBeGreaterThan(10_000)
})

/** A cross whose first leg is accepted and awaits its prints. */
async function awaiting(): Promise<Execution> {
  const bench = openBench({ faults: { 'fills failed': 50 } })
  bench.drive()
  await bench.run(3_000)
  return bench.execution()
}

const essence = ({ execution }: { execution: Execution }) => ({
  state: execution.state,
  changes: changesOf(execution),
  held: execution.held,
  legs: execution.legs.map(({ clientOrderId, state, fills }) => ({
    clientOrderId,
    state,
    fills: fills.map(({ tradeId }) => tradeId).toSorted(),
  })),
})

test('B8 prints in any order, doubled and in any portions come to the same end', async () => {
  const execution = await awaiting()
  const leg = execution.legs.find(({ orderId }) => orderId !== undefined) as Leg
  const now = new Date(execution.createdAt.getTime() + 5_000)
  const part = baseAmount('0.4')
  const prints = Array.from({ length: 8 }, (_, n): VenueFill => {
    const price = (leg.limit - BigInt(n)) as Price
    return {
      tradeId: `t${n}`,
      orderId: leg.orderId as string,
      symbol: leg.market.symbol,
      side: leg.side,
      amount: part,
      price: leg.side === 'buy' ? price : leg.limit,
      fee: { asset: leg.market.quote, amount: BigInt(n) * 7n },
      at: now,
    }
  })
  const tell = (portions: readonly (readonly VenueFill[])[]) => {
    let decision = { execution, effects: [] } as ReturnType<typeof decide>
    const booked: string[] = []
    for (const fills of portions) {
      const event: Event = {
        type: 'fills',
        leg: leg.clientOrderId,
        askedAt: now,
        read: { outcome: 'ok', value: fills },
        others: [],
      }
      decision = decide(decision.execution, event, now)
      for (const effect of decision.effects)
        if (effect.type === 'book') booked.push(...effect.entries.map(({ key }) => key))
    }
    return { ...essence(decision), booked: booked.toSorted() }
  }
  const plain = tell([prints])
  expect(plain.booked).toHaveLength(new Set(plain.booked).size)
  const portions = fc
    .tuple(
      fc.shuffledSubarray(prints, { minLength: 8 }),
      fc.array(fc.constantFrom(...prints), { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 16, maxLength: 16 }),
    )
    .map(([all, again, sizes]) => {
      const row = [...all, ...again]
      return sizes.map((size) => row.splice(0, size)).filter((fills) => fills.length > 0)
    })
  fc.assert(
    fc.property(portions, (some) => {
      expect(tell(some)).toEqual(plain)
    }),
    { numRuns: 200 },
  )
})

test('a fact that is told twice changes nothing the second time', async () => {
  for (const execution of await committed())
    for (const leg of execution.legs) {
      const now = new Date(execution.createdAt.getTime() + 5_000)
      for (const event of eventsFor(leg, now)) {
        if (event.type !== 'fills') continue
        const once = decide(execution, event, now)
        const twice = decide(once.execution, event, now)
        expect(essence(twice).changes).toEqual(essence(once).changes)
        expect(twice.effects.filter(({ type }) => type === 'book')).toEqual([])
      }
    }
})
