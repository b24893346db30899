import { expect, test } from 'vitest'
import { testLeg } from '../../test/opportunities.ts'
import { baseAmount, parseDecimal, price, toNumber, type AssetAmount } from '../money.ts'
import { isExposed, outcomeOf, plannedOutcome, positionOf, type Outcome } from './outcome.ts'

const of = (asset: string, amount: string): AssetAmount => ({ asset, amount: parseDecimal(amount) })
const left = (...residual: AssetAmount[]): Outcome => ({ realisedNet: 0n, residual })
const nothing = left()
const worth = ({ asset, amount }: AssetAmount) =>
  asset === 'BTC' ? toNumber(amount) * 100_000 : undefined

test('profit and left-overs are what arrived minus what left, asset by asset', () => {
  const flows = [
    { spent: of('USDT', '100'), received: of('BTC', '0.001'), fee: of('BTC', '0.000001') },
    { spent: of('BTC', '0.0009'), received: of('USDT', '101.5'), fee: of('USDT', '0.1') },
  ]
  expect(outcomeOf(flows, 'USDT')).toEqual({
    realisedNet: parseDecimal('1.5'),
    residual: [of('BTC', '0.0001')],
  })
  expect(outcomeOf([], 'USDT')).toEqual({ realisedNet: 0n, residual: [] })
})

test('a fee paid in a coin of its own is a cost, and no open position', () => {
  const fee = of('KCS', '0.02')
  const flows = [
    { spent: of('USDT', '100'), received: of('BTC', '0.001'), fee },
    { spent: of('BTC', '0.001'), received: of('USDT', '101.5'), fee },
  ]
  expect(outcomeOf(flows, 'USDT')).toEqual({
    realisedNet: parseDecimal('1.5'),
    residual: [of('KCS', '-0.04')],
  })
  const position = positionOf(flows, 'USDT')
  expect(position).toEqual({ realisedNet: parseDecimal('1.5'), residual: [] })
  expect(isExposed(position, nothing, worth, 1)).toBe(false)
  const spentIt = [{ ...flows[1], spent: of('KCS', '3'), received: of('USDT', '9'), fee }] as const
  expect(outcomeOf(spentIt, 'USDT').residual).toEqual([of('KCS', '-3')])
})

test('a plan knows what it leaves over itself', () => {
  const buy = testLeg('kucoin', 'BTC/USDT', 'buy', baseAmount('0.01'), price('100000'))
  const sell = testLeg('binance', 'BTC/USDT', 'sell', baseAmount('0.009'), price('102000'))
  expect(plannedOutcome([buy, sell], 'USDT').residual).toEqual([of('BTC', '0.00099')])
})

test('more than dust left over is an open position, bought or sold', () => {
  expect(isExposed(left(of('BTC', '0.00001')), nothing, worth, 1)).toBe(false)
  expect(isExposed(left(of('BTC', '0.000011')), nothing, worth, 1)).toBe(true)
  expect(isExposed(left(of('BTC', '-0.000011')), nothing, worth, 1)).toBe(true)
})

test('what the plan left over is no open position, and neither is a part of it', () => {
  const planned = left(of('BTC', '0.00099'))
  expect(isExposed(planned, planned, worth, 1)).toBe(false)
  expect(isExposed(left(of('BTC', '0.0004')), planned, worth, 1)).toBe(false)
  expect(isExposed(left(of('BTC', '0.0011')), planned, worth, 1)).toBe(true)
  expect(isExposed(left(of('BTC', '-0.0004')), planned, worth, 1)).toBe(true)
})

test('what nobody can value counts as a position', () => {
  expect(isExposed(left(of('NEW', '0.000000000000000001')), nothing, worth, 1)).toBe(true)
})
