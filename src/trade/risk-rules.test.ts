import { expect, test } from 'vitest'
import { defaultSettings } from '../settings/settings.ts'
import { review, riskRules, type Proposal } from './risk-rules.ts'
import type { Exposure } from './trade-store.ts'

const limits = defaultSettings('other')
const calm: Exposure = {
  openTrades: 0,
  openRoutes: [],
  notionalTodayUsdt: 0,
  realisedTodayUsdt: 0,
  unvaluedToday: [],
  tripped: [],
  barred: [],
}
const proposal: Proposal = {
  route: 'cross ETH/USDT kucoin>binance',
  notionalUsdt: 100,
  venues: ['kucoin', 'binance'],
  capitalUsdt: new Map([
    ['kucoin', 500],
    ['binance', 500],
    ['okx', 500],
  ]),
}

test('a trade within every limit passes', () => {
  expect(review(proposal, calm, limits)).toEqual([])
})

test('each rule forbids what it is for, by name and with numbers', () => {
  const named = (sentences: readonly string[]) => sentences.map((text) => text.split(':')[0])
  expect(review(proposal, calm, { ...limits, 'desk.killed': true })).toEqual([
    'killed: the kill switch is pressed; "kill release" lets go',
  ])
  expect(named(review(proposal, calm, { ...limits, 'desk.paused': true }))).toEqual(['paused'])
  expect(named(review(proposal, calm, { ...limits, 'approval.mode': 'alert' }))).toEqual([
    'alert only',
  ])
  const trip = { breaker: 'drawdown', measured: 60, most: 50, why: 'it fell' } as const
  expect(review(proposal, { ...calm, tripped: [trip] }, limits)).toEqual([
    'breaker: it fell; "risk reset drawdown" lets go',
  ])
  const why = 'okx is reduce-only: it has less'
  expect(review(proposal, { ...calm, barred: [{ venue: 'okx', why }] }, limits)).toEqual([])
  expect(review(proposal, { ...calm, barred: [{ venue: 'binance', why }] }, limits)).toEqual([
    `venue account: ${why}`,
  ])
  expect(named(review({ ...proposal, notionalUsdt: 100.02 }, calm, limits))).toEqual(['trade size'])
  expect(named(review(proposal, { ...calm, openTrades: 3 }, limits))).toEqual(['open trades'])
  expect(named(review(proposal, { ...calm, openRoutes: [proposal.route] }, limits))).toEqual([
    'one trade per route',
  ])
  expect(review(proposal, { ...calm, notionalTodayUsdt: 950 }, limits)[0]).toContain(
    'day notional: 950.00 USDT traded today; 100.00 USDT more would pass',
  )
  for (const notionalUsdt of [0, 100])
    expect(
      review({ ...proposal, notionalUsdt }, { ...calm, notionalTodayUsdt: 2133.91 }, limits),
    ).toEqual([
      'day notional: 2133.91 USDT traded today, which is past trading.day_notional_usdt_max (1000.00 USDT)',
    ])
  expect(review(proposal, { ...calm, realisedTodayUsdt: -25 }, limits)).toEqual([
    'day loss: 25.00 USDT lost today reaches trading.day_loss_usdt_max',
  ])
  const lopsided = new Map([
    ['kucoin', 900],
    ['binance', 50],
    ['okx', 50],
  ])
  expect(review({ ...proposal, capitalUsdt: lopsided }, calm, limits)[0]).toContain(
    'venue capital: kucoin holds more than 40 %',
  )
})

test('what is exactly at a limit of the day still goes', () => {
  expect(limits['trading.day_notional_usdt_max']).toBe(1000)
  expect(review(proposal, { ...calm, notionalTodayUsdt: 900 }, limits)).toEqual([])
  expect(review(proposal, { ...calm, notionalTodayUsdt: 900.02 }, limits)).toHaveLength(1)
})

test('a day that is even or in profit is no loss, whatever the limit', () => {
  const none = { ...limits, 'trading.day_loss_usdt_max': 0 }
  for (const realisedTodayUsdt of [0, 25, 1000])
    expect(review(proposal, { ...calm, realisedTodayUsdt }, none)).toEqual([])
  expect(review(proposal, { ...calm, realisedTodayUsdt: -0.01 }, none)).toHaveLength(1)
  expect(review(proposal, { ...calm, realisedTodayUsdt: -24.99 }, limits)).toEqual([])
})

test('two venues with half the capital each may trade', () => {
  const capitalUsdt = new Map([
    ['kucoin', 500],
    ['binance', 500],
  ])
  expect(review({ ...proposal, capitalUsdt }, calm, limits)).toEqual([])
})

test('a new rule is a new entry and touches nothing else', () => {
  const rule = { name: 'friday', forbids: () => 'no trades on Fridays' }
  expect(review(proposal, calm, limits, [...riskRules, rule])).toEqual([
    'friday: no trades on Fridays',
  ])
})
