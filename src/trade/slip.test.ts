import { expect, test } from 'vitest'
import { format, parseDecimal, rate } from '../money.ts'
import { slipShare } from './slip.ts'

const amounts = (net: string, floor: string) => ({
  net: parseDecimal(net),
  floor: parseDecimal(floor),
  notional: parseDecimal('100'),
  legs: 2,
})

test('the legs share what lies between the net found and the net agreed to', () => {
  expect(format(slipShare(amounts('1.2', '0.8'), rate('0.01')))).toBe('0.001964636542239685')
  expect(format(slipShare(amounts('1.2', '0.8'), rate('0.001')))).toBe('0.001')
})

test('a trade at its floor may not slip at all', () => {
  expect(slipShare(amounts('0.8', '0.8'), rate('0.01'))).toBe(0n)
  expect(slipShare(amounts('0.7', '0.8'), rate('0.01'))).toBe(0n)
})
