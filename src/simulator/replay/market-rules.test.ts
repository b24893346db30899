import { expect, test } from 'vitest'
import { decimalsOf, recordedMarket } from './market-rules.ts'

test('digits are counted as they are written, also with an exponent', () => {
  expect([0.125, 15898, 1.7e-8, 1e21].map(decimalsOf)).toEqual([3, 0, 9, 0])
})

test('steps are as fine as the finest price and amount seen', () => {
  const facts = { symbol: 'A/USDT', base: 'A', quote: 'USDT', takerFee: 0.001, active: true }
  const market = recordedMarket({
    ...facts,
    prices: [0.5, 0.125, undefined, 0],
    amounts: [3, 12.5, 3411.482209351662],
  })
  expect(market).toMatchObject({ priceDecimals: 3, amountDecimals: 8, amountMin: 1e-8 })
  expect(recordedMarket({ ...facts, prices: [2], amounts: [7] }).amountMin).toBe(1)
})
