import ccxt from 'ccxt'
import { expect, test } from 'vitest'
import { knownExchange, knownExchanges, topicsMax } from './known-exchanges.ts'

test('every venue is one that ccxt knows, once, with the calls we make', () => {
  const ids = knownExchanges.map(({ venue }) => venue)
  expect(new Set(ids).size).toBe(ids.length)
  const pro: Record<string, unknown> = ccxt.pro
  for (const { venue, stream } of knownExchanges) {
    expect(ccxt.exchanges, venue).toContain(venue)
    if (stream !== undefined) expect(pro[venue], venue).toBeTypeOf('function')
  }
})

test('no fee is zero, and no call outweighs the burst it must fit in', () => {
  for (const { venue, takerFee, requestRate, weights } of knownExchanges) {
    expect(takerFee > 0n, venue).toBe(true)
    expect(Math.max(...Object.values(weights)), venue).toBeLessThanOrEqual(requestRate.burst)
    // A sweep every other second has to leave room for everything else.
    expect(weights.sweep / 2, venue).toBeLessThan(requestRate.weightPerSecond)
  }
})

test('the topic limit of a venue is what its connections carry together', () => {
  expect(topicsMax('kucoin')).toBe(400)
  expect(topicsMax('kraken')).toBe(0)
  expect(topicsMax('nowhere')).toBe(0)
  expect(knownExchange('nowhere')).toBeUndefined()
})
