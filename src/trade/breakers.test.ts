import { expect, test } from 'vitest'
import { parseDecimal } from '../money.ts'
import { breakers, failuresInRow, judge, type BreakerFacts, type Ending } from './breakers.ts'

const limits = {
  'trading.day_loss_usdt_max': 25,
  'risk.drawdown_usdt_max': 50,
  'risk.failures_in_row_max': 3,
  'risk.exposure_age_ms_max': 900_000,
}
const ending = (changes: Partial<Ending>): Ending => ({
  state: 'abandoned',
  begun: true,
  reason: 'okx BTC/USDT: the venue is closed for maintenance',
  ...changes,
})
const calm: BreakerFacts = {
  realisedTodayUsdt: 0,
  drawdownUsdt: 0,
  endings: [],
  exposureAgeMs: 0,
  unexplained: [],
  apart: [],
  orphans: [],
}
const tripped = (facts: Partial<BreakerFacts>, over: Partial<typeof limits> = {}) =>
  judge({ ...calm, ...facts }, { ...limits, ...over }).map(({ breaker }) => breaker)
const failed = (count: number) => Array.from({ length: count }, () => ending({}))

test('G5 each breaker trips when its limit is reached, and not before', () => {
  expect(tripped({})).toEqual([])
  expect(
    tripped({ realisedTodayUsdt: -24.99, drawdownUsdt: 49.99, exposureAgeMs: 899_999 }),
  ).toEqual([])
  expect(tripped({ realisedTodayUsdt: -25 })).toEqual(['day-loss'])
  expect(tripped({ drawdownUsdt: 50 })).toEqual(['drawdown'])
  expect(tripped({ endings: failed(2) })).toEqual([])
  expect(tripped({ endings: failed(3) })).toEqual(['failures'])
  expect(tripped({ exposureAgeMs: 900_000 })).toEqual(['exposure-age'])
  const unexplained = [{ venue: 'okx', asset: 'BTC', held: parseDecimal('2'), written: 0n }]
  expect(tripped({ unexplained })).toEqual(['unexplained-balance'])
})

test('G5 a sentence tells what was measured and what is allowed', () => {
  const [drawdown] = judge({ ...calm, drawdownUsdt: 61.5 }, limits)
  expect(drawdown).toEqual({
    breaker: 'drawdown',
    measured: 61.5,
    most: 50,
    why: 'profit fell 61.50 USDT below its peak, at most 50.00 USDT',
  })
  const unexplained = [{ venue: 'okx', asset: 'BTC', held: parseDecimal('2'), written: 0n }]
  expect(judge({ ...calm, unexplained }, limits)[0]?.why).toBe(
    '1 balance is not what the ledger adds up to: 2 BTC on okx, 0 by the ledger',
  )
})

test('a limit of 0 switches a breaker off, but no loss of a day is allowed then', () => {
  const off = {
    'risk.drawdown_usdt_max': 0,
    'risk.failures_in_row_max': 0,
    'risk.exposure_age_ms_max': 0,
  }
  const bad = { drawdownUsdt: 1e6, endings: failed(100), exposureAgeMs: 1e9 }
  expect(tripped(bad, off)).toEqual([])
  expect(tripped(bad)).toEqual(['drawdown', 'failures', 'exposure-age'])
  const strict = { 'trading.day_loss_usdt_max': 0 }
  expect(tripped({ realisedTodayUsdt: -0.01 }, strict)).toEqual(['day-loss'])
  expect(tripped({}, strict)).toEqual([])
})

test('G5 failures in a row are those of venues: prices that moved neither count nor end the row', () => {
  const missed = ending({ reason: 'nothing was filled' })
  const neverBegun = ending({ begun: false, reason: 'the gap is gone' })
  const exposed = ending({ state: 'exposed', reason: 'legs filled unevenly' })
  const settled = ending({ state: 'settled', reason: '' })
  expect(failuresInRow([ending({}), missed, neverBegun, exposed, settled, ending({})])).toBe(2)
  expect(failuresInRow([settled, ending({})])).toBe(0)
  expect(failuresInRow([missed, neverBegun])).toBe(0)
  const half = ending({ reason: `${missed.reason}; okx ETH/USDT: connection reset` })
  expect(failuresInRow([half])).toBe(1)
})

test('every breaker has a name of its own', () => {
  expect(new Set(breakers.map(({ name }) => name)).size).toBe(breakers.length)
})
