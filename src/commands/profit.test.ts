import { afterAll, beforeAll, expect, test } from 'vitest'
import { ann, cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { cycleOpportunity } from '../../test/opportunities.ts'
import { grantTrade } from '../../test/stores.ts'
import { beginTrade, fillTrade, makePastTrades } from '../../test/past-trades.ts'
import { parseDecimal } from '../money.ts'

const dayMs = 86_400_000
// A Thursday, shortly after Berlin has begun its Friday.
const now = new Date('2025-11-20T23:30:00Z')
const ago = (days: number) => new Date(now.getTime() - days * dayMs)

let empty: TestDesk
let desk: TestDesk
let berlin: TestDesk
beforeAll(async () => {
  empty = await openTestDesk()
  desk = await openTestDesk()
  berlin = await openTestDesk({ 'desk.time_zone': 'Europe/Berlin' })
  for (const { runtime } of [desk, berlin]) {
    await runtime.markets.saveValues(new Map([['BTC', 80_000]]))
    const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000)
    await runtime.history.addPrices([
      { venue: 'kucoin', symbol: 'BTC/USDT', minute, bid: 80_000, ask: 80_100 },
      { venue: 'kucoin', symbol: 'USDT/EUR', minute, bid: 0.9, ask: 0.91 },
    ])
    await makePastTrades(runtime.config.databaseUrl?.reveal() ?? '', runtime, [
      // 23:10 UTC: today in UTC, and today in Berlin as well.
      { net: '1.5', endedAt: new Date('2025-11-20T23:10:00Z') },
      // 22:30 UTC: today in UTC, yesterday in Berlin.
      { net: '-0.5', endedAt: new Date('2025-11-20T22:30:00Z') },
      { net: '3', endedAt: ago(2), opportunity: cycleOpportunity() },
      { net: '10', endedAt: ago(20), residual: { BTC: '0.0001' } },
      { net: '-100', endedAt: ago(40), residual: { ODD: '5' }, state: 'exposed' },
    ])
  }
})
afterAll(async () => {
  await empty.close()
  await desk.close()
  await berlin.close()
})

const say = (line: string, on = desk) => on.say(line, ann, { now })
const jsonOf = async (line: string, on = desk) => cardIn(await say(line, on)).json

test('a desk without a trade says so on each of them, and draws nothing', async () => {
  for (const line of ['profit', 'daily', 'weekly', 'monthly', 'performance']) {
    const reply = await say(line, empty)
    expect(textOf(reply), line).toMatch(/No trade (has )?ended/)
    expect(cardIn(reply).chart, line).toBeUndefined()
    expect(cardIn(reply).badges).toEqual(['PAPER', 'SIMULATED MARKET'])
  }
})

test('profit is told for today, 7 days, 30 days and in all, with what no sum shows', async () => {
  const reply = await say('profit')
  expect(cardIn(reply).json).toMatchObject({
    currency: 'USDT',
    time_zone: 'UTC',
    periods: {
      today: {
        trades: 2,
        wins: 1,
        losses: 1,
        profit_usdt: 1,
        changes: [{ asset: 'USDT', amount: '1' }],
        expected_usdt: 2.4,
      },
      days_7: { trades: 3, profit_usdt: 4 },
      days_30: { trades: 4, profit_usdt: 22 },
      all: { trades: 5, exposed: 1, profit_usdt: -78, unvalued: [{ asset: 'ODD', amount: '5' }] },
    },
    best_route: { route: 'cycle kucoin USDT>ETH>BTC', profit_usdt: 3 },
    worst_route: { route: 'cross BTC/USDT kucoin>binance', profit_usdt: -81 },
  })
  const text = textOf(reply)
  expect(text).toContain('Arbitrage +22 USDT, today +1 USDT')
  expect(text).toMatch(/^Arbitrage: \+22 USDT$/m)
  expect(text).toMatch(
    /^Inventory: -100 USDT without \+5 ODD, which no market converts, as against holding what was paid in$/m,
  )
  expect(text).toContain(
    'Provisional: +5 ODD left over, which no market converts to USDT and which is in no sum; 1 trade ended with an open position',
  )
  expect(text).toContain('30 days +22 0 +4.8 3 of 4 (75 %)')
  expect(text).toContain('all +22 -100 + leftovers +6 3 of 5 (60 %)')
  expect(cardIn(reply).chart).toMatchObject({ kind: 'profit', currency: 'USDT' })
})

