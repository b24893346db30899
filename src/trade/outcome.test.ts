import { expect, test } from 'vitest'
import { parseDecimal, type AssetAmount } from '../money.ts'
import { feeCoinOf } from './outcome.ts'

const of = (asset: string, amount: string): AssetAmount => ({ asset, amount: parseDecimal(amount) })

test('a fee in a coin of its own is told apart from one that what came or went holds already', () => {
  const bought = { spent: of('USDT', '100'), received: of('BTC', '0.001') }
  expect(feeCoinOf({ ...bought, fee: of('KCS', '0.02') })).toEqual([of('KCS', '0.02')])
  expect(feeCoinOf({ ...bought, fee: of('KCS', '0') })).toEqual([])
  expect(feeCoinOf({ ...bought, fee: of('BTC', '0.000001') })).toEqual([])
  expect(feeCoinOf({ ...bought, fee: of('USDT', '0.1') })).toEqual([])
})
