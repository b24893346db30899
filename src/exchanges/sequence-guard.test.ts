import { expect, test } from 'vitest'
import { guardSequence } from './sequence-guard.ts'

/** What reaches ccxt of the pushes, by their last number, and which symbols were told to have a gap. */
function guarded(venue: string) {
  const passed: number[] = []
  const gaps: string[] = []
  const exchange = {
    markets: { 'A/USDT': { id: 'AUSDT' } },
    safeSymbol: () => 'A/USDT',
    handleOrderBook: (_client: unknown, { n }: { n: number }) => passed.push(n),
  }
  const guard = guardSequence(exchange, venue, (symbol) => gaps.push(symbol))
  const bybit = (type: 'snapshot' | 'delta', u: number) =>
    exchange.handleOrderBook(undefined, { type, data: { s: 'AUSDT', u }, n: u } as never)
  const mexc = (fromVersion: number, toVersion: number) =>
    exchange.handleOrderBook(undefined, {
      symbol: 'AUSDT',
      publicAggreDepths: { fromVersion, toVersion },
      n: toVersion,
    } as never)
  return { passed, gaps, guard, bybit, mexc }
}

test('bybit: a change without the whole book before it is no book', () => {
  const { passed, gaps, guard, bybit } = guarded('bybit')
  bybit('delta', 6)
  bybit('snapshot', 7)
  bybit('delta', 8)
  expect(passed).toEqual([7, 8])
  bybit('delta', 10)
  bybit('delta', 11)
  expect(gaps).toEqual(['A/USDT'])
  // The symbol is subscribed to anew; what the old subscription still had on its way comes first.
  guard.forget('A/USDT')
  bybit('delta', 12)
  bybit('delta', 13)
  bybit('snapshot', 20)
  bybit('delta', 21)
  expect(passed).toEqual([7, 8, 20, 21])
  expect(gaps).toEqual(['A/USDT'])
})

test('mexc: pushes may begin anywhere, as their whole book is asked for, and then follow each other', () => {
  const { passed, gaps, guard, mexc } = guarded('mexc')
  mexc(5, 7)
  mexc(8, 8)
  mexc(10, 12)
  mexc(13, 14)
  expect(passed).toEqual([7, 8])
  expect(gaps).toEqual(['A/USDT'])
  guard.forget('A/USDT')
  mexc(13, 14)
  expect(passed).toEqual([7, 8, 14])
})
