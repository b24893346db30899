import { expect, test } from 'vitest'
import type { Opportunity } from '../opportunity/opportunity.ts'
import { decide, netFloor } from './policy.ts'

const opportunity: Opportunity = {
  id: 'o1',
  kind: 'cross',
  route: 'cross ETH/USDT kucoin>binance',
  venues: ['kucoin', 'binance'],
  legs: [],
  asset: 'USDT',
  notional: 100n,
  gross: 2n,
  fees: 1n,
  net: 1n,
  netPercent: 1,
  netUsdt: 1,
  notionalUsdt: 100,
  netAtTop: 0.012,
  identity: 'contract',
  wallet: 'open',
  legSkewMs: 0,
  firstSeenAt: new Date(0),
  detectedAt: new Date(1000),
}
const policy = (mode: 'ask' | 'auto' | 'alert', max = 100) => ({
  'approval.mode': mode,
  'approval.auto_notional_usdt_max': max,
})

test('each mode does what it says', () => {
  expect(decide(opportunity, policy('ask')).decision).toBe('ask')
  expect(decide(opportunity, policy('auto')).decision).toBe('auto')
  expect(decide(opportunity, policy('alert')).decision).toBe('tell')
})

test('C6 auto never trades what is suspicious, through an unknown wallet or past its own limit', () => {
  expect(decide({ ...opportunity, doubts: ['9 % before fees'] }, policy('auto')).decision).toBe(
    'ask',
  )
  expect(decide({ ...opportunity, wallet: 'unknown' }, policy('auto')).decision).toBe('ask')
  expect(decide(opportunity, policy('auto', 99)).decision).toBe('ask')
  expect(decide({ ...opportunity, wallet: 'not-needed' }, policy('auto')).decision).toBe('auto')
})

test('the floor is the larger of the minimum and the agreed share of what was shown', () => {
  expect(netFloor(2, 0.5, 0.5)).toBe(1)
  expect(netFloor(0.8, 0.5, 0.5)).toBe(0.5)
  expect(netFloor(2, 0.5, 0)).toBe(2)
})
