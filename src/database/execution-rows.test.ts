import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { filled, intentOf, sent } from '../../test/executions.ts'
import {
  openPostgresExecutionBench,
  type PostgresExecutionBench,
} from '../../test/postgres-execution-bench.ts'
import type { BaseAmount, Price, Rate } from '../money.ts'
import { openPostgresTradeStore } from './postgres-trade-store.ts'
import type { Execution, Fill, Leg, Proof } from '../trade/engine/execution.ts'
import type { Commit } from '../trade/engine/execution-store.ts'
import { executionTransitions, legTransitions } from '../trade/engine/transitions.ts'

let bench: PostgresExecutionBench
beforeAll(async () => {
  bench = await openPostgresExecutionBench()
})
afterAll(() => bench.close())

const commitOf = (execution: Execution, epoch: number, more: Partial<Commit> = {}): Commit => ({
  execution,
  epoch,
  leaseMs: 60_000,
  sends: false,
  reserves: false,
  entries: [],
  requests: [],
  alerts: [],
  ...more,
})

/** Objects as the code makes them. */
const record = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(fields, { noNullPrototype: true }) as fc.Arbitrary<T>

const amount = fc.bigInt({ min: 10n ** 10n, max: 10n ** 24n })
const signed = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })
const date = fc.date({
  min: new Date('2001-01-01'),
  max: new Date('2099-12-31'),
  noInvalidDate: true,
})
const maybeDate = fc.option(date, { nil: undefined })
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const count = fc.nat({ max: 1_000_000 })
const held = fc.uniqueArray(
  record({ venue: fc.constantFrom('kucoin', 'okx'), asset: fc.constantFrom('A', 'B'), amount }),
  { selector: ({ venue, asset }) => `${venue} ${asset}`, maxLength: 4 },
)

