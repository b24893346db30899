import { afterAll, beforeAll, expect, test } from 'vitest'
import { entriesOfLeg, filled, intentOf, sent } from '../../test/executions.ts'
import {
  openPostgresExecutionBench,
  type PostgresExecutionBench,
} from '../../test/postgres-execution-bench.ts'
import type { Notification } from '../notification/notification.ts'
import type { Execution, ExecutionState, Leg } from '../trade/engine/execution.ts'
import type { Commit } from '../trade/engine/execution-store.ts'
import { openPostgresTradeStore } from './postgres-trade-store.ts'

let bench: PostgresExecutionBench
beforeAll(async () => {
  bench = await openPostgresExecutionBench()
})
afterAll(() => bench.close())

const at = new Date()
const tradeOf = (id: string) => openPostgresTradeStore(bench.db, { mode: 'paper' }).find(id)

/** "trade executing", "P0 Trade … left an open position", of this execution alone. */
async function wordsOf(id: string): Promise<readonly string[]> {
  const word = (post: Notification) => {
    if (post.kind === 'trade' && post.trade.id === id) return [`trade ${post.trade.state}`]
    if (post.kind !== 'alert' || !post.subject.includes(id)) return []
    return [`${post.severity} ${post.subject.replace(id, '…')}`]
  }
  return (await bench.posts()).flatMap(word)
}

/** An execution that is driven by hand, one commit after the other. */
async function open() {
  const [store] = bench.stores
  let execution = await bench.approved()
  await store.create(execution)
  const claim = await store.claim(execution.id, 'worker', 60_000)
  if (claim.outcome !== 'claimed') throw new Error(claim.outcome)
  async function go(change: Partial<Execution>, more: Partial<Commit> = {}): Promise<void> {
    const changed = { ...execution, ...change }
    const booked = changed.legs.flatMap((leg) => entriesOfLeg(changed, leg))
    const committed = await store.commit({
      execution: changed,
      epoch: claim.outcome === 'claimed' ? claim.epoch : 0,
      leaseMs: 60_000,
      sends: true,
      reserves: false,
      entries: booked,
      requests: [],
      alerts: [],
      ...more,
    })
    expect(committed).toMatchObject({ outcome: 'committed' })
    execution = { ...changed, version: execution.version + 1 }
  }
  const enter = async (...states: readonly ExecutionState[]) => {
    for (const state of states) await go({ state })
  }
  const change = (clientOrderId: string, to: (leg: Leg) => Leg) =>
    go({
      legs: execution.legs.map((leg) => (leg.clientOrderId === clientOrderId ? to(leg) : leg)),
    })
  /** From the intent to the last print. */
  async function trade(leg: Leg): Promise<void> {
    if (!execution.legs.some(({ clientOrderId }) => clientOrderId === leg.clientOrderId))
      await go({ legs: [...execution.legs, leg] })
    await change(leg.clientOrderId, (one) => sent(one, at))
    await change(leg.clientOrderId, (one) => ({
      ...one,
      state: 'acked',
      orderId: one.clientOrderId,
    }))
    await change(leg.clientOrderId, (one) => filled(one, at))
  }
  return { id: execution.id, execution, go, enter, trade, current: () => execution }
}

test('a trade is executing from the first order on, with the plan that is traded, and settles with its fills', async () => {
  const { id, execution, go, enter, trade, current } = await open()
  await enter('preflight')
  const [buy, sell] = execution.plan
  if (buy === undefined || sell === undefined) throw new Error('a cross has two legs')
  const smaller = { ...buy, bookAgeMs: 3 }
  await go({
    state: 'legs',
    plan: [smaller, sell],
    expectedNet: 5n,
    legs: [intentOf(execution, 0)],
  })
  expect(await tradeOf(id)).toMatchObject({ state: 'approved', plan: execution.plan })
  expect(await wordsOf(id)).toEqual([])
  await trade(intentOf(execution, 0))
  expect(await tradeOf(id)).toMatchObject({
    state: 'executing',
    plan: [smaller, sell],
    expectedNet: 5n,
    fills: [{ orderId: intentOf(execution, 0).clientOrderId, filled: buy.amount }],
  })
  await trade(intentOf(execution, 1))
  await enter('settling', 'done')
  const ended = await tradeOf(id)
  if (ended?.state !== 'settled') throw new Error(ended?.state)
  expect(ended.fills).toHaveLength(2)
  const entries = current().legs.flatMap((leg) => entriesOfLeg(current(), leg))
  const net = entries
    .filter(({ account, asset }) => account.type === 'venue' && asset === 'USDT')
    .reduce((sum, { amount }) => sum + amount, 0n)
  expect(ended.realisedNet).toBe(net)
  expect(await wordsOf(id)).toEqual(['trade executing', 'trade settled'])
})

