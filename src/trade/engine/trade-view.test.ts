import { expect, test } from 'vitest'
import { intentOf, newExecution } from '../../../test/executions.ts'
import { crossOpportunity } from '../../../test/opportunities.ts'
import { baseAmount, parseDecimal, price, type AssetAmount } from '../../money.ts'
import type { Execution, ExecutionState, Fill } from './execution.ts'
import { outcomeOf, standingOf } from './trade-view.ts'

const at = new Date(0)
const of = (asset: string, amount: string): AssetAmount => ({ asset, amount: parseDecimal(amount) })
const created = newExecution(crossOpportunity(), { id: 'trade1', approval: 'a1' }, at)

const printOf = (amount: string, at_: string, fee: AssetAmount): Fill => ({
  tradeId: amount,
  orderId: 'v',
  amount: baseAmount(amount),
  price: price(at_),
  fee,
  at,
})
/** Buys and sells BTC by these prints. */
const traded = (...fills: readonly Fill[]): Execution => ({
  ...created,
  legs: fills.map((fill, step) => ({ ...intentOf(created, step), fills: [fill] })),
})

test('profit and what is left over are what came minus what went, asset by asset', () => {
  const trade = traded(
    printOf('0.001', '100000', of('BTC', '0.000001')),
    printOf('0.0009', '113000', of('USDT', '0.2')),
  )
  expect(outcomeOf(trade)).toEqual({
    realisedNet: parseDecimal('1.5'),
    residual: [of('BTC', '0.000099')],
  })
  expect(outcomeOf(traded())).toEqual({ realisedNet: 0n, residual: [] })
})

test('B12 fees in a coin of their own are coins spent, and in no other number', () => {
  const fee = of('KCS', '0.02')
  const trade = traded(printOf('0.001', '100000', fee), printOf('0.001', '101500', fee))
  expect(outcomeOf(trade)).toEqual({
    realisedNet: parseDecimal('1.5'),
    residual: [of('KCS', '-0.04')],
  })
})

test('a trade that is over was made if anything was filled, and else was not', () => {
  const over: readonly ExecutionState[] = ['done', 'settled-with-diff', 'aborted']
  const filled = traded(printOf('0.001', '100000', of('USDT', '0')))
  for (const state of over) {
    expect(standingOf({ ...filled, state }, 'executing')).toBe('settled')
    expect(standingOf({ ...created, state }, 'executing')).toBe('abandoned')
  }
})
