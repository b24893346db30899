import { expect, test } from 'vitest'
import { crossOpportunity, cycleOpportunity, testLeg } from '../../test/opportunities.ts'
import { baseAmount, price, quoteAmount } from '../money.ts'
import { reservationsOf } from './reservation.ts'

test('a cross reserves on both venues, a cycle only what its first leg spends', () => {
  const cross = crossOpportunity().legs
  expect(reservationsOf(cross).map(({ venue, asset, amount }) => [venue, asset, amount])).toEqual([
    ['kucoin', 'USDT', cross[0]?.spends.amount],
    ['binance', 'BTC', cross[1]?.spends.amount],
  ])
  const cycle = cycleOpportunity().legs
  expect(reservationsOf(cycle).map(({ venue, asset, amount }) => [venue, asset, amount])).toEqual([
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
      amount: quoteAmount('25'),
    },
  ])
})

test('a buy may cost its limit, and the fee where that comes on top', () => {
  const leg = testLeg('kucoin', 'BTC/USDT', 'buy', baseAmount('2'), price('10'))
  const dearer = { ...leg, limit: price('10.5') }
  expect(reservationsOf([dearer])[0]?.amount).toBe(quoteAmount('21'))
  const onTop = { ...dearer, fee: { asset: 'USDT', amount: quoteAmount('0.02') as bigint } }
  expect(reservationsOf([onTop])[0]?.amount).toBe(quoteAmount('21.021'))
})
