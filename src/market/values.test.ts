import { expect, test } from 'vitest'
import type { Ticker } from './ticker.ts'
import { usdtValues } from './values.ts'

const ticker = (venue: string, symbol: string, bid: number, ask = bid * 1.001): Ticker => {
  const [base = '', quote = ''] = symbol.split('/')
  return { venue, symbol, base, quote, bid, ask }
}

test('an asset is worth what selling it brings, in the median over venues', () => {
  const values = usdtValues([
    ticker('a', 'BTC/USDT', 100),
    ticker('b', 'BTC/USDT', 102),
    ticker('c', 'BTC/USDT', 9000),
  ])
  expect(values.get('BTC')).toBe(102)
  expect(values.get('USDT')).toBe(1)
})

test('a currency quoted the other way round and a coin without a USDT market have a value too', () => {
  const values = usdtValues([
    ticker('a', 'USDT/TRY', 39, 40),
    ticker('a', 'BTC/USDT', 100),
    ticker('a', 'RARE/BTC', 0.5),
    ticker('a', 'ODD/XYZ', 1),
  ])
  expect(values.get('TRY')).toBeCloseTo(0.025)
  expect(values.get('RARE')).toBe(50)
  expect(values.has('ODD')).toBe(false)
})

test('where two venues disagree an asset is worth the less of the two', () => {
  const values = usdtValues([ticker('a', 'TWO/USDT', 0.454), ticker('b', 'TWO/USDT', 3.636)])
  expect(values.get('TWO')).toBe(0.454)
})
