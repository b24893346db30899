import { expect, test } from 'vitest'
import { routeName } from '../market/route.ts'
import { crossRoutes, cycleRoutes, routeAt, routeLegs, routeNames } from './routes.ts'
import { sampleMarket } from './sample-market.ts'

const market = sampleMarket

test('a symbol on three venues makes six cross routes', () => {
  const markets = [
    market('a', 'BTC/USDT'),
    market('b', 'BTC/USDT'),
    market('c', 'BTC/USDT'),
    market('a', 'ETH/USDT'),
    market('b', 'ETH/USDC'),
  ]
  const table = crossRoutes(markets)
  const names = Array.from({ length: table.count }, (_, route) => routeName(routeAt(table, route)))
  expect(names).toEqual([
    'cross BTC/USDT a>b',
    'cross BTC/USDT a>c',
    'cross BTC/USDT b>a',
    'cross BTC/USDT b>c',
    'cross BTC/USDT c>a',
    'cross BTC/USDT c>b',
  ])
  expect(routeLegs(table, 5)).toEqual([
    { id: 2, side: 'buy' },
    { id: 1, side: 'sell' },
  ])
})

test('C14 a coin and a thousand of it make no route between them', () => {
  const markets = [market('a', 'SHIB/USDT'), market('b', '1000SHIB/USDT')]
  expect(crossRoutes(markets).count).toBe(0)
})

test('cycles start at the most preferred start asset, both ways round, venue by venue', () => {
  const markets = [
    market('a', 'ETH/BTC'),
    market('a', 'BTC/USDT'),
    market('a', 'ETH/USDT'),
    market('a', 'XRP/BTC'),
    market('a', 'XRP/ETH'),
    market('b', 'XRP/USDT'),
  ]
  const table = cycleRoutes(markets, ['USDT', 'ETH'])
  const names = Array.from({ length: table.count }, (_, route) => routeNames(table)(route))
  expect(names.toSorted()).toEqual([
    'cycle a ETH>BTC>XRP',
    'cycle a ETH>XRP>BTC',
    'cycle a USDT>BTC>ETH',
    'cycle a USDT>ETH>BTC',
  ])
  for (let route = 0; route < table.count; route++) {
    const { path } = routeAt(table, route) as { path: readonly string[] }
    routeLegs(table, route).forEach(({ id, side }, k) => {
      const { base, quote } = markets[id]!
      const [from, to] = [path[k], path[(k + 1) % 3]]
      expect(side === 'sell' ? [base, quote] : [quote, base]).toEqual([from, to])
    })
  }
})

test('cycles without a start asset are left out', () => {
  const markets = [market('a', 'A/B'), market('a', 'B/C'), market('a', 'A/C')]
  expect(cycleRoutes(markets, ['USDT']).count).toBe(0)
  expect(cycleRoutes(markets, ['C']).count).toBe(2)
})

test('a market listed both ways round gives a route for each', () => {
  const markets = [market('a', 'A/B'), market('a', 'B/A'), market('a', 'B/C'), market('a', 'A/C')]
  const table = cycleRoutes(markets, ['A'])
  const names = Array.from({ length: table.count }, (_, route) => routeNames(table)(route))
  expect(names.toSorted()).toEqual([
    'cycle a A>B>C',
    'cycle a A>B>C',
    'cycle a A>C>B',
    'cycle a A>C>B',
  ])
})

test('only the given markets take part', () => {
  const markets = [market('a', 'A/B'), market('b', 'A/B'), market('c', 'A/B')]
  expect(crossRoutes(markets, [0, 2]).count).toBe(2)
})
