import { expect, test } from 'vitest'
import { newExecution, intentOf } from '../../../test/executions.ts'
import { crossOpportunity, cycleOpportunity } from '../../../test/opportunities.ts'
import { format, parseDecimal, price, type AssetAmount } from '../../money.ts'
import type { Opportunity } from '../../opportunity/opportunity.ts'
import { reservationsOf } from '../reservation.ts'
import type { Execution, Fill } from './execution.ts'
import { heldNow } from './held.ts'

const at = new Date(0)

/** Its steps are filled as planned, one print each, but for what is said otherwise. */
function filledTo(opportunity: Opportunity, steps: number, changes: Partial<Fill> = {}): Execution {
  const execution = newExecution(opportunity, { id: 'trade1', approval: 'a1' }, at)
  const legs = execution.plan.slice(0, steps).map((leg, step) => {
    const { amount, average, fee } = leg
    const fill = { tradeId: `${step}`, orderId: 'v', amount, price: average, fee, at, ...changes }
    return { ...intentOf(execution, step), fills: [fill] }
  })
  return { ...execution, legs, reserved: reservationsOf(execution.plan) }
}
const shown = (execution: Execution) =>
  heldNow(execution).map(({ venue, asset, amount }) => `${venue} ${asset} ${format(amount)}`)
const of = (asset: string, amount: string): AssetAmount => ({ asset, amount: parseDecimal(amount) })

test('each leg of a cross spends what was set aside for it, and what comes in its own asset is free', () => {
  const cross = crossOpportunity()
  expect([0, 1, 2].map((steps) => shown(filledTo(cross, steps)))).toEqual([
    ['kucoin USDT 100.000151515787549389', 'binance BTC 0.001233333322233333'],
    ['binance BTC 0.001233333322233333', 'kucoin BTC 0.001233333322233333'],
    ['kucoin BTC 0.001233333322233333'],
  ])
})

test('what a cycle receives stays held until its next leg spends it', () => {
  const cycle = cycleOpportunity()
  expect([0, 1, 2, 3].map((steps) => shown(filledTo(cycle, steps)))).toEqual([
    ['kucoin USDT 99.950617248395062401'],
    ['kucoin ETH 0.031203333322233333'],
    ['kucoin BTC 0.001243036788481337'],
    [],
  ])
})

test('a fill that spends more than was set aside leaves nothing held, and never less', () => {
  const dearer = filledTo(cycleOpportunity(), 1, { price: price('6400') })
  expect(shown(dearer)).toEqual(['kucoin ETH 0.031203333322233333'])
})

test('a fee in a coin of its own is paid from free money', () => {
  const fee = of('KCS', '0.02')
  expect(shown(filledTo(cycleOpportunity(), 1, { fee }))).toEqual([
    'kucoin ETH 0.031234567890123457',
  ])
})
