import { expect, test } from 'vitest'
import { crossOpportunity, cycleOpportunity, testLeg } from '../../test/opportunities.ts'
import { baseAmount, format, price, quoteAmount } from '../money.ts'
import type { LegPlan } from '../opportunity/opportunity.ts'
import { movesOf, reservationsOf } from './reservation.ts'
import type { LegFill } from './trade.ts'

const fillOf = (leg: LegPlan, changes: Partial<LegFill> = {}): LegFill => ({
  venue: leg.venue,
  symbol: leg.symbol,
  side: leg.side,
  orderId: 'one',
  filled: leg.amount,
  average: leg.average,
  fee: leg.fee,
  spent: leg.spends,
  received: leg.receives,
  sentAt: new Date(0),
  filledAt: new Date(0),
  ...changes,
})
const shown = (rows: readonly { venue: string; asset: string; free: bigint; reserved: bigint }[]) =>
  rows.map(({ venue, asset, free, reserved }) => [venue, asset, format(free), format(reserved)])

test('a cross reserves on both venues, a cycle only what its first leg spends', () => {
  const cross = crossOpportunity().legs
  expect(reservationsOf(cross).map(({ venue, asset, needed }) => [venue, asset, needed])).toEqual([
    ['kucoin', 'USDT', cross[0]?.spends.amount],
    ['binance', 'BTC', cross[1]?.spends.amount],
  ])
  const cycle = cycleOpportunity().legs
  expect(reservationsOf(cycle).map(({ venue, asset, needed }) => [venue, asset, needed])).toEqual([
    ['kucoin', 'USDT', cycle[0]?.spends.amount],
  ])
})

test('two legs that spend one balance reserve their sum', () => {
  const leg = testLeg('kucoin', 'BTC/USDT', 'buy', baseAmount('2'), price('10'))
  const other = testLeg('kucoin', 'ETH/USDT', 'buy', baseAmount('1'), price('5'))
  expect(reservationsOf([leg, other])).toEqual([
    {
      venue: 'kucoin',
      asset: 'USDT',
      needed: quoteAmount('25'),
      worst: quoteAmount('25'),
    },
  ])
})

test('a buy may cost its limit, and the fee where that comes on top', () => {
  const leg = testLeg('kucoin', 'BTC/USDT', 'buy', baseAmount('2'), price('10'))
  const dearer = { ...leg, limit: price('10.5') }
  expect(reservationsOf([dearer])[0]?.worst).toBe(quoteAmount('21'))
  const onTop = { ...dearer, fee: { asset: 'USDT', amount: quoteAmount('0.02') as bigint } }
  expect(reservationsOf([onTop])[0]?.worst).toBe(quoteAmount('21.021'))
})

test('a fill spends what is held, and free money only beyond that', () => {
  const leg = testLeg('kucoin', 'BTC/USDT', 'buy', baseAmount('2'), price('10'))
  const held = () => quoteAmount('20') as bigint
  expect(shown(movesOf(fillOf(leg), [], held))).toEqual([
    ['kucoin', 'USDT', '0', '-20'],
    ['kucoin', 'BTC', '1.998', '0'],
  ])
  const dearer = fillOf(leg, { spent: { asset: 'USDT', amount: quoteAmount('20.5') } })
  expect(shown(movesOf(dearer, [], held))).toEqual([
    ['kucoin', 'USDT', '-0.5', '-20'],
    ['kucoin', 'BTC', '1.998', '0'],
  ])
})

test('what a cycle receives stays held until its next leg spends it', () => {
  const [first, second] = cycleOpportunity().legs as [LegPlan, LegPlan]
  const moves = movesOf(fillOf(first), [second], () => first.spends.amount)
  expect(moves[1]).toEqual({
    venue: 'kucoin',
    asset: 'ETH',
    free: 0n,
    reserved: first.receives.amount,
  })
})

test('a fee in a third asset leaves free money', () => {
  const leg = testLeg('kucoin', 'BTC/USDT', 'sell', baseAmount('2'), price('10'))
  const fill = fillOf(leg, { fee: { asset: 'KCS', amount: 5n } })
  expect(movesOf(fill, [], () => leg.spends.amount)[2]).toEqual({
    venue: 'kucoin',
    asset: 'KCS',
    free: -5n,
    reserved: 0n,
  })
})
