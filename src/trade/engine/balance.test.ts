// The sums behind every order home, by hand.
import { expect, test } from 'vitest'
import { testMarket } from '../../../test/market.ts'
import { testLeg } from '../../../test/opportunities.ts'
import { baseAmount, format, price, quoteAmount, rate, type BaseAmount } from '../../money.ts'
import {
  amountFor,
  asksFor,
  boundOf,
  changesOf,
  imbalanceOf,
  isOverfilled,
  isTradable,
  openRanges,
  worthOf,
} from './balance.ts'
import type { Ask } from './effect.ts'
import type { Execution, Leg, LegState } from './execution.ts'

const market = testMarket('SOL/USDT')
const onTop = testMarket('SOL/USDT', {
  takerFee: { rate: rate('0.001'), source: 'venue', paidIn: 'quote' },
})
const ask = (side: Ask['side'], asset: string, amount: bigint): Ask => ({
  role: 'hedge',
  step: 0,
  side,
  asset,
  amount,
})

test('an order is as large as what it is to get rid of, or to get, after its fee', () => {
  const amount = (of: Ask, where = market) => format(amountFor(of, where, price('10')))
  expect(amount(ask('sell', 'SOL', baseAmount('1.23456')))).toBe('1.234')
  expect(amount(ask('sell', 'USDT', quoteAmount('99.9')))).toBe('10')
  expect(amount(ask('buy', 'SOL', baseAmount('1')))).toBe('1.001')
  expect(amount(ask('buy', 'USDT', quoteAmount('100')))).toBe('10')
  // A fee on top leaves less to spend and takes nothing of what is got.
  expect(amount(ask('buy', 'SOL', baseAmount('1')), onTop)).toBe('1')
  expect(amount(ask('buy', 'USDT', quoteAmount('100')), onTop)).toBe('9.99')
  expect(amount(ask('sell', 'USDT', quoteAmount('99.9')), onTop)).toBe('10')
})

test('an order is taken from the least amount and the least worth on', () => {
  const strict = testMarket('SOL/USDT', { amountMin: baseAmount('0.1') })
  expect(isTradable(strict, baseAmount('0.1'), price('10'))).toBe(true)
  expect(isTradable(strict, baseAmount('0.099'), price('100'))).toBe(false)
  expect(isTradable(strict, baseAmount('0.1'), price('9.99'))).toBe(false)
  const lax = testMarket('SOL/USDT', { amountMin: baseAmount('0'), notionalMin: quoteAmount('0') })
  expect(isTradable(lax, baseAmount('0'), price('10'))).toBe(false)
  expect(isTradable(lax, 1n as BaseAmount, price('10'))).toBe(true)
})

test('the worst price that may still leave lies within the slippage, on a step', () => {
  const leg = {
    ...testLeg('kucoin', 'SOL/USDT', 'buy', baseAmount('1'), price('100')),
    average: price('100.005'),
  }
  expect(format(boundOf(leg, 'buy', rate('0.01'), market))).toBe('101')
  expect(format(boundOf(leg, 'sell', rate('0.01'), market))).toBe('99.01')
})

/** Buys 10 SOL for 100 USDT on one venue to sell them on another. */
const plan = [
  testLeg('kucoin', 'SOL/USDT', 'buy', baseAmount('10'), price('10')),
  testLeg('okx', 'SOL/USDT', 'sell', baseAmount('10'), price('10.5')),
]
const legOf = (step: 0 | 1, state: LegState, filled: string, amount = '10'): Leg =>
  ({
    clientOrderId: `o${step}`,
    role: 'primary',
    step,
    side: step === 0 ? 'buy' : 'sell',
    market: { ...market, venue: step === 0 ? 'kucoin' : 'okx' },
    amount: baseAmount(amount),
    limit: price('10'),
    state,
    fills:
      filled === '0'
        ? []
        : [
            {
              tradeId: 't',
              orderId: 'o',
              amount: baseAmount(filled),
              price: price('10'),
              fee: { asset: 'KCS', amount: 3n },
              at: new Date(0),
            },
          ],
  }) as unknown as Leg
const executionOf = (legs: readonly Leg[], dustMax = 0n) =>
  ({
    plan,
    legs,
    sends: [],
    transfer: undefined,
    asset: 'USDT',
    expectedNet: quoteAmount('5'),
    terms: { dustMax, slipMax: rate('0.01') },
  }) as unknown as Execution

