import { expect, test } from 'vitest'
import { fills, tradeIn } from '../../test/notifications.ts'
import { parseDecimal } from '../money.ts'
import { openPositionsOf } from './open-position.ts'
import { changesOf, profitOf } from './profit.ts'

const of = (asset: string, amount: string) => ({ asset, amount: parseDecimal(amount) })
const at = new Date()
const exposed = tradeIn(
  {
    state: 'exposed',
    at,
    reason: 'one leg only',
    realisedNet: parseDecimal('-93'),
    residual: [of('BTC', '0.00125'), of('ODD', '0')],
  },
  fills.slice(0, 1),
)

test('coins that a trade left over count at what they last could be sold for', () => {
  expect(profitOf(changesOf(exposed), new Map([['BTC', 82_240]]))).toEqual({
    usdt: expect.closeTo(9.8, 9),
    unvalued: [],
  })
})

test('coins that nobody ever priced are named beside the number', () => {
  expect(profitOf(changesOf(exposed), new Map())).toEqual({
    usdt: -93,
    unvalued: [of('BTC', '0.00125')],
  })
})

test('what one trade left over and another took away is nothing', () => {
  const back = [of('USDT', '101'), of('BTC', '-0.00125')]
  expect(profitOf([...changesOf(exposed), ...back], new Map())).toEqual({ usdt: 8, unvalued: [] })
})

test('a trade that did nothing changed nothing', () => {
  const abandoned = tradeIn({ state: 'abandoned', at, reason: 'gone', foundNet: undefined })
  for (const trade of [tradeIn({ state: 'executing' }), abandoned])
    expect([changesOf(trade), openPositionsOf(trade)]).toEqual([[], []])
})

test('coins spent on fees are part of what a trade changed, and of no open position', () => {
  const fee = of('KCS', '0.02')
  const paid = exposed.fills.map((fill) => ({ ...fill, fee }))
  const left = [of('BTC', '0.00125'), of('KCS', '-0.02')]
  const trade = { ...exposed, fills: paid, residual: left }
  expect(profitOf(changesOf(trade), new Map(Object.entries({ BTC: 80_000, KCS: 10 })))).toEqual({
    usdt: expect.closeTo(-93 + 100 - 0.2, 9),
    unvalued: [],
  })
  expect(openPositionsOf(trade)).toMatchObject([{ asset: 'BTC' }])
})

test('an open position lies where its coins were bought, or where they were sold', () => {
  expect(openPositionsOf(exposed)).toEqual([{ ...of('BTC', '0.00125'), venues: ['kucoin'] }])
  const short = { ...exposed, fills: fills.slice(1), residual: [of('BTC', '-0.00125')] }
  expect(openPositionsOf(short)).toEqual([{ ...of('BTC', '-0.00125'), venues: ['binance'] }])
})
