import { expect, test } from 'vitest'
import type { CandidateLeg } from './candidate.ts'
import { prospectOf } from './prospect.ts'
import type { NearRoute } from './sweep.ts'

const leg = (more: Partial<CandidateLeg>): CandidateLeg => ({
  venue: 'a',
  symbol: 'ETH/BTC',
  base: 'ETH',
  quote: 'BTC',
  side: 'buy',
  bid: 0.0499,
  ask: 0.05,
  bidSize: undefined,
  askSize: undefined,
  ageMs: 0,
  seenAtMs: 0,
  active: true,
  venueUp: true,
  leveraged: false,
  volumeUsdt: 9000,
  frozenMs: 0,
  ...more,
})
const near = (net: number, buy: Partial<CandidateLeg> = {}): NearRoute => ({
  name: 'cross ETH/BTC a>b',
  funded: true,
  candidate: {
    route: { kind: 'cross', symbol: 'ETH/BTC', buy: 'a', sell: 'b' },
    legs: [leg(buy), leg({ venue: 'b', side: 'sell', bid: 0.051, volumeUsdt: 500 })],
    gross: net,
    net,
    identity: 'reviewed',
    wallet: 'open',
  },
})
const context = {
  openShares: new Map([['cross ETH/BTC a>b', 0.25]]),
  values: new Map([['BTC', 20_000]]),
  notionalUsdtMax: 100,
}

test('the promise is the net share of what fits at the best prices, within the limit', () => {
  expect(prospectOf(near(0.01), context)).toMatchObject({
    profitUsdt: 1,
    openShare: 0.25,
    funded: true,
    volumeUsdt: 500,
    markets: [
      { venue: 'a', symbol: 'ETH/BTC' },
      { venue: 'b', symbol: 'ETH/BTC' },
    ],
  })
  expect(prospectOf(near(0.01, { askSize: 0.05 }), context).profitUsdt).toBeCloseTo(0.5, 12)
})

test('a route that does not pay promises nothing', () => {
  expect(prospectOf(near(-0.01), context)).toMatchObject({ profitUsdt: 0, net: -0.01 })
})
