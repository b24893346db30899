import { expect, test } from 'vitest'
import type { Route } from '../market/route.ts'
import { crossShard } from './shards.ts'
import { addedBooks, blocksOf, wishedRoute, type WatchWish } from './watch-wish.ts'

const wish = (kind: WatchWish['wish'], subject: string, venue?: string): WatchWish => ({
  subject,
  venue,
  wish: kind,
  by: 'discord:ann',
  at: new Date(0),
})
const listed = (venue: string, symbol: string, active = true) => {
  const [base = '', quote = ''] = symbol.split('/')
  return { venue, symbol, base, quote, active }
}
const markets = [
  listed('kucoin', 'BTC/USDT'),
  listed('kucoin', 'ETH/USDT'),
  listed('kucoin', 'ETH/BTC'),
  listed('okx', 'BTC/USDT'),
  listed('gate', 'BTC/USDT', false),
]
const cycle: Route = { kind: 'cycle', venue: 'kucoin', path: ['USDT', 'BTC', 'ETH'] }

test('a symbol is blocked everywhere or on one venue, a route whatever asset it is told from', () => {
  const blocks = blocksOf([
    wish('block', 'DOGE/USDT'),
    wish('block', 'BTC/USDT', 'okx'),
    wish('block', 'cycle kucoin BTC>ETH>USDT'),
    wish('add', 'ETH/USDT'),
  ])
  expect(blocks.market('gate', 'DOGE/USDT')).toBe('blocked by discord:ann')
  expect(blocks.market('okx', 'BTC/USDT')).toBe('blocked by discord:ann')
  expect(blocks.market('kucoin', 'BTC/USDT')).toBeUndefined()
  expect(blocks.market('kucoin', 'ETH/USDT')).toBeUndefined()
  expect(wishedRoute(cycle)).toBe('cycle kucoin BTC>ETH>USDT')
  expect(blocks.route(cycle)).toBe('blocked by discord:ann')
  // The other way round is another route.
  expect(blocks.route({ ...cycle, path: ['USDT', 'ETH', 'BTC'] })).toBeUndefined()
})

test('an added symbol is watched on every venue that trades it, an added route with all its legs', () => {
  const shard = crossShard('BTC/USDT', 2)
  expect(addedBooks([wish('add', 'BTC/USDT')], markets, 2)).toEqual([
    { shard, markets: [markets[0]] },
    { shard, markets: [markets[3]] },
  ])
  expect(addedBooks([wish('add', 'BTC/USDT', 'okx')], markets, 2)).toHaveLength(1)
  expect(addedBooks([wish('add', 'cycle kucoin BTC>ETH>USDT')], markets, 2)).toEqual([
    { shard: 'cycle:kucoin', markets: [markets[2], markets[1], markets[0]] },
  ])
  expect(addedBooks([wish('add', 'cross BTC/USDT kucoin>okx')], markets, 2)).toEqual([
    { shard, markets: [markets[0], markets[3]] },
  ])
})

test('what is not listed, not open or blocked is not added', () => {
  expect(addedBooks([wish('add', 'cross BTC/USDT kucoin>gate')], markets, 2)).toEqual([])
  expect(addedBooks([wish('add', 'XYZ/USDT')], markets, 2)).toEqual([])
  const blocked = [wish('add', 'cross BTC/USDT kucoin>okx'), wish('block', 'BTC/USDT', 'okx')]
  expect(addedBooks(blocked, markets, 2)).toEqual([])
  expect(addedBooks([wish('add', 'BTC/USDT'), ...blocked.slice(1)], markets, 2)).toHaveLength(1)
})
