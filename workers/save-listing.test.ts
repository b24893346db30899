import { afterAll, beforeAll, expect, test } from 'vitest'
import { testMarket } from '../test/market.ts'
import { openTestStores, type TestStores } from '../test/stores.ts'
import type { VenueAsset } from '../src/market/asset.ts'
import { parseDecimal } from '../src/money.ts'
import { saveListing } from './save-listing.ts'

let stores: TestStores
beforeAll(async () => {
  stores = await openTestStores()
})
afterAll(() => stores.close())

test('shards hear of a list that differs, and of nothing else', async () => {
  const told: string[] = []
  const { markets } = stores
  const hub = { publish: async (_: string, text: string) => void told.push(text) }
  const network = { network: 'ERC20', deposit: 'open', withdraw: 'open' } as const
  const sol: VenueAsset = {
    venue: 'kucoin',
    asset: 'SOL',
    name: 'Solana',
    deposit: 'open',
    withdraw: 'open',
    networks: [{ ...network, contract: '0xabc' }],
  }
  const listed = [testMarket('SOL/USDT'), testMarket('ETH/USDT')]
  const save = (...listing: readonly [typeof listed, VenueAsset[]]) =>
    saveListing({ markets, hub }, 'kucoin', ...listing)

  await save(listed, [sol])
  await save(listed, [sol])
  await save(listed.toReversed(), [{ ...sol }])
  await saveListing({ markets, hub }, 'okx', [testMarket('SOL/USDT', { venue: 'okx' })], [])
  expect(told).toEqual(['kucoin', 'okx'])

  await save(listed, [{ ...sol, withdraw: 'shut' }])
  expect((await markets.assets())[0]).toMatchObject({ withdraw: 'shut' })
  await save(listed, [
    {
      ...sol,
      withdraw: 'shut',
      networks: sol.networks.map((one) => ({ ...one, withdrawFee: parseDecimal('0.01') })),
    },
  ])
  expect((await markets.assets())[0]?.networks[0]?.withdrawFee).toBe(parseDecimal('0.01'))
  // A fee is kept, and no shard begins anew for it.
  expect(told).toEqual(['kucoin', 'okx', 'kucoin'])
  await save([testMarket('SOL/USDT', { active: false }), testMarket('ETH/USDT')], [sol])
  await save([testMarket('SOL/USDT')], [sol])
  expect(told).toEqual(['kucoin', 'okx', 'kucoin', 'kucoin', 'kucoin'])
  expect((await markets.markets(['kucoin'])).map(({ symbol }) => symbol)).toEqual(['SOL/USDT'])
})
