import { expect, test } from 'vitest'
import { createBooks, writeBook } from '../market/books.ts'
import { format, parseDecimal } from '../money.ts'
import { defaultSettings } from '../settings/settings.ts'
import { buildOpportunity, sizingLeg, type OpportunityInput } from './build-opportunity.ts'
import { filterLimits, firstRefusal } from './filters.ts'
import { candidateOf, createKnowledge } from './knowledge.ts'
import { bookQuote } from './leg-quote.ts'
import { crossRoutes, routeLegs } from './routes.ts'
import { sampleMarket } from './sample-market.ts'

const settings = defaultSettings('other')
const wallMs = 1_700_000_000_000

/** Two live books, one decision: the way the trading loop goes. */
function decide(more: Partial<OpportunityInput> = {}) {
  const markets = [
    sampleMarket('a', 'ETH/BTC', { amountStep: '0.01' }),
    sampleMarket('b', 'ETH/BTC', { amountStep: '0.001' }),
  ]
  const books = createBooks(2)
  writeBook(
    books,
    0,
    [[0.0499, 9]],
    [
      [0.05, 8],
      [0.0501, 8],
    ],
    4900,
    wallMs,
  )
  writeBook(books, 1, [[0.0507, 40]], [[0.0508, 9]], 4990, wallMs)
  // Both have moved since they are watched.
  books.paceMs.fill(200)
  const table = crossRoutes(markets)
  const knowledge = createKnowledge({
    markets,
    assets: [],
    facts: () => ({ volumeUsdt: 1e6, frozenMs: 0 }),
    venueUp: () => true,
  })
  const quoteOf = (id: number) => bookQuote(books, id, 5000, wallMs)
  const candidate = candidateOf(table, 0, quoteOf, knowledge, 5)
  expect(firstRefusal(candidate, filterLimits(settings, 'book'))).toBeUndefined()
  const legs = routeLegs(table, 0).map((leg) =>
    sizingLeg(books, leg, markets[leg.id]!, {
      depthFraction: 0.25,
      nowMs: 5000,
      balance: parseDecimal('100'),
    }),
  )
  return buildOpportunity({
    id: 'o1',
    candidate,
    legs,
    usdtValue: 20_000,
    settings: { ...settings, 'trading.notional_usdt_max': 2500 },
    firstSeenAt: new Date(wallMs - 700),
    detectedAt: new Date(wallMs),
    ...more,
  })
}

test('a gap between two live books becomes an opportunity with all its numbers', () => {
  const built = decide()
  if (built.outcome === 'refused') throw new Error(built.refusal.detail)
  const { opportunity } = built
  expect(opportunity).toMatchObject({
    id: 'o1',
    kind: 'cross',
    route: 'cross ETH/BTC a>b',
    venues: ['a', 'b'],
    asset: 'BTC',
    identity: 'reviewed',
    wallet: 'unknown',
    legSkewMs: 90,
    firstSeenAt: new Date(wallMs - 700),
  })
  const [buy, sell] = opportunity.legs
  expect(buy).toMatchObject({ side: 'buy', venue: 'a', bookAgeMs: 100, feeSource: 'venue' })
  expect(format(buy!.amount)).toBe('2.49')
  expect(format(buy!.limit)).toBe('0.0501')
  expect(format(sell!.amount)).toBe('2.487')
  expect(opportunity.gross - opportunity.fees).toBe(opportunity.net)
  expect(opportunity.netUsdt).toBeCloseTo(Number(format(opportunity.net)) * 20_000, 9)
  expect(opportunity.notionalUsdt).toBeLessThanOrEqual(2500)
  expect(opportunity.netAtTop * 100).toBeGreaterThan(opportunity.netPercent)
  expect(Object.keys(opportunity)).not.toContain('limitedBy')
})

test('limits in USDT hold for any asset', () => {
  const small = decide({ settings: { ...settings, 'trading.notional_usdt_max': 1000 } })
  expect(small).toMatchObject({ outcome: 'opportunity' })
  if (small.outcome === 'opportunity')
    expect(small.opportunity.notionalUsdt).toBeLessThanOrEqual(1000)
  const strict = decide({ settings: { ...settings, 'trading.net_usdt_min': 2 } })
  expect(strict).toMatchObject({ outcome: 'refused', refusal: { reason: 'net below minimum' } })
})

test('an asset of unknown worth is refused, for no limit could be kept', () => {
  expect(decide({ usdtValue: undefined })).toMatchObject({
    outcome: 'refused',
    refusal: { detail: expect.stringContaining('worth in USDT') },
  })
})
