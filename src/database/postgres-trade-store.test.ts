import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { crossOpportunity } from '../../test/opportunities.ts'
import { abandonTrade, makePastTrades } from '../../test/past-trades.ts'
import { grantTrade, openTestStores, type TestStores } from '../../test/stores.ts'
import type { Opportunity } from '../opportunity/opportunity.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { openPostgresTradeStore } from './postgres-trade-store.ts'

let stores: TestStores
let opened: OpenDatabase
beforeAll(async () => {
  stores = await openTestStores()
  opened = openDatabase({ url: stores.url, name: 'test' })
})
afterAll(async () => {
  await opened.close()
  await stores.close()
})
beforeEach(() => stores.empty())

const store = () => stores.trades
const live = () => openPostgresTradeStore(opened.db, { mode: 'live' })
const grant = (opportunity: Opportunity) => grantTrade(stores, opportunity)

test('a grant makes a trade of the plan that was shown', async () => {
  const opportunity = crossOpportunity()
  const trade = await store().find(await grant(opportunity))
  expect(trade).toMatchObject({
    state: 'approved',
    mode: 'paper',
    opportunity: opportunity.id,
    expectedNet: opportunity.net,
    plan: opportunity.legs,
    fills: [],
  })
})

test('exposure counts what is open and what happened since midnight UTC', async () => {
  const open = await grant(crossOpportunity({ route: 'cross A/USDT a>b', notionalUsdt: 40.25 }))
  const [done] = await makePastTrades(stores.url, stores, [
    {
      opportunity: { route: 'cross B/USDT a>b', notionalUsdt: 59.75 },
      state: 'exposed',
      net: '-10',
      residual: { BTC: '0.001', ODD: '0.000000000000000007' },
      endedAt: new Date(),
      filledAfterMs: 0,
    },
  ])
  // What it was worth when it ended is for the record: an open position is worth what it now brings.
  await stores.markets.saveValues(new Map([['BTC', 6500]]))
  const gone = await grant(crossOpportunity({ route: 'cross C/USDT a>b', notionalUsdt: 1000 }))
  await abandonTrade(stores, gone, 'gone')
  expect(await store().exposure()).toEqual({
    openTrades: 1,
    barred: [],
    openRoutes: ['cross A/USDT a>b'],
    notionalTodayUsdt: 100,
    realisedTodayUsdt: -3.5,
    unvaluedToday: [{ asset: 'ODD', amount: 7n }],
    tripped: [],
  })
  expect(await store().exposure(open)).toMatchObject({ openTrades: 0, notionalTodayUsdt: 59.75 })
  await sql`update trades set created_at = created_at - interval '1 day',
    finished_at = finished_at - interval '1 day'`.execute(opened.db)
  expect(await store().exposure()).toEqual({
    openTrades: 1,
    barred: [],
    openRoutes: ['cross A/USDT a>b'],
    notionalTodayUsdt: 0,
    realisedTodayUsdt: 0,
    unvaluedToday: [],
    tripped: [],
  })
  expect((await store().listExposed(10)).map(({ id }) => id)).toEqual([done])
  expect(await live().exposure()).toMatchObject({ openTrades: 0 })
  expect(await live().listExposed(10)).toEqual([])
})

test('granted are the trades that nobody has made an execution of', async () => {
  const waiting = await grant(crossOpportunity({ route: 'cross 1' }))
  const gone = await grant(crossOpportunity({ route: 'cross 2' }))
  await abandonTrade(stores, gone, 'gone')
  expect(await store().listGranted()).toEqual([waiting])
  expect(await live().listGranted()).toEqual([])
})

test('trades are listed newest first, a page at a time', async () => {
  const ids: string[] = []
  for (let i = 0; i < 5; i++) ids.push(await grant(crossOpportunity({ route: `cross ${i}` })))
  const page = async (offset: number) =>
    (await store().list({ limit: 2, offset })).map(({ id }) => id)
  expect([...(await page(0)), ...(await page(2)), ...(await page(4))]).toEqual(ids.toReversed())
})
