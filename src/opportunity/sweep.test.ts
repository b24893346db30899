import { expect, test } from 'vitest'
import type { VenueAsset } from '../market/asset.ts'
import type { Ticker } from '../market/ticker.ts'
import { defaultSettings } from '../settings/settings.ts'
import { filterLimits } from './filters.ts'
import { createKnowledge, type KnowledgeSources } from './knowledge.ts'
import { sampleMarket } from './sample-market.ts'
import { createSweep } from './sweep.ts'

const nowMs = 1_700_000_000_000
const limits = filterLimits(defaultSettings('simulator'), 'ticker')

const tickers = (venue: string, prices: Record<string, readonly [number, number]>): Ticker[] =>
  Object.entries(prices).map(([symbol, [bid, ask]]) => {
    const [base, quote] = symbol.split('/') as [string, string]
    return { venue, symbol, base, quote, bid, ask }
  })

const markets = [
  sampleMarket('a', 'BTC/USDT'),
  sampleMarket('b', 'BTC/USDT', { paidIn: 'quote' }),
  sampleMarket('a', 'ETH/USDT'),
  sampleMarket('a', 'ETH/BTC'),
  sampleMarket('b', 'DOG/USDT'),
  sampleMarket('a', 'DOG/USDT'),
]
const openSweep = (sources: Partial<KnowledgeSources> = {}) =>
  createSweep(
    markets,
    ['USDT'],
    createKnowledge({
      markets,
      assets: [],
      facts: () => ({ volumeUsdt: undefined, frozenMs: 0 }),
      venueUp: () => true,
      ...sources,
    }),
  )

test('gaps across venues and around one venue are found with each market’s own fee', () => {
  const sweep = openSweep()
  expect(sweep.listed).toEqual({ cross: 4, cycle: 2 })
  sweep.take('a', tickers('a', { 'BTC/USDT': [99, 100], 'ETH/USDT': [10.3, 10.4] }), nowMs)
  sweep.take('b', tickers('b', { 'BTC/USDT': [101, 102], 'GONE/USDT': [1, 2] }), nowMs - 100)
  const first = sweep.detect(nowMs, limits)
  expect(first.counts.cross).toEqual({ routes: 2, grossPositive: 1, netPositive: 1, passed: 1 })
  expect(first.counts.cycle.routes).toBe(0)
  const [cross] = first.findings
  expect(cross).toMatchObject({ name: 'cross BTC/USDT a>b', refusal: undefined })
  expect(cross?.candidate.gross).toBeCloseTo(0.01, 12)
  expect(cross?.candidate.net).toBeCloseTo((101 * 0.999 * 0.999) / 100 - 1, 12)
  expect(cross?.candidate).toMatchObject({ identity: 'reviewed', wallet: 'unknown' })

  sweep.take(
    'a',
    tickers('a', { 'BTC/USDT': [99, 100], 'ETH/USDT': [10.3, 10.4], 'ETH/BTC': [0.1, 0.101] }),
    nowMs,
  )
  const second = sweep.detect(nowMs, limits)
  const cycle = second.findings.find(({ candidate }) => candidate.route.kind === 'cycle')
  expect(cycle).toMatchObject({ name: 'cycle a USDT>BTC>ETH', refusal: undefined })
  expect(cycle?.candidate.net).toBeCloseTo((10.3 / 0.101 / 100) * 0.999 ** 3 - 1, 12)
  expect(cycle?.candidate).toMatchObject({ identity: 'same-market', wallet: 'not-needed' })
})

test('each refusal of a finding is named', () => {
  const sweep = openSweep()
  sweep.take('a', tickers('a', { 'BTC/USDT': [99, 100], 'DOG/USDT': [1, 1.01] }), nowMs - 2000)
  sweep.take('b', tickers('b', { 'BTC/USDT': [101, 102], 'DOG/USDT': [2, 2.01] }), nowMs)
  const reasons = Object.fromEntries(
    sweep.detect(nowMs, limits).findings.map(({ name, refusal }) => [name, refusal?.reason]),
  )
  expect(reasons).toEqual({
    'cross BTC/USDT a>b': 'leg skew',
    'cross DOG/USDT a>b': 'leg skew',
  })
  sweep.take('a', tickers('a', { 'DOG/USDT': [1, 1.01] }), nowMs)
  expect(sweep.detect(nowMs, limits).findings[0]?.refusal?.reason).toBe('different assets')
})

test('C12 contracts that disagree refuse a gap that prices would allow', () => {
  const asset = (venue: string, contract: string): VenueAsset => ({
    venue,
    asset: 'DOG',
    deposit: 'open',
    withdraw: 'open',
    networks: [{ network: 'ERC20', deposit: 'open', withdraw: 'open', contract }],
  })
  const sweep = openSweep({ assets: [asset('a', '0x1'), asset('b', '0x2')] })
  sweep.take('a', tickers('a', { 'DOG/USDT': [1, 1.001] }), nowMs)
  sweep.take('b', tickers('b', { 'DOG/USDT': [1.02, 1.03] }), nowMs)
  expect(sweep.detect(nowMs, limits).findings[0]?.refusal?.reason).toBe('different assets')
})

test('a dropped venue decides nothing any more', () => {
  const sweep = openSweep()
  sweep.take('a', tickers('a', { 'BTC/USDT': [99, 100] }), nowMs)
  sweep.take('b', tickers('b', { 'BTC/USDT': [101, 102] }), nowMs)
  sweep.drop('b')
  expect(sweep.detect(nowMs, limits)).toMatchObject({
    findings: [],
    counts: { cross: { routes: 0 } },
  })
})

test('routes near paying come best first, funded ones come anyway, refused ones never', () => {
  const sweep = openSweep({
    facts: (_venue, symbol) => ({ volumeUsdt: symbol === 'ETH/USDT' ? 1 : 1e6, frozenMs: 0 }),
  })
  sweep.take(
    'a',
    tickers('a', {
      'BTC/USDT': [99.9, 100],
      'ETH/USDT': [10, 10.01],
      'ETH/BTC': [0.1, 0.1001],
      'DOG/USDT': [1, 1.1],
    }),
    nowMs,
  )
  sweep.take('b', tickers('b', { 'BTC/USDT': [100, 100.1], 'DOG/USDT': [1, 1.1] }), nowMs)
  const names = (count: number, holds: (venue: string, asset: string) => boolean) =>
    sweep.near(nowMs, limits, { netMin: -0.01, count, holds }).map(({ name }) => name)
  expect(names(9, () => false)).toEqual(['cross BTC/USDT a>b', 'cross BTC/USDT b>a'])
  expect(names(1, () => false)).toEqual(['cross BTC/USDT a>b'])
  expect(names(0, () => true)).toHaveLength(4)
  expect(
    names(0, (venue, asset) => asset === 'USDT' || (venue === 'a' && asset === 'DOG')),
  ).toEqual(['cross DOG/USDT b>a'])
})
