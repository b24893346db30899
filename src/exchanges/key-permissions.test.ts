import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from './exact-json.ts'
import { keyPowerOf } from './key-permissions.ts'
import { orderCard } from './order-cards.ts'
import type { OrderCard } from './orders/order-card.ts'

const powerOf = (venue: string, answer: unknown) =>
  keyPowerOf(orderCard(venue) as OrderCard, answer as Json)

const binance = (withdraws: unknown, trades: unknown) =>
  powerOf('binance', { enableWithdrawals: withdraws, enableSpotAndMarginTrading: trades })
const bybit = (readOnly: string, Wallet: unknown, Spot: unknown) =>
  powerOf('bybit', { retCode: '0', result: { readOnly, permissions: { Wallet, Spot } } })
const okx = (perm: unknown) => powerOf('okx', { code: '0', data: [{ perm }] })
const kucoin = (permission: unknown) => powerOf('kucoin', { code: '200000', data: { permission } })
const bitget = (authorities: unknown) => powerOf('bitget', { code: '00000', data: { authorities } })

test('a key that only trades may be traded with', () => {
  expect([
    binance(false, true),
    bybit('0', ['AccountTransfer'], ['SpotTrade']),
    okx('read_only,trade'),
    kucoin('General,Spot'),
    bitget(['stow', 'stor']),
  ]).toEqual(Array.from({ length: 5 }, () => 'trade-only'))
})

test('S1 a key that can withdraw is told, whatever else it may do', () => {
  expect([
    binance(true, true),
    binance(true, false),
    bybit('0', ['AccountTransfer', 'Withdraw'], ['SpotTrade']),
    okx('read_only,withdraw,trade'),
    kucoin('General, Spot, Withdrawal'),
    kucoin('General,Trade,Transfer'),
    bitget(['stow', 'wwow']),
  ]).toEqual(Array.from({ length: 7 }, () => 'can-withdraw'))
})

test('a key that only reads may not be traded with', () => {
  expect([
    binance(false, false),
    bybit('1', [], ['SpotTrade']),
    bybit('0', [], []),
    okx('read_only'),
    kucoin('General'),
    bitget(['stor', 'readonly']),
  ]).toEqual(Array.from({ length: 6 }, () => 'no-trade'))
})

test('an answer that does not say is no permission', () => {
  expect([
    binance('false', true),
    bybit('0', undefined, ['SpotTrade']),
    okx(''),
    kucoin(undefined),
    bitget('stow'),
    powerOf('okx', { code: '50111', msg: 'Invalid OK-ACCESS-KEY', data: [] }),
    powerOf('gate', {}),
    keyPowerOf(orderCard('okx') as OrderCard, undefined),
  ]).toEqual(Array.from({ length: 8 }, () => 'unknown'))
})

test('nothing that a venue may answer makes the reader throw', () => {
  const venues = fc.constantFrom('binance', 'bybit', 'okx', 'kucoin', 'bitget', 'mexc')
  fc.assert(
    fc.property(venues, fc.jsonValue(), (venue, value) => {
      expect(typeof powerOf(venue, value)).toBe('string')
      expect(typeof powerOf(venue, { code: '0', retCode: '0', data: [value], result: value })).toBe(
        'string',
      )
    }),
  )
})
