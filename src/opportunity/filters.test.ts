import { expect, test } from 'vitest'
import { defaultSettings } from '../settings/settings.ts'
import type { Candidate, CandidateLeg } from './candidate.ts'
import { filterLimits, filters, firstRefusal } from './filters.ts'
import type { RefusalReason } from './refusal.ts'
import { blocksOf } from './watch-wish.ts'

const by = { by: 'discord:ann', at: new Date(0), wish: 'block' } as const
const blocks = blocksOf([
  { ...by, subject: 'DOGE/USDT', venue: undefined },
  { ...by, subject: 'cross BTC/USDT okx>kucoin', venue: undefined },
])
const limits = filterLimits(defaultSettings('simulator'), 'book', blocks)

const leg = (more: Partial<CandidateLeg>): CandidateLeg => ({
  venue: 'kucoin',
  symbol: 'BTC/USDT',
  base: 'BTC',
  quote: 'USDT',
  side: 'buy',
  bid: 99,
  ask: 100,
  bidSize: 1,
  askSize: 1,
  ageMs: 50,
  seenAtMs: 1000,
  active: true,
  venueUp: true,
  leveraged: false,
  volumeUsdt: 1_000_000,
  frozenMs: 0,
  ...more,
})
const sound: Candidate = {
  route: { kind: 'cross', symbol: 'BTC/USDT', buy: 'kucoin', sell: 'okx' },
  legs: [leg({}), leg({ venue: 'okx', side: 'sell', bid: 101, ask: 102 })],
  gross: 0.01,
  net: 0.008,
  identity: 'reviewed',
  wallet: 'open',
}
const withBuy = (more: Partial<CandidateLeg>): Candidate => ({
  ...sound,
  legs: [leg(more), sound.legs[1] as CandidateLeg],
})

test('a sound candidate passes', () => {
  expect(firstRefusal(sound, limits)).toBeUndefined()
  expect(firstRefusal({ ...sound, wallet: 'unknown', identity: 'price' }, limits)).toBeUndefined()
  expect(firstRefusal(withBuy({ volumeUsdt: undefined }), limits)).toBeUndefined()
})

test('a slow market may stand still at its own pace', () => {
  expect(firstRefusal(withBuy({ stillMs: 40_000, paceMs: 4000 }), limits)).toBeUndefined()
})

const refused: readonly (readonly [RefusalReason, Candidate, string])[] = [
  [
    'blocked',
    withBuy({ symbol: 'DOGE/USDT', active: false }),
    'kucoin DOGE/USDT is blocked by discord:ann',
  ],
  [
    'blocked',
    { ...sound, route: { kind: 'cross', symbol: 'BTC/USDT', buy: 'okx', sell: 'kucoin' } },
    'the route is blocked by discord:ann',
  ],
  ['market halted', withBuy({ active: false }), 'kucoin BTC/USDT is not open'],
  ['venue degraded', withBuy({ venueUp: false }), 'a venue that fails'],
  ['leveraged token', withBuy({ leveraged: true, base: 'BTC3L' }), 'BTC3L'],
  ['no depth', withBuy({ ask: Infinity }), 'has an empty side'],
  ['no depth', withBuy({ askSize: 0 }), 'offers nothing'],
  ['crossed book', withBuy({ bid: 100, ask: 100 }), 'bids 100 and asks 100'],
  ['frozen market', withBuy({ frozenMs: 700_000 }), '700.0 s, at most 600.0 s'],
  [
    'frozen market',
    withBuy({ stillMs: 8000, paceMs: 300 }),
    'stands still for 8.0 s, though it moves every 0.3 s',
  ],
  [
    'frozen market',
    withBuy({ stillMs: 100, paceMs: Number.NaN }),
    'has not moved twice since it is',
  ],
  ['book age', withBuy({ ageMs: 1001 }), 'is 1.0 s old, at most 1.0 s'],
  ['book age', withBuy({ ageMs: -5000 }), '5.0 s in the future'],
  ['book age', withBuy({ ageMs: Number.NaN }), 'old'],
  ['leg skew', withBuy({ seenAtMs: 0 }), '1.0 s apart, at most 0.9 s'],
  ['leg skew', withBuy({ seenAtMs: Number.NaN }), 'does not tell its time'],
  ['no volume', withBuy({ volumeUsdt: 12 }), '12 USDT in a day'],
  ['quote assets assumed equal', withBuy({ quote: 'USDC' }), 'USDC and USDT'],
  ['different assets', { ...sound, identity: 'conflict' }, 'disagree'],
  ['abnormal profit', { ...sound, gross: 0.0501 }, '5.010 % before fees'],
  ['abnormal profit', { ...sound, gross: Number.NaN }, 'believable'],
  ['unverified asset', { ...sound, identity: 'unverified' }, 'needs price'],
  ['closed wallet', { ...sound, wallet: 'shut' }, 'shut'],
  ['net below minimum', { ...sound, net: 0.0009 }, '0.090 % after fees'],
]

test.each(refused)('%s is refused with its numbers', (reason, candidate, detail) => {
  const refusal = firstRefusal(candidate, limits)
  expect(refusal?.reason).toBe(reason)
  expect(refusal?.detail).toContain(detail)
})

test('every filter has a case above', () => {
  const named = new Set(refused.map(([reason]) => reason))
  expect(filters.filter(({ reason }) => !named.has(reason))).toEqual([])
})

test('the size that counts is the one on the side that is taken', () => {
  expect(firstRefusal(withBuy({ bidSize: 0 }), limits)).toBeUndefined()
})

test('only what a moment does not change is asked in the lasting scope', () => {
  expect(firstRefusal(withBuy({ ageMs: 9000 }), limits, 'lasting')).toBeUndefined()
  expect(firstRefusal(withBuy({ leveraged: true }), limits, 'lasting')?.reason).toBe(
    'leveraged token',
  )
})

test('tickers may be older than books', () => {
  const slower = filterLimits(defaultSettings('simulator'), 'ticker')
  expect(firstRefusal(withBuy({ ageMs: 2500 }), slower)).toBeUndefined()
})
