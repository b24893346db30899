import { expect, test } from 'vitest'
import { fills, gap } from '../../test/notifications.ts'
import { baseAmount, price } from '../money.ts'
import type { LegFill } from '../trade/trade.ts'
import { legOutcomes } from './leg-outcome.ts'

const [buyFill, sellFill] = fills as readonly [LegFill, LegFill]

test('a fill is found by its leg, whichever came first', () => {
  const outcomes = legOutcomes({ plan: gap.legs, fills: [sellFill, buyFill] })
  expect(outcomes.map(({ fill }) => fill?.orderId)).toEqual(['trad00000001-1', 'trad00000001-2'])
})

test('a leg that was filled in pieces is added up exactly', () => {
  const piece = { ...buyFill, filled: baseAmount('1'), average: price('100') }
  const [first] = legOutcomes({
    plan: gap.legs,
    fills: [piece, { ...piece, filled: baseAmount('3'), average: price('104') }],
  })
  expect(first?.fill).toMatchObject({ filled: baseAmount('4'), average: price('103') })
  expect(first?.fill?.fee.amount).toBe(buyFill.fee.amount * 2n)
})

test('an order beyond the plan is shown, and a leg without a fill too', () => {
  const way = { ...buyFill, side: 'sell' as const, orderId: 'way-out' }
  const outcomes = legOutcomes({ plan: gap.legs, fills: [buyFill, way] })
  expect(outcomes.map(({ plan, fill }) => [plan?.side, fill?.orderId])).toEqual([
    ['buy', 'trad00000001-1'],
    ['sell', undefined],
    [undefined, 'way-out'],
  ])
})
