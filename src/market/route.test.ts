import { expect, test } from 'vitest'
import { parseRoute, rotateCycle, routeName, routeVenues, type Route } from './route.ts'

const cross: Route = { kind: 'cross', symbol: 'BTC/USDT', buy: 'kucoin', sell: 'binance' }
const cycle: Route = { kind: 'cycle', venue: 'kucoin', path: ['USDT', 'ETH', 'BTC'] }

test('a route and its name say the same', () => {
  expect(routeName(cross)).toBe('cross BTC/USDT kucoin>binance')
  expect(routeName(cycle)).toBe('cycle kucoin USDT>ETH>BTC')
  for (const route of [cross, cycle]) expect(parseRoute(routeName(route))).toEqual(route)
  expect(parseRoute('  cross   BTC/USDT kucoin>binance ')).toEqual(cross)
})

test('what is no route name is none', () => {
  for (const text of [
    '',
    'cross',
    'cross BTC/USDT',
    'cross BTC/USDT kucoin',
    'cross BTC/USDT kucoin>',
    'cross BTC/USDT a>b>c',
    'cross BTCUSDT kucoin>binance',
    'cross BTC/USDT kucoin>binance now',
    'cycle kucoin USDT>ETH',
    'cycle kucoin USDT>>BTC',
    'triangle kucoin USDT>ETH>BTC',
  ])
    expect([text, parseRoute(text)]).toEqual([text, undefined])
})

test('a cross is on two venues and a cycle on one', () => {
  expect(routeVenues(cross)).toEqual(['kucoin', 'binance'])
  expect(routeVenues(cycle)).toEqual(['kucoin'])
})

test('a cycle has one name however it is turned, and keeps its direction', () => {
  const turns = [
    ['ETH', 'BTC', 'USDT'],
    ['BTC', 'USDT', 'ETH'],
    ['USDT', 'ETH', 'BTC'],
  ]
  for (const turn of turns) {
    expect(rotateCycle(turn, ['USDT', 'BTC'])).toEqual(['USDT', 'ETH', 'BTC'])
    expect(rotateCycle(turn, ['USDC', 'BTC'])).toEqual(['BTC', 'USDT', 'ETH'])
    expect(rotateCycle(turn, [])).toEqual(['BTC', 'USDT', 'ETH'])
  }
  expect(rotateCycle(['BTC', 'ETH', 'USDT'], ['USDT'])).toEqual(['USDT', 'BTC', 'ETH'])
})
