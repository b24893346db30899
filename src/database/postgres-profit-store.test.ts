import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { cycleOpportunity } from '../../test/opportunities.ts'
import { makePastTrades, type PastTrade } from '../../test/past-trades.ts'
import { openTestStores, type TestStores } from '../../test/stores.ts'
import type { ProfitStore, Results } from '../history/profit-store.ts'
import { format, type AssetAmount } from '../money.ts'
import { declaredOf } from '../trade/deposit.ts'
import { changesOf, profitOf, sumByAsset } from '../trade/profit.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { openPostgresProfitStore } from './postgres-profit-store.ts'

let stores: TestStores
let opened: OpenDatabase
let profits: ProfitStore
beforeAll(async () => {
  stores = await openTestStores()
  opened = openDatabase({ url: stores.url, name: 'test' })
  profits = openPostgresProfitStore(opened.db, { mode: 'paper' })
})
beforeEach(() => stores.empty())
afterAll(async () => {
  await opened.close()
  await stores.close()
})

const hourMs = 3_600_000
const make = (pasts: readonly PastTrade[]) => makePastTrades(stores.url, stores, pasts)
const hoursOf = ({ from, to }: { from: Date; to: Date }) => (to.getTime() - from.getTime()) / hourMs
const shown = (amounts: readonly AssetAmount[]) =>
  amounts.map(({ asset, amount }) => `${format(amount)} ${asset}`)

test('G6 a day is cut by the clocks of its zone: 23 and 25 hours long where they change', async () => {
  const spring = await profits.spans('day', 3, 'Europe/Berlin', new Date('2025-03-31T10:00:00Z'))
  expect(spring.map(({ from }) => from.toISOString())).toEqual([
    '2025-03-28T23:00:00.000Z',
    '2025-03-29T23:00:00.000Z',
    '2025-03-30T22:00:00.000Z',
  ])
  expect(spring.map(hoursOf)).toEqual([24, 23, 24])
  const autumn = await profits.spans('day', 3, 'Europe/Berlin', new Date('2025-10-27T10:00:00Z'))
  expect(autumn.map(hoursOf)).toEqual([24, 25, 24])
  // Here the clocks change at midnight itself, so that one day begins at one o'clock.
  const beirut = await profits.spans('day', 3, 'Asia/Beirut', new Date('2025-03-31T10:00:00Z'))
  expect(beirut.map(hoursOf)).toEqual([24, 23, 24])
})

test('G6 days, weeks and months follow each other without a hole in every zone', async () => {
  const zones = ['UTC', 'Europe/London', 'Asia/Kolkata', 'America/Havana', 'Pacific/Apia']
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...zones),
      fc.constantFrom('day', 'week', 'month'),
      fc.date({ min: new Date('2011-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
      async (zone, unit, now) => {
        const spans = await profits.spans(unit, 12, zone, now)
        expect(spans).toHaveLength(12)
        for (const [i, { from, to }] of spans.entries()) {
          expect(from.getTime()).toBeLessThanOrEqual(to.getTime())
          if (i > 0) expect(from).toEqual(spans[i - 1]?.to)
        }
        expect(spans.at(-1)?.from.getTime()).toBeLessThanOrEqual(now.getTime())
        expect(spans.at(-1)?.to.getTime()).toBeGreaterThan(now.getTime())
      },
    ),
    { numRuns: 60 },
  )
})

test('G6 what the days brought adds up to the whole to the last digit, over a change of clocks', async () => {
  const start = Date.parse('2025-10-25T20:00:00Z')
  const nets = ['0.1', '-0.000000000000000001', '1.3', '0.2', '-2.7', '0.7', '0.000000000000000003']
  await make(
    nets.map((net, i) => ({
      net,
      endedAt: new Date(start + i * 7 * hourMs),
      residual: { BTC: `0.00000000000000000${i + 1}` },
    })),
  )
  const days = await profits.spans('day', 5, 'Europe/Berlin', new Date(start + 72 * hourMs))
  const whole = { from: days[0]?.from as Date, to: days.at(-1)?.to as Date }
  const results = await profits.results([...days, whole])
  const all = results.at(-1) as Results
  const parts = results.slice(0, -1)
  expect(all.trades).toBe(7)
  expect(parts.reduce((sum, { trades }) => sum + trades, 0)).toBe(7)
  expect(parts.filter(({ trades }) => trades > 0).length).toBeGreaterThan(2)
  expect(sumByAsset(parts.flatMap(({ changes }) => changes))).toEqual(
    expect.arrayContaining([...all.changes]),
  )
  expect(shown(all.changes)).toEqual(['0.000000000000000028 BTC', '-0.399999999999999998 USDT'])
})

