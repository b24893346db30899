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

test('each mode does what it says, and says why nobody or somebody is asked', () => {
  expect(decide(opportunity, policy('ask'))).toEqual({
    decision: 'ask',
    because: 'approval.mode is ask',
  })
  expect(decide(opportunity, policy('auto'))).toEqual({ decision: 'auto' })
  expect(decide(opportunity, policy('alert'))).toEqual({
    decision: 'tell',
    because: 'approval.mode is alert',
  })
})

test('C6 auto never trades what is suspicious, through an unknown wallet or past its own limit', () => {
  const doubts = ['9 % before fees', 'a thin book']
  expect(decide({ ...opportunity, doubts }, policy('auto'))).toEqual({
    decision: 'ask',
    because: 'suspicious: 9 % before fees; a thin book',
  })
  expect(decide({ ...opportunity, wallet: 'unknown' }, policy('auto'))).toEqual({
    decision: 'ask',
    because: 'wallet status is unknown, so a person decides',
  })
  expect(decide(opportunity, policy('auto', 99))).toEqual({
    decision: 'ask',
    because: 'larger than approval.auto_notional_usdt_max',
  })
  expect(decide({ ...opportunity, wallet: 'not-needed' }, policy('auto')).decision).toBe('auto')
})

test('the floor is the larger of the minimum and the agreed share of what was shown', () => {
  expect(netFloor(2, 0.5, 0.5)).toBe(1)
  expect(netFloor(0.8, 0.5, 0.5)).toBe(0.5)
  expect(netFloor(2, 0.5, 0)).toBe(2)
})