test('fills add up by asset, a fee in a third one besides', () => {
  const made = changesOf(executionOf([legOf(0, 'filled', '10'), legOf(1, 'partial-done', '4')]))
  expect([...made].map(([asset, amount]) => [asset, format(amount)])).toEqual([
    ['SOL', '6'],
    ['USDT', '-60'],
    ['KCS', '-0.000000000000000006'],
  ])
})

test('too much is sold on or sold back, too little is bought back or bought on', () => {
  const asks = (change: bigint) =>
    asksFor(executionOf([]), 'SOL', change).map(({ role, step, side }) => [role, step, side])
  expect(asks(1n)).toEqual([
    ['unwind', 0, 'sell'],
    ['hedge', 1, 'sell'],
  ])
  expect(asks(-1n)).toEqual([
    ['hedge', 0, 'buy'],
    ['unwind', 1, 'buy'],
  ])
  expect(asksFor(executionOf([]), 'XRP', 1n)).toEqual([])
})

test('what is open is an imbalance, from more than dust on and where an order can still be made', () => {
  const legs = (sold: string) => [legOf(0, 'filled', '10'), legOf(1, 'partial-done', sold)]
  const open = imbalanceOf(executionOf(legs('9.8')))
  expect(open).toMatchObject({ asset: 'SOL', change: baseAmount('0.2') })
  expect(open?.asks).toHaveLength(2)
  expect(imbalanceOf(executionOf(legs('10')))).toBeUndefined()
  const worth = (dust: string) => imbalanceOf(executionOf(legs('9.8'), quoteAmount(dust)))
  // 0.2 of what 9.99 SOL after the fee cost: 100 USDT.
  expect(worth('2.1')).toBeUndefined()
  expect(worth('1.9')).toBeDefined()
  // Less than a venue takes.
  expect(imbalanceOf(executionOf(legs('9.95')))).toBeUndefined()
  // Sold more than was bought.
  const short = imbalanceOf(
    executionOf([legOf(0, 'partial-done', '9.8'), legOf(1, 'filled', '10')]),
  )
  expect(short).toMatchObject({ asset: 'SOL', change: -(baseAmount('0.2') as bigint) })
})

test('what may be open lies between nothing and all of what nobody knows', () => {
  const ranges = (legs: readonly Leg[]) =>
    openRanges(executionOf(legs)).map(({ asset, least, most }) => [
      asset,
      format(least),
      format(most),
    ])
  expect(ranges([legOf(0, 'unknown', '2', '5')])).toEqual([['SOL', '2', '5']])
  expect(ranges([legOf(1, 'escalated', '2', '5')])).toEqual([['SOL', '-5', '-2']])
  expect(ranges([legOf(0, 'filled', '10'), legOf(1, 'unknown', '0')])).toEqual([['SOL', '0', '10']])
  expect(ranges([legOf(0, 'unknown', '0'), legOf(1, 'filled', '10')])).toEqual([
    ['SOL', '-10', '0'],
  ])
  expect(ranges([legOf(0, 'cancelled-zero', '0')])).toEqual([])
  expect(ranges([legOf(0, 'unknown', '5', '5')])).toEqual([['SOL', '5', '5']])
})

test('a way home is worth its price against the plan’s, less its fee back or with the profit onward', () => {
  const { expectedNet } = executionOf([])
  const worth = (role: 'hedge' | 'unwind', step: 0 | 1, side: 'buy' | 'sell', at: string) =>
    format(worthOf({ plan, expectedNet }, { role, step, side }, price(at)))
  expect(worth('unwind', 0, 'sell', '10.1')).toBe('1.009')
  expect(worth('unwind', 1, 'buy', '8.4')).toBe('1.249')
  expect(worth('hedge', 1, 'sell', '10.5')).toBe('1.05')
  expect(worth('hedge', 0, 'buy', '8')).toBe('1.3')
})

test('an order is overfilled by more than it asked for, not by all of it', () => {
  expect(isOverfilled(legOf(0, 'filled', '10'))).toBe(false)
  expect(isOverfilled(legOf(0, 'filled', '10.000000000000000001'))).toBe(true)
  expect(isOverfilled(legOf(0, 'filled', '0'))).toBe(false)
})
