import { afterAll, beforeAll, expect, test } from 'vitest'
import { crossOpportunity } from '../test/opportunities.ts'
import { beginTrade } from '../test/past-trades.ts'
import { declare, grantTrade, openTestStores, type TestStores } from '../test/stores.ts'
import { capitalOf } from './capital.ts'
import { holdingsOf } from './holdings.ts'
import { createShardAccount } from './shard-account.ts'

let stores: TestStores
beforeAll(async () => {
  stores = await openTestStores()
  await declare(stores, {
    'kucoin USDT': '1000',
    'kucoin DUST': '9.9',
    'kucoin NEW': '1000000',
    'binance BTC': '0.5',
  })
  await stores.markets.saveValues(new Map(Object.entries({ USDT: 1, DUST: 1, BTC: 80_000 })))
})
afterAll(() => stores.close())

test('a venue is worth what is free and what is reserved on it, as far as anybody knows', async () => {
  const before = await capitalOf(stores)
  expect([...before]).toEqual([
    ['binance', 40_000],
    ['kucoin', 1009.9],
  ])
  const trade = await grantTrade(stores, crossOpportunity())
  await beginTrade(stores, trade)
  const after = await capitalOf(stores)
  expect(after.get('kucoin')).toBeCloseTo(1009.9, 9)
  expect(after.get('binance')).toBeCloseTo(40_000, 9)
})

test('dust and what nobody can value fund nothing', async () => {
  const holds = holdingsOf(await stores.trades.balances(), await stores.markets.values())
  expect(['USDT', 'DUST', 'NEW', 'BTC'].map((asset) => [asset, holds('kucoin', asset)])).toEqual([
    ['USDT', true],
    ['DUST', false],
    ['NEW', false],
    ['BTC', false],
  ])
  expect(holds('binance', 'BTC')).toBe(true)
})

test('a shard knows what is free and what it is worth once it has looked', async () => {
  const account = createShardAccount(stores)
  expect([account.free('binance', 'BTC'), account.valueOf('BTC')]).toEqual([0n, undefined])
  await account.refresh()
  const [bitcoin] = (await stores.trades.balances()).filter(({ venue }) => venue === 'binance')
  expect(account.free('binance', 'BTC')).toBe(bitcoin?.free)
  expect(account.free('okx', 'BTC')).toBe(0n)
  expect([account.valueOf('BTC'), account.valueOf('NEW')]).toEqual([80_000, undefined])
})
