import { expect, test } from 'vitest'
import { testMarket } from '../../test/market.ts'
import { testLeg } from '../../test/opportunities.ts'
import { baseAmount, format, parseDecimal, price, rate } from '../money.ts'
import { slipShare, withSlip } from './slip.ts'

const amounts = (net: string, floor: string) => ({
  net: parseDecimal(net),
  floor: parseDecimal(floor),
  notional: parseDecimal('100'),
  legs: 2,
})

test('the legs share what lies between the net found and the net agreed to', () => {
  expect(format(slipShare(amounts('1.2', '0.8'), rate('0.01')))).toBe('0.002')
  expect(format(slipShare(amounts('1.2', '0.8'), rate('0.001')))).toBe('0.001')
})

test('a trade at its floor may not slip at all', () => {
  expect(slipShare(amounts('0.8', '0.8'), rate('0.01'))).toBe(0n)
  expect(slipShare(amounts('0.7', '0.8'), rate('0.01'))).toBe(0n)
})

test('a buy may pay a little more and a sell take a little less, on a tick', () => {
  const market = testMarket('ETH/USDT')
  const legs = [
    testLeg('kucoin', 'ETH/USDT', 'buy', baseAmount('1'), price('100.03')),
    testLeg('kucoin', 'ETH/USDT', 'sell', baseAmount('1'), price('100.03')),
  ]
  const limits = withSlip(legs, [market, market], rate('0.0025')).map(({ limit }) => format(limit))
  expect(limits).toEqual(['100.28', '99.78'])
})