test('G8 the two lines are what is held beyond what was paid in, to the last digit', async () => {
  const {
    arbitrage,
    inventory,
    against_holding: whole,
  } = (await jsonOf('profit')) as Record<
    'arbitrage' | 'inventory' | 'against_holding',
    { amount: string }
  >
  const exact = ({ amount }: { amount: string }) => parseDecimal(amount)
  expect(exact(whole)).not.toBe(0n)
  expect(exact(arbitrage) + exact(inventory)).toBe(exact(whole))
})

test('what a trade under way has moved is in neither line until it ends, and the three add up', async () => {
  const running = await openTestDesk()
  const { runtime } = running
  await makePastTrades(runtime.config.databaseUrl?.reveal() ?? '', runtime, [
    { net: '1.5', endedAt: new Date(now.getTime() - 1) },
    {
      net: '-100',
      endedAt: new Date(now.getTime() - 1),
      residual: { BTC: '0.001' },
      state: 'exposed',
    },
  ])
  const ask = async () => cardIn(await running.say('profit', ann, { now })).json
  const before = (await ask()) as { inventory: object; arbitrage: object }
  expect(before).toMatchObject({ under_way: { trades: 0, amount: '0' } })
  const opportunity = cycleOpportunity()
  const driven = await beginTrade(runtime, await grantTrade(runtime, opportunity), now)
  await fillTrade(driven, now, { net: '3' })
  const reply = await running.say('profit', ann, { now })
  expect(cardIn(reply).json).toMatchObject({
    arbitrage: before.arbitrage,
    inventory: before.inventory,
    under_way: { trades: 1, currency: 'USDT', amount: '3', unconverted: [] },
  })
  expect(textOf(reply)).toMatch(
    /^Under way: \+3 USDT so far in 1 trade, which counts once it ends$/m,
  )
  // Their words differ, for they are of trades that ended in that time alone.
  const days = textOf(await running.say('daily', ann, { now }))
  expect(days).toMatch(
    /^Left open: -100 USDT without .* by trades that ended with an open position$/m,
  )
  expect(days).not.toContain('Inventory')
  await driven.enter('settling', 'done')
  expect(await ask()).toMatchObject({
    arbitrage: { amount: '4.5' },
    inventory: before.inventory,
    under_way: { trades: 0, amount: '0' },
  })
  await running.close()
})

test('both lines are told in the currency that the setting names', async () => {
  const { settings } = desk.runtime
  await settings.change('report.currency', 'EUR', 'terminal:ann')
  expect(await jsonOf('daily 3')).toMatchObject({
    currency: 'EUR',
    arbitrage: { currency: 'EUR', amount: '3.6', unconverted: [] },
    inventory: { currency: 'EUR', amount: '0', unconverted: [] },
    buckets: [
      { arbitrage: { amount: '2.7' }, profit_usdt: 3 },
      { arbitrage: { amount: '0' } },
      { arbitrage: { amount: '0.9' } },
    ],
  })
  expect(textOf(await say('status'))).toContain('Today: arbitrage +0.9 EUR; left open 0 EUR; ')
  await settings.change('report.currency', 'TRY', 'terminal:ann')
  expect(textOf(await say('weekly 2'))).toContain(
    'Arbitrage: 0 TRY without +4 USDT, which no market converts',
  )
  await settings.change('report.currency', 'USDT', 'terminal:ann')
})