/** Whatever an execution may say besides its states and its orders. */
const anyDetails = record({
  reason: fc.option(text, { nil: undefined }),
  deadline: date,
  wakeAt: maybeDate,
  expectedNet: signed,
  requestLifeMs: fc.dictionary(fc.constantFrom('kucoin', 'okx', 'gate'), count, {
    noNullPrototype: true,
  }),
  order: fc.array(fc.array(count, { maxLength: 3 }), { maxLength: 3 }),
  planEnded: fc.boolean(),
  books: fc.array(
    record({
      venue: text,
      symbol: text,
      ageMs: fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }),
      synced: fc.boolean(),
      crossed: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  reserved: held,
  held,
  imbalancedAt: maybeDate,
  exposedAt: maybeDate,
  unansweredAt: maybeDate,
  resolution: fc.option(
    record({
      exposedAt: date,
      choice: fc.constantFrom('reverse' as const, 'retry' as const, 'accept' as const),
      by: text,
      at: date,
      answer: fc.option(text, { nil: undefined }),
      limits: fc.array(
        record({
          role: fc.constantFrom('hedge' as const, 'unwind' as const),
          step: count,
          side: fc.constantFrom('buy' as const, 'sell' as const),
          limit: amount as fc.Arbitrary<Price>,
        }),
        { maxLength: 2 },
      ),
    }),
    { nil: undefined },
  ),
  quoteAt: maybeDate,
  hedgesForgiven: count,
  accepted: fc.boolean(),
  told: fc.array(text, { maxLength: 3 }),
})
const anyTerms = record({
  configVersion: count,
  sending: fc.constantFrom('parallel' as const, 'flakier-first' as const),
  singleLeg: fc.constantFrom('hedge', 'reverse', 'proceed', 'hold') as fc.Arbitrary<
    Execution['terms']['singleLeg']
  >,
  dustMax: signed,
  spendMax: signed,
  netMin: signed,
  slipMax: amount as fc.Arbitrary<Rate>,
  bookAgeMsMax: count,
  attemptsMax: count,
  hedgesMax: count,
  hedgeMsMax: count,
  sendMsMax: count,
  openMsMax: count,
  resolveMsMax: count,
  answerMsMax: count,
  unanswered: fc.constantFrom('hedge' as const, 'hold' as const),
  settleMs: count,
})
const anyProof: fc.Arbitrary<Proof> = record({
  deadAt: date,
  absentAt: fc.array(date, { maxLength: 3 }),
  notOpenAt: maybeDate,
  noFillAt: maybeDate,
  balancedAt: maybeDate,
})
const anyFill = record({
  tradeId: fc.constant('named when it is used'),
  orderId: text,
  amount: amount as fc.Arbitrary<BaseAmount>,
  price: amount as fc.Arbitrary<Price>,
  fee: record({ asset: fc.constantFrom('USDT', 'BTC', 'BNB'), amount: signed }),
  at: date,
}) satisfies fc.Arbitrary<Fill>
/** Whatever a leg may have learned. */
const anyNews = record({
  reason: fc.option(text, { nil: undefined }),
  ackedAt: maybeDate,
  unknownSince: maybeDate,
  endedAt: maybeDate,
  orderId: fc.option(text, { nil: undefined }),
  seen: fc.option(
    record({
      state: fc.constantFrom('open' as const, 'closed' as const, 'cancelled' as const),
      filled: amount as fc.Arbitrary<BaseAmount>,
    }),
    { nil: undefined },
  ),
  proof: fc.option(anyProof, { nil: undefined }),
  reads: count,
  readAt: maybeDate,
  checkedAt: maybeDate,
})
const anyStep = record({
  details: anyDetails,
  news: fc.array(anyNews, { minLength: 4, maxLength: 4 }),
  fills: fc.array(fc.array(anyFill, { maxLength: 2 }), { minLength: 4, maxLength: 4 }),
  turn: fc.nat(),
})

/** Where it may go from here, or stays. */
const next = <S>(rows: readonly (readonly [from: S, to: S])[], from: S, turn: number): S => {
  const ways = [from, ...rows.filter(([was]) => was === from).map(([, to]) => to)]
  return ways[turn % ways.length] as S
}

function stepped(
  leg: Leg,
  step: { news: Partial<Leg>; fills: readonly Fill[]; turn: number },
): Leg {
  const state = next(legTransitions, leg.state, step.turn)
  const left = state === 'sending' && leg.state === 'intent' ? sent(leg, new Date()) : leg
  return { ...left, ...step.news, state, fills: [...leg.fills, ...step.fills] }
}

test('an execution reads back exactly as it was written, through whatever it goes', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyTerms,
      anyDetails,
      fc.array(anyStep, { minLength: 1, maxLength: 6 }),
      async (terms, details, steps) => {
        const [store, other] = bench.stores
        let prints = 0
        const named = (fill: Fill) => ({ ...fill, tradeId: `${execution.id} ${prints++}` })
        let execution: Execution = { ...(await bench.approved()), terms, ...details }
        await store.create(execution)
        expect((await other.find(execution.id))?.execution).toStrictEqual(execution)
        const claim = await store.claim(execution.id, 'worker', 60_000)
        if (claim.outcome !== 'claimed') throw new Error(claim.outcome)
        expect(claim.execution).toStrictEqual(execution)
        const intents = [
          intentOf(execution, 0),
          intentOf(execution, 1),
          intentOf(execution, 0, 'unwind'),
        ]
        for (const { details: change, news, fills, turn } of steps) {
          const legs = (execution.legs.length === 0 ? intents : execution.legs).map((leg, i) =>
            execution.legs.length === 0
              ? leg
              : stepped(leg, {
                  news: news[i] ?? {},
                  fills: (fills[i] ?? []).map(named),
                  turn: Math.floor(turn / 5 ** i),
                }),
          )
          const state = next(executionTransitions, execution.state, turn)
          const changed = { ...execution, ...change, state, legs }
          const committed = await store.commit(commitOf(changed, claim.epoch, { sends: true }))
          expect(committed).toMatchObject({ outcome: 'committed' })
          execution = { ...changed, version: execution.version + 1 }
          expect((await other.find(execution.id))?.execution).toStrictEqual(execution)
        }
      },
    ),
    { numRuns: 25 },
  )
}, 120_000)

