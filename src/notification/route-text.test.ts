import { expect, test } from 'vitest'
import { routeText } from './route-text.ts'

test('a route reads in the order in which it is traded', () => {
  expect(routeText('cross BTC/USDT kucoin>binance')).toBe('BTC/USDT kucoin → binance')
  expect(routeText('cycle kucoin USDT>ETH>BTC')).toBe('kucoin USDT → ETH → BTC → USDT')
  expect(routeText('something else')).toBe('something else')
})
