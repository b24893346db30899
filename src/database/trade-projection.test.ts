import { afterAll, beforeAll, expect, test } from 'vitest'
import { driveByHand } from '../../test/driven-execution.ts'
import { entriesOfLeg, filled, intentOf, sent } from '../../test/executions.ts'
import {
  openPostgresExecutionBench,
  type PostgresExecutionBench,
} from '../../test/postgres-execution-bench.ts'
import type { Notification } from '../notification/notification.ts'
import type { Leg } from '../trade/engine/execution.ts'
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

/** An execution that is driven by hand, one order after the other. */
async function open() {
  const driven = await driveByHand(bench.stores[0], await bench.approved())
  const { id, go, enter, current } = driven
  const change = (clientOrderId: string, to: (leg: Leg) => Leg) =>
    go({
      legs: current().legs.map((leg) => (leg.clientOrderId === clientOrderId ? to(leg) : leg)),
    })
  /** From the intent to the last print. */
  async function trade(leg: Leg): Promise<void> {
    if (!current().legs.some(({ clientOrderId }) => clientOrderId === leg.clientOrderId))
      await go({ legs: [...current().legs, leg] })
    await change(leg.clientOrderId, (one) => sent(one, at))
    await change(leg.clientOrderId, (one) => ({
      ...one,
      state: 'acked',
      orderId: one.clientOrderId,
    }))
    await change(leg.clientOrderId, (one) => filled(one, at))
  }
  return { id, execution: current(), go, enter, trade, current, next: driven.next }
}

test('a trade is executing from the first order on, with the plan that is traded, and settles with its fills', async () => {
  const { id, execution, go, enter, trade, current } = await open()
  await enter('preflight')
  const [buy, sell] = execution.plan
  if (buy === undefined || sell === undefined) throw new Error('a cross has two legs')
  const half = { asset: buy.spends.asset, amount: buy.spends.amount / 2n }
  const smaller = { ...buy, spends: half, bookAgeMs: 3 }
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
    notional: half.amount,
    notionalUsdt: 50,
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
  expect(await tradeOf(id)).toMatchObject({
    state: 'abandoned',
    reason: 'the gap is gone',
    foundNet: undefined,
  })
  expect(await wordsOf(id)).toEqual(['trade abandoned'])
  const priced = await open()
  const book = { venue: 'kucoin', symbol: 'BTC/USDT', ageMs: 3, synced: true, crossed: false }
  await priced.enter('preflight')
  await priced.go({ state: 'aborted', reason: 'too little', books: [book], expectedNet: -3n })
  expect(await tradeOf(priced.id)).toMatchObject({ state: 'abandoned', foundNet: -3n })
})

test('a commit that is refused changes no trade and tells nobody, and one that is tried again tells once', async () => {
  const { id, enter, next } = await open()
  await enter('preflight')
  const [store, other] = bench.stores
  const end = next({ state: 'aborted', reason: 'the gap is gone' })
  const odd = { key: `odd ${id}`, transaction: `odd ${id}`, asset: 'ODD', amount: 5n }
  const entries = [{ ...odd, account: { type: 'venue', venue: 'okx' } }] as const
  await expect(store.commit({ ...end, entries })).rejects.toThrow('out of nothing')
  expect(await tradeOf(id)).toMatchObject({ state: 'approved' })
  expect(await wordsOf(id)).toEqual([])
  const outcomes = [await store.commit(end), await other.commit(end), await store.commit(end)]
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['committed', 'lost', 'lost'])
  expect(await wordsOf(id)).toEqual(['trade abandoned'])
})

test('a trade with fills is never one that was not made, whatever its execution ended as', async () => {
  const { id, enter, trade, execution, go } = await open()
  await enter('preflight', 'legs')
  await trade(intentOf(execution, 0))
  await enter('settling')
  await go({ state: 'aborted', reason: 'x' })
  expect(await tradeOf(id)).toMatchObject({ state: 'settled', fills: [{ side: 'buy' }] })
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