test('profit is what profit.ts says it is: leftovers at their last price, the unpriced by name', async () => {
  await stores.markets.saveValues(new Map([['BTC', 80_000]]))
  const now = new Date()
  const ids = await make([
    { net: '1.5', endedAt: now, residual: { BTC: '0.0001' } },
    // A loss in its own asset and a win with what it left over.
    { net: '-1', endedAt: now, residual: { BTC: '0.00002' } },
    { net: '-100', endedAt: now, residual: { ODD: '5' }, state: 'exposed' },
  ])
  const span = { from: new Date(now.getTime() - hourMs), to: new Date(now.getTime() + hourMs) }
  const [results] = await profits.results([span])
  const trades = await Promise.all(ids.map((id) => stores.trades.find(id)))
  const changes = trades.flatMap((trade) => (trade === undefined ? [] : changesOf(trade)))
  expect(results?.profit).toEqual(profitOf(changes, new Map([['BTC', 80_000]])))
  expect(results).toMatchObject({ trades: 3, wins: 2, losses: 1, exposed: 1 })
  expect(results?.profit.usdt).toBeCloseTo(-89.9, 9)
  expect(shown(results?.profit.unvalued ?? [])).toEqual(['5 ODD'])
  expect(results?.expected.usdt).toBeCloseTo(3.6, 9)
  // Each trade paid its plan's fees: some BTC where it bought, USDT where it sold.
  expect(results?.fees.usdt).toBeCloseTo(3 * (0.000001234567890124 * 80_000 + 0.101257), 3)
  expect(results?.answerToFilledMs).toBeCloseTo(500, 3)
})

test('G8 arbitrage and inventory are all that is held beyond what was paid in, once every trade has ended', async () => {
  const endedAt = new Date()
  await make([
    { endedAt, net: '1.155873623808188821' },
    { endedAt, net: '0.925256376622374527', opportunity: cycleOpportunity() },
    { endedAt, net: '-45', residual: { BTC: '0.0005' }, state: 'exposed' },
  ])
  const [results] = await profits.results([
    { from: new Date(0), to: new Date(Date.now() + hourMs) },
  ])
  const { arbitrage, inventory, changes } = results as Results
  expect(inventory.length).toBeGreaterThan(0)
  expect(arbitrage.length).toBeGreaterThan(0)
  const sorted = (amounts: readonly AssetAmount[]) => shown(sumByAsset(amounts)).toSorted()
  expect(sorted([...arbitrage, ...inventory])).toEqual(sorted(changes))
  expect(sorted(await profits.beyondHolding())).toEqual(sorted(changes))
  const declared = declaredOf({ kucoin: { USDT: '2000000', BTC: '5', ETH: '1000000' } })
  const paid = await stores.trades.redeclareBalances({ declared, by: 'terminal:ann' })
  expect(paid.outcome).toBe('done')
  expect(sorted(await profits.beyondHolding())).toEqual(sorted(changes))
})

test('trades are compared by route, pair, venue and coin', async () => {
  const endedAt = new Date()
  await make([
    { net: '2', endedAt, filledAfterMs: 200 },
    { net: '-1', endedAt, filledAfterMs: 400 },
    { net: '5', endedAt, opportunity: cycleOpportunity(), filledAfterMs: 900 },
  ])
  const span = { from: new Date(0), to: new Date(Date.now() + hourMs) }
  const by = async (grouping: Parameters<ProfitStore['resultsBy']>[0]) =>
    (await profits.resultsBy(grouping, span)).map(({ key, trades, profit }) => [
      key,
      trades,
      profit.usdt,
    ])
  expect(await by('route')).toEqual([
    ['cycle kucoin USDT>ETH>BTC', 1, 5],
    ['cross BTC/USDT kucoin>binance', 2, 1],
  ])
  expect(await by('venue')).toEqual([
    ['kucoin', 3, 6],
    ['binance', 2, 1],
  ])
  expect(await by('pair')).toEqual([
    ['BTC/USDT', 3, 6],
    ['ETH/BTC', 1, 5],
    ['ETH/USDT', 1, 5],
  ])
  expect(await by('coin')).toEqual([
    ['BTC', 3, 6],
    ['ETH', 1, 5],
  ])
  const [cycle, cross] = await profits.resultsBy('route', span)
  expect(cycle?.answerToFilledMs).toBeCloseTo(900, 3)
  expect(cross?.answerToFilledMs).toBeCloseTo(300, 3)
})

test('the curve has a point for each hour in which a trade ended, and adds up', async () => {
  const at = (minutes: number) => new Date(Date.parse('2025-11-20T10:00:00Z') + minutes * 60_000)
  await make([
    { net: '1', endedAt: at(5) },
    { net: '2', endedAt: at(50) },
    { net: '-4', endedAt: at(130) },
  ])
  expect(await profits.curve({ from: at(0), to: at(600) })).toEqual([
    { at: at(50), usdt: 3 },
    { at: at(130), usdt: -4 },
  ])
})

test('live trades and what has not ended are no part of it', async () => {
  await make([{ net: '1', endedAt: new Date() }])
  const live = openPostgresProfitStore(opened.db, { mode: 'live' })
  const [results] = await live.results([{ from: new Date(0), to: new Date(Date.now() + hourMs) }])
  expect(results).toMatchObject({ trades: 0, changes: [], profit: { usdt: 0, unvalued: [] } })
  expect(await profits.results([])).toEqual([])
})