test('a day begins where the setting says', async () => {
  expect(await jsonOf('profit', berlin)).toMatchObject({
    time_zone: 'Europe/Berlin',
    periods: { today: { trades: 1, profit_usdt: 1.5 }, days_7: { trades: 3 } },
  })
  const { buckets } = (await jsonOf('daily 2', berlin)) as { buckets: object[] }
  expect(buckets).toMatchObject([
    { label: '2025-11-20', from: '2025-11-19T23:00:00.000Z', profit_usdt: -0.5 },
    { label: '2025-11-21', from: '2025-11-20T23:00:00.000Z', profit_usdt: 1.5 },
  ])
  const { chart } = cardIn(await say('daily 2', berlin))
  expect(chart).toMatchObject({
    subtitle: 'days of Europe/Berlin',
    days: [
      { dayStartMs: Date.UTC(2025, 10, 20), profit: -0.5 },
      { dayStartMs: Date.UTC(2025, 10, 21), profit: 1.5 },
    ],
  })
})

test('days, weeks and months are listed newest first and add up to their last line', async () => {
  const reply = await say('daily 3')
  expect(cardIn(reply).tables?.[0]?.rows).toEqual([
    ['2025-11-20', '+1', '0', '+2.4', '1 of 2 (50 %)', expect.any(String)],
    ['2025-11-19', '0', '0', '', '', ''],
    ['2025-11-18', '+3', '0', '+1.2', '1 of 1 (100 %)', expect.any(String)],
    ['all', '+4', '0', '+3.6', '2 of 3 (67 %)', expect.any(String)],
  ])
  expect(await jsonOf('weekly 2')).toMatchObject({
    unit: 'week',
    buckets: [{ label: 'from 2025-11-10' }, { label: 'from 2025-11-17', profit_usdt: 4 }],
    total: { profit_usdt: 4 },
  })
  expect(await jsonOf('monthly 2')).toMatchObject({
    buckets: [
      { label: '2025-10', trades: 2, profit_usdt: -82 },
      { label: '2025-11', trades: 3, profit_usdt: 4 },
    ],
  })
  expect(await say('daily 91')).toMatchObject({ outcome: 'bad-usage' })
})

test('what trades left open and what they left over are two things, and a trade that left coins over left nothing open', async () => {
  const columnsOf = async (line: string) => cardIn(await say(line)).tables?.[0]?.columns
  for (const line of ['profit', 'daily 3', 'performance']) {
    expect(await columnsOf(line), line).toContain('left open')
    expect(await columnsOf(line), line).not.toContain('left over')
  }
  // Two of its trades settled, and one of them left 0.0001 BTC over, whose worth is in the arbitrage.
  expect(cardIn(await say('performance')).tables?.[0]?.rows[0]?.slice(1, 3)).toEqual(['+19', '0'])
})

test('performance compares routes with what they promised, and keeps the losers in sight', async () => {
  const reply = await say('performance')
  expect(cardIn(reply).tables?.[0]?.rows).toEqual([
    ['BTC/USDT kucoin → binance', '+19', '0', '+15.4 (528 %)', '2 of 3 (67 %)', '500 ms'],
    ['kucoin USDT → ETH → BTC → USDT', '+3', '0', '+1.8 (250 %)', '1 of 1 (100 %)', '500 ms'],
  ])
  expect(cardIn(reply).chart).toMatchObject({ kind: 'route-bars', unit: 'USDT' })
  expect(await jsonOf('performance venue 60d')).toMatchObject({
    by: 'venue',
    total: { trades: 5 },
    groups: [
      { venue: 'kucoin', trades: 5, arbitrage_usdt: 22, inventory_usdt: -100 },
      { venue: 'binance', trades: 4 },
    ],
  })
  const cut = await say('performance coin 60d --limit 1')
  expect(textOf(cut)).toContain('The best and the worst of 2')
})
