import { expect, test } from 'vitest'
import { price } from '../money.ts'
import { bestOf } from './read-conversion.ts'

const minute = new Date('2025-11-20T10:00:00Z')
const row = (venue: string, bid: number, ask: number, minutesAgo = 0) => ({
  venue,
  symbol: 'BTC/USDT',
  minute: new Date(minute.getTime() - minutesAgo * 60_000),
  bid,
  ask,
})
const best = (bid: string, ask: string) => ({ bid: price(bid), ask: price(ask) })

test('the best bid and the best ask may be of two venues', () => {
  expect(bestOf([row('a', 100, 102), row('b', 101, 103)])).toEqual(best('101', '102'))
})

test('a venue that fell silent and a price far from all others are not believed', () => {
  const rows = [
    row('a', 100, 101),
    row('b', 100.5, 101.5),
    row('c', 180, 181),
    row('d', 99, 99.5, 11),
  ]
  expect(bestOf(rows)).toEqual(best('100.5', '101'))
})

test('without a price there is no rate', () => {
  expect(bestOf([])).toBeUndefined()
  expect(bestOf([row('a', 0, 101)])).toBeUndefined()
})