test('the database allows exactly the changes of state that the engine does', async () => {
  const { rows } = await sql<{ machine: string; from_state: string; to_state: string }>`
    select * from transitions where machine in ('execution', 'leg')`.execute(bench.db)
  const kept = (machine: string) =>
    rows
      .filter((row) => row.machine === machine)
      .map(({ from_state, to_state }) => `${from_state}>${to_state}`)
      .toSorted()
  const said = (first: string, pairs: readonly (readonly [string, string])[]) =>
    [`>${first}`, ...pairs.map(([from, to]) => `${from}>${to}`)].toSorted()
  expect(kept('execution')).toEqual(said('created', executionTransitions))
  expect(kept('leg')).toEqual(said('intent', legTransitions))
})

/** A filled order, booked. */
async function traded() {
  const [store] = bench.stores
  const execution = await bench.approved()
  await store.create(execution)
  const claim = await store.claim(execution.id, 'worker', 60_000)
  if (claim.outcome !== 'claimed') throw new Error(claim.outcome)
  const { epoch } = claim
  const leg = intentOf(execution, 0)
  const at = new Date()
  const versions = [leg, sent(leg, at), { ...sent(leg, at), state: 'acked', orderId: 'v' }] as const
  let version = 0
  for (const order of [...versions, filled(versions[2], at)]) {
    const change = { ...execution, version: version++, legs: [order] }
    const committed = await store.commit(commitOf(change, epoch, { sends: true }))
    expect(committed).toMatchObject({ outcome: 'committed' })
  }
  return { id: leg.clientOrderId, execution: execution.id }
}

test('what was written down of an order cannot be changed by any hand', async () => {
  const { id } = await traded()
  const changes = [
    sql`amount = amount * 2`,
    sql`limit_price = limit_price * 2`,
    sql`symbol = 'ETH/USDT'`,
    sql`side = 'sell'`,
    sql`sent_at = clock_timestamp()`,
    sql`send_epoch = send_epoch + 1`,
  ]
  for (const change of changes)
    await expect(
      sql`update orders set ${change} where id = ${id}`.execute(bench.db),
    ).rejects.toThrow('is written down and may not be changed')
  await expect(
    sql`update orders set state = 'sending' where id = ${id}`.execute(bench.db),
  ).rejects.toThrow('may not go from "filled" to "sending"')
})

test('orders, prints and entries are only ever added to', async () => {
  const { id } = await traded()
  const { db } = bench
  await expect(sql`delete from orders where id = ${id}`.execute(db)).rejects.toThrow('added to')
  await expect(
    sql`update prints set amount = amount * 2 where client_order_id = ${id}`.execute(db),
  ).rejects.toThrow('added to')
  await expect(sql`delete from prints where client_order_id = ${id}`.execute(db)).rejects.toThrow(
    'added to',
  )
})

test('a print belongs to one order for ever', async () => {
  const { id } = await traded()
  const other = await traded()
  await expect(
    sql`insert into prints (venue, symbol, trade_id, client_order_id, seq, order_id, amount, price,
        fee, fee_asset, at)
      select venue, symbol, trade_id, ${other.id}, 7, order_id, amount, price, fee, fee_asset, at
      from prints where client_order_id = ${id}`.execute(bench.db),
  ).rejects.toThrow('duplicate key')
})

test('C15 what orders on a market got of what they asked for is told for that market', async () => {
  const { id } = await traded()
  const trades = openPostgresTradeStore(bench.db, { mode: 'paper' })
  const { rows } = await sql<{ venue: string; symbol: string }>`
    select venue, symbol from orders where id = ${id}`.execute(bench.db)
  const { venue, symbol } = rows[0] ?? { venue: '', symbol: '' }
  const sharesOn = async (store: typeof trades, on: string) =>
    (await store.fillShares()).find((one) => one.venue === venue && one.symbol === on)?.shares
  const [newest, ...before] = (await sharesOn(trades, symbol)) ?? []
  expect(newest).toBe(1)
  // The orders of the tests above are in it too, and what became of them is drawn by lot.
  expect(before.filter((one) => !(one >= 0 && one <= 1))).toEqual([])
  expect(await sharesOn(trades, 'NONE/USDT')).toBeUndefined()
  const live = openPostgresTradeStore(bench.db, { mode: 'live' })
  expect(await sharesOn(live, symbol)).toBeUndefined()
})