test('an execution that never sent anything leaves a trade that was not made, and why', async () => {
  const { id, enter, go } = await open()
  await enter('preflight')
  await go({ state: 'aborted', reason: 'the gap is gone' })
  expect(await tradeOf(id)).toMatchObject({ state: 'abandoned', reason: 'the gap is gone' })
  expect(await wordsOf(id)).toEqual(['trade abandoned'])
})

test('an exposure is a P0 alert, once, and what brings it home is shown beside the plan', async () => {
  const { id, execution, enter, trade, go } = await open()
  await enter('preflight', 'legs')
  await trade(intentOf(execution, 0))
  await enter('imbalanced')
  await go({ state: 'exposed', reason: '3 orders have not closed it' })
  expect(await tradeOf(id)).toMatchObject({
    state: 'exposed',
    reason: '3 orders have not closed it',
    residual: [{ asset: 'BTC', amount: (execution.plan[0]?.amount ?? 0n) - 1000n }],
  })
  await go({ hedgesForgiven: 3 })
  expect(await wordsOf(id)).toEqual([
    'trade executing',
    'trade exposed',
    'P0 Trade … left an open position',
  ])
  await enter('imbalanced', 'hedging')
  await trade(intentOf(execution, 0, 'unwind'))
  await enter('settling', 'settled-with-diff')
  const ended = await tradeOf(id)
  expect(ended).toMatchObject({ state: 'settled' })
  expect(ended?.fills.map(({ role, side }) => [role, side])).toEqual([
    [undefined, 'buy'],
    ['unwind', 'sell'],
  ])
  expect((await wordsOf(id)).slice(-2)).toEqual([
    'trade settled',
    'P2 Trade … left an open position',
  ])
})

test('B7 a fill after the end opens the trade again, and people hear of it', async () => {
  const { id, execution, enter, trade, go } = await open()
  await enter('preflight', 'legs')
  const leg = intentOf(execution, 0)
  await go({ legs: [leg] })
  await go({ legs: [{ ...leg, state: 'void' }], state: 'settling' })
  await go({ state: 'aborted', reason: 'nothing was filled' })
  expect(await tradeOf(id)).toMatchObject({ state: 'abandoned' })
  await go({ legs: [filled({ ...leg, state: 'void' }, at)], state: 'imbalanced' })
  expect(await tradeOf(id)).toMatchObject({ state: 'exposed', fills: [{ side: 'buy' }] })
  await enter('hedging')
  await trade(intentOf(execution, 0, 'unwind'))
  await enter('settling', 'settled-with-diff')
  expect(await tradeOf(id)).toMatchObject({ state: 'settled' })
  expect(await wordsOf(id)).toEqual([
    'trade abandoned',
    'trade exposed',
    'P0 Trade … left an open position',
    'trade exposed',
    'trade settled',
    'P2 Trade … left an open position',
  ])
})

test('B12 a fee in a third asset is a change of its own, and in no other number', async () => {
  const { id, execution, enter, go } = await open()
  await enter('preflight', 'legs')
  const leg = intentOf(execution, 0)
  await go({ legs: [leg] })
  await go({ legs: [sent(leg, at)] })
  const out = { ...sent(leg, at), state: 'acked', orderId: 'v' } as const
  await go({ legs: [out] })
  const whole = filled(out, at)
  const fills = whole.fills.map((fill) => ({ ...fill, fee: { asset: 'BNB', amount: 7n } }))
  await go({ legs: [{ ...whole, fills }], state: 'settling' })
  await go({ state: 'settled-with-diff' })
  const trade = await tradeOf(id)
  if (trade?.state !== 'settled') throw new Error(trade?.state)
  expect(trade.fills[0]).toMatchObject({
    fee: { asset: 'BNB', amount: 7n },
    received: { asset: 'BTC', amount: leg.amount },
  })
  expect(trade.residual).toEqual([
    { asset: 'BTC', amount: leg.amount },
    { asset: 'BNB', amount: -7n },
  ])
})
