import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { plannedFill } from '../../test/driven-execution.ts'
import { fillStep, openMoneyBench, type MoneyBench } from '../../test/money-bench.ts'
import { crossOpportunity, cycleOpportunity } from '../../test/opportunities.ts'
import { fillTrade } from '../../test/past-trades.ts'
import { format, parseDecimal, price } from '../money.ts'
import type { LegPlan } from '../opportunity/opportunity.ts'

let bench: MoneyBench
beforeAll(async () => {
  bench = await openMoneyBench()
})
afterAll(() => bench.close())
beforeEach(() => bench.forget())

const at = new Date()

test('a cross moves its money between two venues to the last digit, and writes a line for each move', async () => {
  await bench.declare({
    'kucoin USDT': '1000',
    'kucoin BTC': '0.5',
    'binance USDT': '2000',
    'binance BTC': '1',
  })
  const driven = await bench.begun(crossOpportunity())
  // Figures worked out by hand in decimal, apart from this code.
  expect(await bench.balances()).toMatchObject({
    'kucoin USDT': ['899.999848484212450611', '100.000151515787549389'],
    'binance BTC': ['0.998766666677766667', '0.001233333322233333'],
  })
  await fillTrade(driven, at, { net: '1.155873623808188821' })
  await driven.enter('settling', 'done')
  expect(await bench.balances()).toEqual({
    'kucoin USDT': ['899.999848484212450611', '0'],
    'kucoin BTC': ['0.501233333322233333', '0'],
    'binance USDT': ['2101.15602513959573821', '0'],
    'binance BTC': ['0.998766666677766667', '0'],
  })
  const { rows } = await sql<{ venue: string; asset: string; kind: string; amount: string }>`
    select venue, asset, kind, amount from ledger where trade = ${driven.id}
    order by venue desc, asset, kind`.execute(bench.db)
  expect(
    rows.map(({ venue, asset, kind, amount }) =>
      [venue, kind, format(parseDecimal(amount)), asset].join(' '),
    ),
  ).toEqual([
    'kucoin fee -0.000001234567890124 BTC',
    'kucoin received 0.001234567890123457 BTC',
    'kucoin spent -100.000151515787549389 USDT',
    'binance spent -0.001233333322233333 BTC',
    'binance fee -0.101257282422017756 USDT',
    'binance received 101.257282422017755966 USDT',
  ])
  expect(await bench.trades.unexplained()).toEqual([])
})

test('a cycle spends what each leg delivers, and nobody else can take it in between', async () => {
  await bench.declare({ 'kucoin USDT': '500' })
  const driven = await bench.begun(cycleOpportunity())
  const steps = [await bench.balances()]
  for (const step of [0, 1, 2]) {
    await fillStep(driven, step)
    steps.push(await bench.balances())
  }
  await driven.enter('settling', 'done')
  const spent = { 'kucoin USDT': ['400.049382751604937599', '0'] }
  expect(steps).toEqual([
    { 'kucoin USDT': ['400.049382751604937599', '99.950617248395062401'] },
    { ...spent, 'kucoin ETH': ['0', '0.031203333322233333'] },
    { ...spent, 'kucoin ETH': ['0', '0'], 'kucoin BTC': ['0', '0.001243036788481337'] },
    {
      'kucoin USDT': ['500.925256376622374527', '0'],
      'kucoin ETH': ['0', '0'],
      'kucoin BTC': ['0', '0'],
    },
  ])
  expect(await bench.trades.find(driven.id)).toMatchObject({ state: 'settled', residual: [] })
})

test('a cycle that stops half way keeps what it got until a person takes it as it is', async () => {
  await bench.declare({ 'kucoin USDT': '500' })
  const driven = await bench.begun(cycleOpportunity())
  await fillStep(driven, 0)
  await driven.print({ 1: [], 2: [] }, at)
  await driven.enter('imbalanced')
  await driven.go({ state: 'exposed', reason: 'the second leg was refused', exposedAt: at })
  const rest = { 'kucoin USDT': ['400.049382751604937599', '0'] }
  expect(await bench.balances()).toEqual({ ...rest, 'kucoin ETH': ['0', '0.031203333322233333'] })
  // Told once, in the same transaction.
  const told = (await bench.posts()).filter(
    (post) => post.kind === 'alert' && post.subject.includes(driven.id),
  )
  expect(told).toMatchObject([
    {
      severity: 'P0',
      subject: `Trade ${driven.id} left an open position`,
      text: expect.stringContaining(
        '0.0312033 ETH on kucoin is open after kucoin USDT → ETH → BTC → USDT: the second leg was refused.\n',
      ),
    },
  ])
  await driven.enter('settling', 'settled-with-diff')
  expect(await bench.balances()).toEqual({ ...rest, 'kucoin ETH': ['0.031203333322233333', '0'] })
  expect(await bench.trades.find(driven.id)).toMatchObject({
    state: 'settled',
    residual: [{ asset: 'ETH', amount: parseDecimal('0.031203333322233333') }],
  })
})

test('a fill as bad as its limit is paid from what was set aside for that', async () => {
  const [buy, sell] = crossOpportunity().legs as [LegPlan, LegPlan]
  const limit = price('82000')
  await bench.declare({ 'kucoin USDT': '102', 'binance BTC': '1' })
  const driven = await bench.begun(crossOpportunity(), undefined, {
    plan: [{ ...buy, limit }, sell],
  })
  expect(await bench.balances()).toMatchObject({
    'kucoin USDT': ['0.765433009876526', '101.234566990123474'],
  })
  await driven.print({ 0: [{ ...plannedFill(driven.current(), 0, at), price: limit }] }, at)
  expect(await bench.balances()).toMatchObject({ 'kucoin USDT': ['0.765433009876526', '0'] })
})

test('a print that another trade has is refused, with all that came with it', async () => {
  await bench.declare({ 'kucoin USDT': '1000', 'binance BTC': '1' })
  const owner = await bench.begun(crossOpportunity())
  const thief = await bench.begun(crossOpportunity({ route: 'cross BTC/USDT kucoin>okx' }))
  await fillStep(owner, 0)
  const before = await bench.balances()
  const taken = { ...plannedFill(owner.current(), 0, at), orderId: 'its own' }
  await expect(thief.print({ 0: [taken] }, at)).rejects.toThrow('prints_pkey')
  expect(await bench.balances()).toEqual(before)
  expect(await bench.trades.find(thief.id)).toMatchObject({ state: 'executing', fills: [] })
})
